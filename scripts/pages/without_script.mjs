// Without JavaScript a page says the same, and its form works by its button.
import { equal, require } from './outcome.mjs';
import { PERIOD } from './list.mjs';

// What is of this minute, and no part of a period in the past.
const OF_NOW = ['#as-of', '#now'];

export async function run({ demo, browser, outcome }) {
  const step = (name, body) => outcome.check(`without script: ${name}`, body);
  const [without, withIt] = await Promise.all([browser.context(demo, { javaScriptEnabled: false }), browser.context(demo)]);
  const [plain, scripted] = await Promise.all([without.newPage(), withIt.newPage()]);
  for (const [name, at] of [['overview', `/?${PERIOD}`], ['calls', `/calls?${PERIOD}&step=answered`], ['report', `/report?${PERIOD}`]]) {
    await step(`${name} says the same as with it`, async () => {
      const texts = await Promise.all([plain, scripted].map((page) => mainText(page, at)));
      require(texts[1].length > 500, `the text has ${texts[1].length} characters`);
      equal(difference(texts[0], texts[1]), '', 'the first difference');
    });
  }
  await step('the form for period and names works by its button', async () => {
    await plain.goto('/calls');
    await plain.click('.filters summary');
    await plain.selectOption('.filters select[name=period]', 'last-week');
    await plain.fill('.filters input[name=queue]', '=nobody');
    await plain.click('.filters button');
    const { searchParams } = new URL(plain.url());
    equal(`${searchParams.get('period')} ${searchParams.get('queue')}`, 'last-week =nobody', 'the address');
    equal(await plain.locator('.chips li').count(), 1, 'chips');
    await plain.click('.chips a');
    equal(new URL(plain.url()).searchParams.get('queue'), null, 'the queue after its chip was taken away');
  });
  await step('signs out and in', async () => {
    const context = await browser.stranger(demo, { javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto('/views');
    await page.fill('input[name=name]', demo.user);
    await page.fill('input[name=password]', demo.password);
    await page.click('main button');
    equal(new URL(page.url()).pathname, '/views', 'where signing in leads');
    await page.click('.reader button');
    equal(new URL(page.url()).pathname, '/sign-in', 'where signing out leads');
    await context.close();
  });
  await Promise.all([without.close(), withIt.close()]);
}

async function mainText(page, at) {
  await page.goto(at);
  return page.locator('main').evaluate((main, left) => {
    const copy = main.cloneNode(true);
    for (const selector of left) copy.querySelector(selector)?.remove();
    return copy.textContent.replace(/\s+/g, ' ').trim();
  }, OF_NOW);
}

function difference(a, b) {
  if (a === b) return '';
  const at = [...a].findIndex((character, index) => character !== b[index]);
  return `${a.slice(at - 40, at + 60)} / ${b.slice(at - 40, at + 60)}`;
}
