// A demo of its own: made in a directory that is removed again, served on loopback at ports that the system chooses.
import { spawn, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, closeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { until } from './outcome.mjs';

const HOME = resolve('target/browser');
const run = promisify(execFile);

export class Demo {
  #process;
  #ended = false;

  // `names` may change the text of the file of names before the service reads it.
  static async start(aftercall, { calls, days, agents, names = (text) => text }) {
    const demo = new Demo();
    mkdirSync(HOME, { recursive: true });
    demo.aftercall = resolve(aftercall);
    demo.directory = mkdtempSync(join(HOME, 'demo-'));
    const database = join(demo.directory, 'demo.db');
    const options = ['demo', '--database', database, '--calls', `${calls}`, '--days', `${days}`, '--agents', `${agents}`];
    try {
      await run(demo.aftercall, [...options, '--json']);
      const file = join(demo.directory, 'directory.toml');
      writeFileSync(file, names(readFileSync(file, 'utf8')));
      await demo.#serve(options);
    } catch (error) {
      await demo.close();
      throw error;
    }
    return demo;
  }

  async #serve(options) {
    this.sip = `127.0.0.1:${await freePort()}`;
    this.#environment = { ...process.env, AFTERCALL__HTTP__LISTEN: '127.0.0.1:0', AFTERCALL__SIP__LISTEN: `udp:${this.sip}` };
    this.log = join(this.directory, 'log');
    const log = openSync(this.log, 'w');
    this.#process = spawn(this.aftercall, [...options, '--no-open'], { env: this.#environment, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#process.on('exit', () => { this.#ended = true; });
    const printed = /open (http:\/\/\S+) and sign in as (\S+) with the password (\S+)/;
    const [, address, user, password] = await until('the demo is served', () => {
      const text = readFileSync(this.log, 'utf8');
      if (this.#ended) throw new Error(`the demo ended:\n${text.slice(-2000)}`);
      return printed.exec(text);
    }, 60_000);
    Object.assign(this, { address, user, password });
  }

  #environment;

  // The number that leads to a survey.
  numberOf(survey) {
    const routes = readFileSync(join(this.directory, 'aftercall.toml'), 'utf8').split('[[route]]');
    const route = routes.find((text) => text.includes(`survey = "${survey}"`));
    return /number = "(\w+)"/.exec(route)[1];
  }

  // Places a call as a PBX would, with keys pressed as soon as a question begins, and waits for its end.
  async call(survey, keys, headers) {
    const options = ['--config', join(this.directory, 'aftercall.toml'), 'call', `sip:${this.numberOf(survey)}@${this.sip}`, '--keys', keys, '--barge-in'];
    for (const header of headers) options.push('--header', header);
    await run(this.aftercall, options, { env: this.#environment });
  }

  async close() {
    if (this.#process && !this.#ended) {
      this.#process.kill('SIGTERM');
      await until('the demo ends', () => this.#ended, 15_000).catch(() => this.#process.kill('SIGKILL'));
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('error', reject);
    socket.bind(0, '127.0.0.1', () => { const { port } = socket.address(); socket.close(() => resolve(port)); });
  });
}
