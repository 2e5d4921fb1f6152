'use strict';
// Runs the tests on each major of node that task.json names: those of npm's packages where they are installed (Linux on x64), else
// on the node that runs this.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { execution } = require('../task.json');

if (process.platform === 'win32') {
  console.log('the tests put a shell script in the place of the program, and need a system with /bin/sh');
  process.exit(0);
}
const files = fs.readdirSync(__dirname).filter((name) => name.endsWith('.test.js')).map((name) => path.join(__dirname, name));
let failed = false;
for (const handler of Object.keys(execution)) {
  const major = /\d+/.exec(handler)[0];
  const packaged = path.join(path.dirname(__dirname), 'node_modules', `node${major}`, 'bin', 'node');
  const node = fs.existsSync(packaged) ? packaged : process.execPath;
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  if (!version.startsWith(`v${major}.`)) {
    console.log(`\n== ${handler}: no node ${major} here, so its tests are left out`);
    continue;
  }
  console.log(`\n== ${handler}: node ${version}`);
  failed = spawnSync(node, ['--test', '--test-reporter=spec', '--test-timeout=30000', ...files], { stdio: 'inherit', timeout: 120_000 }).status !== 0 || failed;
}
process.exitCode = failed ? 1 : 0;
