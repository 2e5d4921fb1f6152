'use strict';
// The task under the mock runner of Microsoft's task library: its inputs arrive, and its logging commands are understood.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { MockTestRunner } = require('azure-pipelines-task-lib/mock-test');
const { install } = require('./agent');

async function mocked(t, script) {
  const dir = install(script);
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  process.env.TASK = dir;
  const runner = new MockTestRunner(path.join(__dirname, 'mock', 'run.js'), path.join(dir, 'task.json'));
  runner.nodePath = process.execPath; // the runner would fetch a node of its own from the internet
  await runner.runAsync();
  return runner;
}

test('a diagnosis succeeds', async (t) => {
  const runner = await mocked(t, 'echo "log $INPUT_LOG, rules $INPUT_RULE_DIR, patch $INPUT_PATCH"');
  assert.ok(runner.succeeded, runner.stdout + runner.stderr);
  assert.match(runner.stdout, /log logs\/build\.log, rules rules, patch off/);
});

test('a cause that the user wants to fail for', async (t) => {
  const runner = await mocked(t, 'exit 1');
  assert.ok(runner.failed);
  assert.match(runner.stdout, /\]cause found$/m);
});

test('misuse', async (t) => {
  const runner = await mocked(t, 'echo "envmedic: input log is empty" >&2; exit 2');
  assert.ok(runner.failed);
  assert.match(runner.stdout, /\]input log is empty$/m);
});
