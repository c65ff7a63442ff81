// What holds for every page: no violation of WCAG that axe finds, in light and dark; nothing on the console; nobody else's server; no sideways
// scrolling at three widths; one heading, landmarks, tables and charts that a screen reader can name.
import { join } from 'node:path';
import { equal, require } from './outcome.mjs';
import { keepStill, watch } from './browser.mjs';
import { accessibilityFaults } from './screen_reader.mjs';
import { PAGES } from './list.mjs';

export const WIDTHS = [360, 900, 1440];
export const SCHEMES = ['light', 'dark'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function run({ demo, browser, outcome, shots }) {
  const finder = await browser.context(demo);
  const finding = await finder.newPage();
  const hostile = await demo.call('csat-agent', '1', HOSTILE).then(() => null, (error) => error);
  await outcome.check('a call with long, foreign and empty names is taken', () => require(!hostile, String(hostile)));
  const found = [];
  for (const listed of PAGES) {
    await outcome.check(`${listed.name}: there is a way to it`, async () => {
      const at = typeof listed.at === 'string' ? listed.at : await listed.at(finding);
      require(at, 'no address');
      found.push({ ...listed, at });
    });
  }
  await finder.close();
  const next = async () => { for (let page = found.shift(); page; page = found.shift()) await one(page, { demo, browser, outcome, shots }); };
  await Promise.all([next(), next()]);
}

// A name without a place to break, right-to-left text, markup.
const HOSTILE = [
  `X-Queue: ${'Rindfleischetikettierungsüberwachung'.repeat(3)}`,
  'X-Team: קבוצת התמיכה הטכנית <b>',
  `X-Agent-Id: ${'a'.repeat(90)}`,
];

// Opens a page once and looks at it in every way.
export async function one({ name, at, isStrange, status = 200, isHuge = false, landmarks = isStrange ? ['main'] : ['main', 'banner', 'navigation'] }, { demo, browser, outcome, shots }) {
  const context = await (isStrange ? browser.stranger(demo) : browser.context(demo));
  await keepStill(context);
  const page = await context.newPage();
  const seen = await watch(page, demo);
  await outcome.check(`${name}: is shown, without complaint, from this host alone`, async () => {
    const answer = await page.goto(at, { timeout: 60_000 });
    equal(answer.status(), status, 'status');
    await page.waitForLoadState('load');
    // Of a page that is answered with a fault the console says so: of the page, and of nothing else.
    const allowed = (text) => status !== 200 && text.includes(`status of ${status}`) && text.includes(page.url());
    equal(seen.filter((text) => !allowed(text)).join('\n'), '', 'seen');
  });
  for (const scheme of isHuge ? ['light'] : SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      if (scheme === SCHEMES[0]) await outcome.check(`${name}: does not scroll sideways at ${width} px`, async () => equal(await overflowing(page), '', 'wider than the page'));
      // The form to sign in is narrow on purpose.
      if (scheme === SCHEMES[0] && name !== 'sign-in') await outcome.check(`${name}: has the room that there is at ${width} px`, async () => require(await share(page) > 0.6, `the content has ${await share(page)} of the width`));
      if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: !isHuge });
    }
    if (!isHuge) await outcome.check(`${name}: axe finds nothing, ${scheme}`, async () => equal(await violations(page, browser.axe), '', 'violations'));
  }
  if (isHuge) return context.close();
  await page.setViewportSize({ width: 360, height: 900 });
  await outcome.check(`${name}: axe finds nothing at 360 px`, async () => equal(await violations(page, browser.axe), '', 'violations'));
  await outcome.check(`${name}: headings, landmarks, tables and charts have names`, async () => equal((await accessibilityFaults(page, landmarks)).join('\n'), '', 'faults'));
  await context.close();
}

// What is too wide, if the page scrolls sideways.
// The part of the width that the content has.
function share(page) {
  return page.evaluate(() => document.querySelector('main').getBoundingClientRect().width / Math.min(document.documentElement.clientWidth, 1344));
}

export function overflowing(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth && document.body.scrollWidth <= document.body.clientWidth) return '';
    const clips = (element) => element && (getComputedStyle(element).overflowX !== 'visible' || clips(element.parentElement));
    const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5 && !clips(element.parentElement));
    return wide.map((element) => `${element.tagName}.${element.className}`).slice(0, 5).join(' ') || `${scrollWidth} px`;
  });
}

// What axe finds, one line a rule.
export async function violations(page, axe) {
  if (!await page.evaluate(() => Boolean(globalThis.axe))) await page.evaluate(axe);
  const found = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }), RULES);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0].html.slice(0, 160)} | ${(nodes[0].any[0] ?? nodes[0].all[0] ?? nodes[0].none[0])?.message}`).join('\n');
}
