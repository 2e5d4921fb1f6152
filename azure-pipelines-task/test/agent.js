'use strict';
// A folder with the task as the agent installs it, a shell script in the place of the program, and the environment that the agent gives.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const source = path.dirname(__dirname);
const processor = { x64: 'amd64', arm64: 'arm64' }[process.arch];
const binary = `envmedic_${process.platform}_${processor}`;

// install makes the folder. Without a script the program is missing.
function install(script) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'envmedic-task-'));
  for (const file of ['index.js', 'task.json']) {
    fs.copyFileSync(path.join(source, file), path.join(dir, file));
  }
  fs.mkdirSync(path.join(dir, 'bin'));
  if (script !== undefined) {
    fs.writeFileSync(path.join(dir, 'bin', binary), '#!/bin/sh\n' + script, { mode: 0o644 }); // no run bit, as out of a .vsix
  }
  return dir;
}

// start runs index.js on the node that runs the test. args go to node, before the file. onOutput sees the standard output as it grows.
function start(dir, { env = {}, args = [], onOutput = () => {} } = {}) {
  const child = spawn(process.execPath, [...args, path.join(dir, 'index.js')], {
    env: { PATH: process.env.PATH, AGENT_TEMPDIRECTORY: dir, TF_BUILD: 'True', ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => { said.stdout += chunk; onOutput(said.stdout, child); });
  child.stderr.on('data', (chunk) => { said.stderr += chunk; });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      fs.rmSync(dir, { recursive: true, force: true });
      resolve({ ...said, code, signal, lines: said.stdout.split('\n') });
    });
  });
}

const run = (script, options) => start(install(script), options);

module.exports = { binary, install, run, source, start };
