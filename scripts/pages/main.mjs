// Makes the demos, runs the groups of checks one after the other, and counts. The exit status is 0 when no check failed.
import { parseArgs } from 'node:util';
import { mkdirSync } from 'node:fs';
import { Outcome } from './outcome.mjs';
import { Demo } from './demo.mjs';
import { Browser } from './browser.mjs';
import * as pages from './every_page.mjs';
import * as supervisor from './supervisor.mjs';
import * as keyboard from './keyboard.mjs';
import * as script from './without_script.mjs';
import * as live from './live.mjs';
import * as print from './print.mjs';
import * as languages from './languages.mjs';
import * as crowd from './crowd.mjs';

const GROUPS = { supervisor, keyboard, script, print, languages, live, crowd, pages };
const LANES = [['supervisor', 'keyboard', 'script', 'print', 'languages'], ['live', 'crowd', 'pages']];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { shots: { type: 'string' }, only: { type: 'string' } } });
const [aftercall, modules, chromium] = positionals;
if (!chromium || (values.only && !GROUPS[values.only])) {
  console.error(`check AFTERCALL MODULES CHROMIUM [--shots DIR] [--only ${Object.keys(GROUPS).join('|')}]`);
  process.exit(2);
}
if (values.shots) mkdirSync(values.shots, { recursive: true });

const outcome = new Outcome();
const opened = [];
const finish = async () => { for (const one of opened.splice(0).reverse()) await one.close().catch((error) => console.error(String(error))); };
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => finish().finally(() => process.exit(1)));
// What fails beside every check is a fault too, and leaves no demo behind.
process.on('unhandledRejection', (error) => outcome.failed('the driver', error));
try {
  const demo = await Demo.start(aftercall, { calls: 40_000, days: 30, agents: 24 });
  opened.push(demo);
  const browser = await Browser.launch(modules, chromium);
  opened.push(browser);
  await browser.signIn(demo, outcome);
  const run = async (name) => {
    if (values.only && values.only !== name) return;
    const begun = Date.now();
    // A group that stops leaves the others to run.
    await GROUPS[name].run({ aftercall, demo, browser, outcome, shots: values.shots, opened }).catch((error) => outcome.failed(name, error));
    console.log(`      ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  };
  // Calls take as long as people would; other groups run meanwhile.
  await Promise.all(LANES.map(async (lane) => { for (const name of lane) await run(name); }));
} catch (error) {
  outcome.failed('the driver', error);
} finally {
  await finish();
}
process.exitCode = outcome.end();
