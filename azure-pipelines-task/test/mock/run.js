'use strict';
// Runs the task at TASK under Microsoft's TaskMockRunner, which sets inputs as its library expects them.

const path = require('node:path');
const { TaskMockRunner } = require('azure-pipelines-task-lib/mock-run');

const runner = new TaskMockRunner(path.join(process.env.TASK, 'index.js'));
runner.setInput('log', 'logs/build.log');
runner.setInput('ruledir', 'rules');
runner.setInput('patch', process.env.PATCH || 'off');
runner.run(true); // without the library itself, which the task does not load: it would take the inputs out of the environment
