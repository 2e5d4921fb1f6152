'use strict';
// What the agent starts. It finds the program for this machine, runs it in the agent's own environment, and tells the agent how it
// ended. Everything else, the logging commands of the verdict included, is the program's.
//
// Node always exits with 0: another status would tell the agent that the task itself is broken. A failure is said by task.complete.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const task = require('./task.json');

const systems = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const processors = { x64: 'amd64', arm64: 'arm64' };

// The program's exit statuses, of which these two are no trouble.
const TOLD = 0;
const CAUSE_FOUND = 1; // and input fail asks for it

// command prints a logging command. Nothing in the text can end it or begin another one.
function command(name, text) {
  const escaped = text.replace(/%/g, '%AZP25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  process.stdout.write(`##vso[${name}]${escaped}\n`);
}

function fail(sentence) {
  command('task.logissue type=error', `envmedic: ${sentence}`);
  command('task.complete result=Failed', sentence);
}

// program is the path of the binary for this machine.
function program() {
  const system = systems[process.platform];
  const processor = processors[process.arch];
  if (!system || !processor) {
    throw new Error(`there is no envmedic for ${process.platform} on ${process.arch}; run this job on Linux, Windows or macOS, x64 or arm64`);
  }
  const name = `envmedic_${system}_${processor}${system === 'windows' ? '.exe' : ''}`;
  const file = path.join(__dirname, 'bin', name);
  if (!fs.existsSync(file)) {
    throw new Error(`the task lacks its program bin/${name}; install the extension again`);
  }
  return file;
}

// runnable gives the program its run bit, which the extension's archive cannot store. Where the task's folder is read-only, as in a
// container job, or may not run programs, a copy in the job's temporary folder runs instead.
function runnable(file) {
  if (process.platform === 'win32') {
    return file;
  }
  try {
    fs.chmodSync(file, 0o755);
    fs.accessSync(file, fs.constants.X_OK);
    return file;
  } catch {
    const dir = fs.mkdtempSync(path.join(process.env.AGENT_TEMPDIRECTORY || os.tmpdir(), 'envmedic-'));
    const copy = path.join(dir, path.basename(file));
    fs.copyFileSync(file, copy);
    fs.chmodSync(copy, 0o755);
    return copy;
  }
}

// environment is the agent's, with every input under its alias too: the agent's schema has no underscore in an input's name, so
// rule_dir of a pipeline arrives as INPUT_RULEDIR. SECRET_* stays: the program masks these values in what it writes elsewhere.
function environment() {
  const env = { ...process.env };
  env.ENVMEDIC_COMMANDS = task.restrictions.commands.mode; // the program leaves out what the agent would refuse
  const variable = (name) => 'INPUT_' + name.toUpperCase();
  for (const { name, aliases = [] } of task.inputs) {
    for (const alias of aliases) {
      const value = env[variable(name)];
      if (value !== undefined && env[variable(alias)] === undefined) {
        env[variable(alias)] = value;
      }
    }
  }
  const proxy = env.HTTPS_PROXY || env.https_proxy ? '' : agentProxy(env);
  if (proxy) {
    env.HTTP_PROXY = env.HTTPS_PROXY = proxy;
  }
  return env;
}

// agentProxy is the proxy that the agent was set up with, in the form of HTTPS_PROXY, or '' where there is none for the
// organisation's address. The agent keeps it in variables of its own, which programs do not know.
function agentProxy(env) {
  try {
    const bypass = JSON.parse(env.AGENT_PROXYBYPASSLIST || '[]'); // regular expressions
    if (!env.AGENT_PROXYURL || bypass.some((host) => new RegExp(host, 'i').test(env.SYSTEM_COLLECTIONURI))) {
      return '';
    }
    const proxy = new URL(env.AGENT_PROXYURL);
    if (env.AGENT_PROXYUSERNAME) {
      proxy.username = encodeURIComponent(env.AGENT_PROXYUSERNAME);
      proxy.password = encodeURIComponent(env.SECRET_AGENT_PROXYPASSWORD || env.AGENT_PROXYPASSWORD || '');
    }
    return proxy.href;
  } catch {
    return '';
  }
}

// lastSentence remembers what the program said last on its standard error: why it could not do its work.
function lastSentence(stream) {
  let tail = '';
  stream.on('data', (chunk) => {
    process.stderr.write(chunk);
    tail = (tail + chunk.toString('utf8')).slice(-8192);
  });
  return () => {
    const said = tail.split(/\r?\n/).filter((line) => line.startsWith('envmedic: '));
    return said.length > 0 ? said[said.length - 1].slice('envmedic: '.length) : '';
  };
}

function run(file) {
  let child;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // Before the start: a signal that comes first would end node and leave the program behind. On Windows the console's Ctrl+C has
    // reached the program as well, and kill would end it without a word.
    process.on(signal, () => process.platform === 'win32' || child?.kill(signal));
  }
  child = spawn(file, [], { stdio: ['ignore', 'inherit', 'pipe'], env: environment() });
  const sentence = lastSentence(child.stderr);
  child.on('error', (err) => fail(`its program could not be started (${err.message}); the agent must be allowed to run ${file}`));
  child.on('close', (status, signal) => {
    if (signal) {
      fail(`it was stopped by ${signal} before it was done`);
    } else if (status === TOLD) {
      command('task.complete result=Succeeded', '');
    } else if (status === CAUSE_FOUND) {
      command('task.complete result=Failed', 'cause found');
    } else if (status > 0) {
      fail(sentence() || `it ended with exit status ${status}; the lines above say why`);
    }
  });
}

try {
  run(runnable(program()));
} catch (err) {
  fail(err.message);
}
