// A call that ends while pages are open is on them without a reload, and whoever reads is left where they were.
import { equal, require, until } from './outcome.mjs';
import { textOf, watch } from './browser.mjs';

const QUEUE = 'checked-by-the-pages';

export async function run({ demo, browser, outcome }) {
  const context = await browser.context(demo, { viewport: { width: 900, height: 500 } });
  const [stream, overview, wall] = [await context.newPage(), await context.newPage(), await context.newPage()];
  const seen = await watch(stream, demo);
  await outcome.check('live: a queue that has had no call yet has an overview of its own', async () => {
    await stream.goto('/stream');
    await overview.goto(`/?queue=%3D${QUEUE}&period=today`);
    await wall.goto('/wallboard?period=today');
    equal(await stream.locator('#newest li', { hasText: QUEUE }).count(), 0, 'cards before the call');
    equal(await offered(overview), '', 'calls before the call');
  });
  for (const page of [stream, overview]) {
    await page.evaluate(() => {
      globalThis.isTheSame = true;
      document.querySelector('.filters summary').focus();
      scrollTo({ top: 240, behavior: 'instant' });
    });
  }
  const places = [await place(stream), await place(overview)];
  await outcome.check('live: a call is placed by SIP', () => demo.call('csat-agent', '5', [`X-Queue: ${QUEUE}`, 'X-Agent-Id: 1007', 'X-Team: sales']));
  await outcome.check('live: its answers come to the open stream, first of all', async () => {
    const card = stream.locator('#newest li', { hasText: QUEUE });
    await until('the card', () => card.count(), 30_000);
    require((await textOf(card.first())).includes('csat 5'), await textOf(card.first()));
  });
  await outcome.check('live: the overview counts it', async () => {
    await until('the count', async () => (await offered(overview)) === '1', 30_000);
  });
  await outcome.check('live: neither page was loaded anew, and focus and place are kept', async () => {
    for (const [index, page] of [stream, overview].entries()) {
      require(await page.evaluate(() => globalThis.isTheSame === true), 'the page was loaded anew');
      equal(await place(page), places[index], 'place');
    }
    equal(seen.join('\n'), '', 'seen');
  });
  await outcome.check('live: what somebody is using is left alone, and catches up afterwards', async () => {
    await stream.locator('#newest a').first().focus();
    const link = await stream.evaluate(() => { globalThis.held = document.activeElement; return document.activeElement.href; });
    await demo.call('csat-agent', '1', [`X-Queue: ${QUEUE}-2`]);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    equal(await stream.evaluate(() => globalThis.held.isConnected && document.activeElement === globalThis.held && document.activeElement.href), link, 'the focused link');
    await stream.locator('.filters summary').focus();
    await until('the card of the second call', () => stream.locator('#newest li', { hasText: `${QUEUE}-2` }).count(), 60_000);
  });
  await context.close();
}

function place(page) {
  return page.evaluate(() => `${document.activeElement.tagName} at ${scrollY}`);
}

// Calls of the funnel's first step, as the overview says them.
async function offered(page) {
  return page.locator('#part-calls svg').evaluateAll((charts) => charts.map((chart) => /\d+/.exec(chart.textContent.replace(/\s+/g, ' '))?.[0]).join());
}
