'use strict';
// What the agent sees of the task, with a shell script in the place of the program.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { binary, install, run, start } = require('./agent');

const succeeded = '##vso[task.complete result=Succeeded]';
const completions = (result) => result.lines.filter((line) => line.startsWith('##vso[task.complete '));

describe('how the program ended is told to the agent, and node itself exits with 0', () => {
  test('0: told, or nothing to tell', async () => {
    const result = await run('echo the verdict; exit 0');
    assert.equal(result.code, 0);
    assert.deepEqual(result.lines, ['the verdict', succeeded, '']);
  });

  test('1: a cause was found, and the user wants the step to fail then', async () => {
    const result = await run('exit 1');
    assert.equal(result.code, 0);
    assert.deepEqual(result.lines, ['##vso[task.complete result=Failed]cause found', '']);
  });

  test('2 and 3: its last sentence says why', async () => {
    const result = await run("echo 'envmedic: first trouble' >&2; echo 'envmedic: input comment is \"no\", must be off; 100% sure' >&2; exit 2");
    assert.equal(result.code, 0);
    assert.deepEqual(result.lines, [
      '##vso[task.logissue type=error]envmedic: input comment is "no", must be off; 100%AZP25 sure',
      '##vso[task.complete result=Failed]input comment is "no", must be off; 100%AZP25 sure', '',
    ]);
    assert.match(result.stderr, /^envmedic: first trouble\nenvmedic: input comment/, 'standard error is passed on as it is');
  });

  test('a status without a sentence', async () => {
    const result = await run("echo 'panic: something' >&2; exit 7");
    assert.deepEqual(completions(result), ['##vso[task.complete result=Failed]it ended with exit status 7; the lines above say why']);
  });

  test('a program that is killed', async () => {
    const result = await run('kill -KILL $$');
    assert.equal(result.code, 0);
    assert.deepEqual(completions(result), ['##vso[task.complete result=Failed]it was stopped by SIGKILL before it was done']);
  });

  test('a line break in the last sentence begins no command of its own', async () => {
    const result = await run("printf 'envmedic: bad\\r##vso[task.setvariable variable=PATH]x\\n' >&2; exit 3");
    const commands = result.lines.filter((line) => line.includes('##vso['));
    assert.equal(commands.length, 2);
    for (const line of commands) assert.match(line, /^##vso\[task\.(logissue|complete) /);
    assert.ok(!result.stdout.includes('\r'));
  });

  test('many lines on both streams come through whole', async () => {
    const result = await run('i=0; while [ $i -lt 5000 ]; do echo "line $i of the verdict"; echo "note $i" >&2; i=$((i+1)); done');
    assert.equal(result.lines.length, 5002);
    assert.equal(result.lines[4999], 'line 4999 of the verdict');
    assert.equal(result.stderr.split('\n').length, 5001);
  });
});

describe('the program gets the agent\'s environment', () => {
  const agent = {
    INPUT_LOG: 'build.log', INPUT_COMMENT: 'update', INPUT_TOKEN: '',
    ENDPOINT_URL_SYSTEMVSSCONNECTION: 'https://dev.azure.example/fabrikam/',
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: 'job-token', SECRET_FEED_PASSWORD: 'hunter22',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.example/fabrikam/', BUILD_SOURCESDIRECTORY: '/agent/_work/1/s',
  };

  test('inputs, the job\'s token and address, secrets to be masked', async () => {
    const result = await run('env', { env: agent });
    for (const [name, value] of Object.entries(agent)) assert.ok(result.lines.includes(`${name}=${value}`), name);
  });

  test('an input under its alias, which is the name that the GitHub Action has too', async () => {
    const result = await run('env', { env: { INPUT_RULEDIR: 'rules', INPUT_PATCHBASE: 'main' } });
    assert.ok(result.lines.includes('INPUT_RULE_DIR=rules'));
    assert.ok(result.lines.includes('INPUT_PATCH_BASE=main'));
  });

  test('an agent that hands over the alias itself is not overruled', async () => {
    const result = await run('env', { env: { INPUT_RULEDIR: '', INPUT_RULE_DIR: 'rules' } });
    assert.ok(result.lines.includes('INPUT_RULE_DIR=rules'));
  });

  test('no arguments, and a standard input that is at its end', async () => {
    const result = await run('echo "$# arguments"; cat; echo end of input');
    assert.deepEqual(result.lines, ['0 arguments', 'end of input', succeeded, '']);
  });

  test('the folder that the agent starts the task in', async () => {
    const dir = install('pwd -P');
    const result = await start(dir);
    assert.equal(result.lines[0], fs.realpathSync(process.cwd()));
  });
});

describe('an agent behind a proxy', () => {
  const agent = {
    SYSTEM_COLLECTIONURI: 'https://dev.azure.example/fabrikam/', AGENT_PROXYURL: 'http://proxy.example:3128',
  };
  const proxies = async (env) => {
    const result = await run('env', { env: { ...agent, ...env } });
    return result.lines.filter((line) => /^HTTPS?_PROXY=/i.test(line)).sort();
  };

  test('the program uses the agent\'s proxy', async () => {
    assert.deepEqual(await proxies({}), ['HTTPS_PROXY=http://proxy.example:3128/', 'HTTP_PROXY=http://proxy.example:3128/']);
  });

  test('with its name and password', async () => {
    const [proxy] = await proxies({ AGENT_PROXYUSERNAME: 'build', SECRET_AGENT_PROXYPASSWORD: 'p@ss:word/1' });
    assert.equal(proxy, 'HTTPS_PROXY=http://build:p%40ss%3Aword%2F1@proxy.example:3128/');
  });

  test('not where the agent itself goes past it', async () => {
    assert.deepEqual(await proxies({ AGENT_PROXYBYPASSLIST: '["github\\\\.example", "azure\\\\.example"]' }), []);
  });

  test('not where the job has its own', async () => {
    assert.deepEqual(await proxies({ https_proxy: 'http://own.example' }), ['https_proxy=http://own.example']);
  });

  test('settings that cannot be read are no failure', async () => {
    assert.deepEqual(await proxies({ AGENT_PROXYURL: 'proxy what', AGENT_PROXYBYPASSLIST: '[' }), []);
  });
});

describe('a cancelled run', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    test(`${signal} reaches the program, which ends in its own time`, async () => {
      const name = signal.slice(3);
      const script = `trap 'echo told to stop; echo "envmedic: stopped by ${signal}" >&2; exit 3' ${name}; echo ready; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done`;
      let sent = false;
      const result = await run(script, {
        onOutput: (text, child) => {
          if (!sent && text.includes('ready')) { sent = true; child.kill(signal); }
        },
      });
      assert.equal(result.code, 0, 'node waits for the program');
      assert.equal(result.signal, null);
      assert.ok(result.lines.includes('told to stop'));
      assert.deepEqual(completions(result), [`##vso[task.complete result=Failed]stopped by ${signal}`]);
    });
  }
});

describe('machines', () => {
  test('the run bit that the archive does not store is given', async () => {
    const dir = install('exit 0');
    const file = path.join(dir, 'bin', binary);
    assert.equal(fs.statSync(file).mode & 0o111, 0);
    const result = await start(dir);
    assert.deepEqual(completions(result), [succeeded]);
  });

  test('in a read-only folder of tasks, a copy in the job\'s temporary folder runs', async () => {
    const dir = install('echo "runs as $0"');
    const preload = path.join(dir, 'readonly.js');
    fs.writeFileSync(preload, `
      const fs = require('node:fs');
      const chmod = fs.chmodSync;
      fs.chmodSync = (file, mode) => {
        if (file.includes('/bin/')) throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
        chmod(file, mode);
      };`);
    const temp = path.join(dir, 'agent_temp');
    fs.mkdirSync(temp);
    const result = await start(dir, { args: ['--require', preload], env: { AGENT_TEMPDIRECTORY: temp } });
    assert.match(result.lines[0], new RegExp(`^runs as ${temp}/envmedic-\\w+/${binary}$`));
    assert.deepEqual(completions(result), [succeeded]);
  });

  test('a missing program', async () => {
    const result = await run(undefined);
    assert.equal(result.code, 0);
    assert.deepEqual(completions(result), [`##vso[task.complete result=Failed]the task lacks its program bin/${binary}; install the extension again`]);
  });

  test('a program that the machine cannot run', async () => {
    const dir = install();
    fs.writeFileSync(path.join(dir, 'bin', binary), '#!/nowhere/loader\n');
    const result = await start(dir);
    assert.equal(result.code, 0);
    assert.match(completions(result)[0], /result=Failed\]its program could not be started \(spawn .*\); the agent must be allowed to run /);
    assert.equal(completions(result).length, 1, 'the end is told once');
  });

  for (const [property, value, machine] of [['platform', 'aix', `aix on ${process.arch}`], ['arch', 'arm', `${process.platform} on arm`]]) {
    test(`an unsupported ${property}`, async () => {
      const dir = install('exit 0');
      const preload = path.join(dir, 'machine.js');
      fs.writeFileSync(preload, `Object.defineProperty(process, '${property}', { value: '${value}' });`);
      const result = await start(dir, { args: ['--require', preload] });
      assert.deepEqual(completions(result),
        [`##vso[task.complete result=Failed]there is no envmedic for ${machine}; run this job on Linux, Windows or macOS, x64 or arm64`]);
    });
  }
});
