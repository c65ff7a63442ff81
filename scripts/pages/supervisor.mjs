// The way of a supervisor on a Monday: last week, the worst queue, its calls, a comment to listen to, back again, a view, a file.
import { readFileSync } from 'node:fs';
import { equal, require, until } from './outcome.mjs';
import { textOf, watch } from './browser.mjs';

// "Choose period and names", as a person uses the form.
export async function choosePeriod(page, period) {
  await page.click('.filters summary');
  await page.selectOption('.filters select[name=period]', period);
  await page.click('.filters button');
  await page.waitForURL((url) => url.searchParams.get('period') === period);
}

const digits = (text) => Number(text.replace(/\D/g, ''));

export async function run({ demo, browser, outcome }) {
  const context = await browser.context(demo, { acceptDownloads: true });
  const page = await context.newPage();
  const seen = await watch(page, demo);
  const step = (name, body) => outcome.check(`supervisor: ${name}`, body);
  let worst;
  let figures;

  await step('opens last week, side by side by queue', async () => {
    await page.goto('/');
    await choosePeriod(page, 'last-week');
    await page.click('#part-groups .tabs a[href*="by=queue"]');
    equal(await page.locator('#part-groups .tabs a[aria-current]').innerText(), 'Queue', 'grouping');
  });
  await step('finds the worst queue, and the number of its calls leads to as many calls', async () => {
    const table = page.locator('#part-groups table').first();
    const rates = await table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => parseFloat([...row.cells].map((cell) => cell.innerText).find((text) => text.includes('%')))));
    require(rates.length >= 3 && rates.every((rate) => rate > 0), `rates of the queues: ${rates}`);
    worst = table.locator('tbody tr').nth(rates.indexOf(Math.min(...rates)));
    figures = await textOf(page.locator('#cards'));
    const number = digits(await worst.locator('td a:visible').first().innerText());
    await worst.locator('td a:visible').first().click();
    await page.waitForURL((url) => url.pathname === '/calls');
    equal(digits(await page.locator('#count').innerText()), number, 'calls of the list');
    let listed = await page.locator('tbody tr').count();
    for (let more = page.locator('a[rel=next]'); await more.count(); more = page.locator('a[rel=next]')) {
      await more.click();
      listed += await page.locator('tbody tr').count();
    }
    equal(listed, number, 'rows on all pages of the list');
  });
  await step('opens a call of the list', async () => {
    await page.locator('tbody th a').first().click();
    equal(await page.locator('h1').innerText(), 'Call', 'heading');
    require(await page.locator('.steps li').count() >= 3, 'nothing happened in the call');
  });
  await step('goes back by the browser, and finds filters and figures again', async () => {
    for (let tries = 0; new URL(page.url()).pathname !== '/'; tries += 1) {
      require(tries < 40, 'no way back to the overview');
      await page.goBack();
    }
    equal(await textOf(page.locator('#cards')), figures, 'figures');
    equal(await page.locator('.filters select[name=period]').inputValue(), 'last-week', 'period in the form');
    equal(await page.locator('#part-groups .tabs a[aria-current]').innerText(), 'Queue', 'grouping');
  });
  await step('takes the worst queue alone, and takes it away again', async () => {
    await worst.locator('th a').click();
    await page.waitForURL((url) => url.searchParams.has('queue'));
    equal(await page.locator('.chips li').count(), 1, 'chips');
    require(await textOf(page.locator('#cards')) !== figures, 'the figures of one queue are those of all');
    await page.click('.chips a');
    equal(await textOf(page.locator('#cards')), figures, 'figures');
  });
  await step('opens a call with a comment from the list', async () => {
    await page.goto('/calls?period=last-7-days&comment=comment');
    await page.locator('tbody a[href$="#comments"]').first().click();
    await page.waitForSelector('#comments audio');
  });
  await step('plays the comment: time advances, without an error, by a part of the file', async () => {
    const player = page.locator('#comments audio').first();
    await player.focus();
    const [answered] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/audio')), page.keyboard.press('Space')]);
    equal(answered.status(), 206, 'status of the audio');
    await until('the player advances', () => player.evaluate((audio) => audio.currentTime > 0.3 && audio.error === null));
    require(await player.evaluate((audio) => Number.isFinite(audio.duration) && audio.duration > 1), 'the player does not know how long it is');
  });
  await step('marks it as heard, and the page says by whom', async () => {
    await page.locator('#comments form.heard button').first().click();
    await page.waitForLoadState('load');
    require(/Heard by demo \(/.test(await textOf(page.locator('#comments'))), await textOf(page.locator('#comments')));
    equal(await page.locator('#comments [data-comment]').first().locator('form.heard').count(), 0, 'forms to mark it again');
  });
  await step('saves a view under a name, and opens it', async () => {
    await page.goto('/?period=last-week&by=team');
    const saved = await textOf(page.locator('#cards'));
    await page.click('.further a[href="/views"]');
    await page.fill('form[action="/views"] input[name=name]', 'Teams of last week');
    await page.click('form[action="/views"] button');
    await page.click('main a:has-text("Teams of last week")');
    equal(new URL(page.url()).search, '?period=last-week&by=team', 'address');
    equal(await textOf(page.locator('#cards')), saved, 'figures');
  });
  for (const [format, name, type, isFile] of FILES) {
    await step(`takes the report away as ${format}`, async () => {
      await page.goto('/report?period=last-week');
      await takeAway(page, format, name, type, isFile);
    });
  }
  await step('takes the calls away as XLSX', async () => {
    await page.goto('/calls?period=last-week');
    await takeAway(page, 'XLSX', /^aftercall-calls-\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d\.xlsx$/, WORKBOOK, isZip);
  });
  await step('nothing on the console, no other host, all the way', async () => equal(seen.join('\n'), '', 'seen'));
  await context.close();
}

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const isZip = (bytes) => bytes.subarray(0, 2).toString() === 'PK';
const FILES = [
  ['XLSX', /\.xlsx$/, WORKBOOK, isZip],
  ['CSV', /\.csv$/, 'text/csv; charset=utf-8', (bytes) => bytes.includes(',')],
  ['HTML', /\.html$/, 'text/html; charset=utf-8', (bytes) => bytes.toString().startsWith('<!DOCTYPE html>')],
  ['JSON', /\.json$/, 'application/json', (bytes) => Boolean(JSON.parse(bytes))],
];

async function takeAway(page, format, name, type, isFile) {
  const link = page.locator(`.downloads a:text-is("${format}")`);
  const answer = await page.request.get(await link.getAttribute('href'));
  equal(answer.headers()['content-type'], type, 'media type');
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  require(name.test(download.suggestedFilename()), `a file by the name of ${download.suggestedFilename()}`);
  require(isFile(readFileSync(await download.path())), `what is in ${download.suggestedFilename()} is no ${format}`);
}
