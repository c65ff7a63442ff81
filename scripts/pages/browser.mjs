// The browser, contexts in which the user of a demo is signed in, and what a page does besides showing something.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { equal, require as demand } from './outcome.mjs';

export class Browser {
  #chromium;
  #sessions = new Map();

  static async launch(modules, executablePath) {
    const load = createRequire(join(resolve(modules), 'package.json'));
    const browser = new Browser();
    browser.axe = readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');
    browser.#chromium = await load('playwright-core').chromium.launch({
      executablePath,
      // A root user has no sandbox, and a machine for tests no sound.
      args: ['--no-sandbox', '--mute-audio', '--disable-dev-shm-usage'],
    });
    return browser;
  }

  // Signs in once by the form; later contexts get the session.
  async signIn(demo, outcome) {
    const context = await this.#chromium.newContext({ baseURL: demo.address });
    const page = await context.newPage();
    await outcome.check(`signs in by the form as ${demo.user}`, async () => {
      await page.goto('/');
      equal(new URL(page.url()).pathname, '/sign-in', 'where somebody unknown is led');
      await page.fill('input[name=name]', demo.user);
      await page.fill('input[name=password]', demo.password);
      await page.click('main button');
      await page.waitForURL(`${demo.address}/`);
      demand(await page.locator('nav[aria-label]').count() === 1, 'no navigation after signing in');
    });
    this.#sessions.set(demo, await context.storageState());
    await context.close();
  }

  // A context of its own; `options` are those of playwright's newContext.
  async context(demo, options = {}) {
    const storageState = this.#sessions.get(demo);
    const context = await this.#chromium.newContext({ baseURL: demo.address, storageState, viewport: { width: 1440, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce', ...options });
    // Pages are on this machine: what has not come by then does not come.
    context.setDefaultTimeout(15_000);
    return context;
  }

  // Somebody who has not signed in.
  stranger(demo, options = {}) {
    return this.context(demo, { storageState: undefined, ...options });
  }

  async close() {
    await this.#chromium.close();
  }
}

// Keeps pages as they are: parts that are exchanged while they are looked at would be other elements. `live.mjs` looks at the exchange itself.
export async function keepStill(context) {
  await context.route('**/changes', (route) => route.fulfill({ contentType: 'text/event-stream', body: 'retry: 600000\n\n' }));
}

// Collects what no page may do: complain on the console, throw, break its own content policy, or ask another host for something.
export async function watch(page, demo) {
  const seen = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => seen.push(`error in a script: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${demo.address}/`) && !request.url().startsWith('data:')) seen.push(`request to another host: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    // What is under way when a page is left is broken off.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') seen.push(`failed request: ${request.url()} ${request.failure()?.errorText}`);
  });
  await page.exposeFunction('policyBroken', (text) => seen.push(`content policy: ${text}`));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => {
    globalThis.policyBroken(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  }));
  return seen;
}

// The text of an element, as it is read: white space of the markup means nothing.
export async function textOf(locator) {
  return (await locator.innerText()).replace(/\s+/g, ' ').trim();
}
