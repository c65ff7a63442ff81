// By keyboard alone: from signing in to a call; the focus can be seen wherever it is, follows the document, and is caught nowhere.
import { equal, require } from './outcome.mjs';
import { keepStill } from './browser.mjs';
import { PERIOD } from './list.mjs';

export async function run({ demo, browser, outcome }) {
  const step = (name, body) => outcome.check(`keyboard: ${name}`, body);
  const context = await browser.stranger(demo);
  await keepStill(context);
  const page = await context.newPage();
  const press = (key) => page.keyboard.press(key);

  await step('signs in', async () => {
    await page.goto(`/sign-in?to=${encodeURIComponent(`/?${PERIOD}`)}`);
    await page.keyboard.type(demo.user);
    await press('Tab');
    await page.keyboard.type(demo.password);
    await press('Enter');
    await page.waitForURL((url) => url.pathname === '/');
  });
  await step('the first Tab is the link to the content, which can be seen and works', async () => {
    await press('Tab');
    const skip = await page.evaluate(() => {
      const { left, top, width } = document.activeElement.getBoundingClientRect();
      return { href: document.activeElement.getAttribute('href'), isSeen: left >= 0 && top >= 0 && width > 10 };
    });
    equal(skip.href, '#content', 'where it leads');
    require(skip.isSeen, 'it is outside of the screen');
    await press('Enter');
    await press('Tab');
    require(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the next Tab is not in the content');
  });
  await step('goes to the calls and opens one, by Tab and Enter', async () => {
    await tabTo(page, 'nav a[href^="/calls"]');
    await press('Enter');
    await page.waitForURL((url) => url.pathname === '/calls');
    await tabTo(page, 'tbody th a');
    await press('Enter');
    await page.waitForURL((url) => url.pathname.startsWith('/calls/'));
    equal(await page.locator('h1').innerText(), 'Call', 'heading');
  });
  await step('sorts a table', async () => {
    await page.goto('/sampling');
    const last = 'section:nth-of-type(1) th:last-child';
    await tabTo(page, `${last} button.sorted`);
    await press('Enter');
    equal(await page.locator(last).getAttribute('aria-sort'), 'ascending', 'aria-sort');
  });
  await step('sorts no part of a longer list, but finds the oldest of all', async () => {
    await page.goto(`/calls?${PERIOD}`);
    equal(await page.locator('button.sorted').count(), 0, 'headings that sort');
    await tabTo(page, 'a[href*="order=oldest"]');
    await press('Enter');
    await page.waitForURL((url) => url.searchParams.get('order') === 'oldest');
  });
  for (const [name, at] of [['overview', `/?${PERIOD}`], ['stream', '/stream?period=last-7-days'], ['calls', `/calls?${PERIOD}`], ['users', '/users'], ['views', '/views']]) {
    await step(`${name}: each stop of Tab can be seen, in the order of the document, and none holds the focus`, async () => {
      await page.goto(at);
      await page.locator('.filters details').evaluateAll((all) => all.forEach((details) => { details.open = true; }));
      await walk(page);
    });
  }
  await context.close();
}

// Presses Tab until the focus is on what a selector names.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 300; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  throw new Error(`300 presses of Tab do not lead to ${selector}`);
}

// Runs in the page: what an element looks like from outside, and where it stands in the document.
function install() {
  const STOPS = 'a[href],button,input:not([type=hidden]),select,textarea,summary,audio[controls],[tabindex]:not([tabindex="-1"])';
  const look = (element) => { const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element); return `${outlineStyle === 'none' ? '' : `${outlineStyle} ${outlineWidth} ${outlineColor}`}|${boxShadow}`; };
  const stops = [...document.querySelectorAll(STOPS)].filter((element) => element.checkVisibility() && !element.disabled);
  const before = new Map(stops.map((element) => [element, look(element)]));
  globalThis.focusNow = () => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    const isOnScreen = width > 0 && height > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
    return { index: stops.indexOf(element), isMarked: look(element) !== before.get(element), isOnScreen, html: element.outerHTML.slice(0, 120) };
  };
  return stops.length;
}

async function walk(page) {
  const count = await page.evaluate(install);
  await page.keyboard.press('Tab');
  const visited = [];
  let same = 0;
  for (let presses = 0; presses < count * 2 + 100; presses += 1) {
    const now = await page.evaluate(() => globalThis.focusNow());
    if (!now || (now.index === 0 && visited.length > 1)) break;
    if (now.index === visited.at(-1)) {
      // Fields for days and players have several stops inside.
      same += 1;
      require(same < 12, `the focus is caught at ${now.html}`);
    } else {
      same = 0;
      require(now.isMarked, `the focus cannot be seen on ${now.html}`);
      require(now.isOnScreen, `the focus is outside of the screen on ${now.html}`);
      require(now.index > (visited.at(-1) ?? -1), `the focus goes back in the document to ${now.html}`);
      visited.push(now.index);
    }
    await page.keyboard.press('Tab');
  }
  equal(visited.length, count, 'stops of Tab');
}
