'use strict';
// Builds dist/envmedic.vsix: six static programs, the task around them, and the extension around that. It needs Go, and what
// npm ci has installed; it needs no network.
//
// The version comes from one place: VERSION, or the last tag. The files in the tree say 0.0.0.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const here = __dirname;
const root = path.dirname(here);
const dist = path.join(root, 'dist');
const extension = path.join(dist, 'vsix');
const task = path.join(extension, 'envmedic');

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

// release reads v1.2.3 and 1.2.3-4-gabcdef as 1.2.3. What was never tagged is 0.0.N, N growing with the commits: the marketplace and
// the agent's cache take each version once.
function release(name) {
  const tag = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(name);
  const [major, minor, patch] = tag ? tag.slice(1).map(Number) : [0, 0, Number(git('rev-list', '--count', 'HEAD') || 0)];
  return { Major: major, Minor: minor, Patch: patch };
}

function stamp(name, target, change) {
  const doc = JSON.parse(fs.readFileSync(path.join(here, name), 'utf8'));
  change(doc);
  fs.writeFileSync(path.join(target, name), JSON.stringify(doc, null, 2) + '\n');
}

function compile(name) {
  const bin = path.join(task, 'bin');
  execFileSync('bash', [path.join(root, '.ci', 'binaries'), name, bin], { cwd: root, stdio: 'inherit' });
  fs.rmSync(path.join(bin, 'SHA256SUMS')); // of a release
}

function copy(from, to) {
  fs.copyFileSync(path.join(root, from), path.join(extension, to));
}

function main() {
  const name = process.env.VERSION || git('describe', '--tags', '--always', '--dirty') || 'devel';
  const version = release(name);
  const text = `${version.Major}.${version.Minor}.${version.Patch}`;

  fs.rmSync(extension, { recursive: true, force: true });
  fs.mkdirSync(path.join(task, 'bin'), { recursive: true });
  compile(name);
  stamp('task.json', task, (doc) => { doc.version = version; });
  stamp('vss-extension.json', extension, (doc) => { doc.version = text; });
  copy('azure-pipelines-task/index.js', 'envmedic/index.js');
  copy('azure-pipelines-task/icon.png', 'envmedic/icon.png');
  copy('azure-pipelines-task/extension.png', 'extension.png');
  copy('azure-pipelines-task/overview.md', 'overview.md');
  copy('LICENSE', 'LICENSE');

  const tfx = path.join(path.dirname(require.resolve('tfx-cli/package.json')), require('tfx-cli/package.json').bin.tfx);
  execFileSync(process.execPath, [tfx, 'extension', 'create', '--root', extension, '--manifest-globs', 'vss-extension.json',
    '--output-path', path.join(dist, 'envmedic.vsix'), '--no-prompt', '--no-color'], { cwd: extension, stdio: 'inherit' });
  console.log(`dist/envmedic.vsix holds version ${text} of the task`);
}

main();
