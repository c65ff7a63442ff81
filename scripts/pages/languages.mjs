// The overview in the other languages: each says which it is, and no id of a message stands in place of a sentence.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { equal, require } from './outcome.mjs';
import { overflowing } from './every_page.mjs';
import { PERIOD } from './list.mjs';

const LANGUAGES = { fi: 'fi-FI', pl: 'pl-PL', cs: 'cs-CZ', el: 'el-GR' };
const MESSAGES = ['crates/pages/messages/en.ftl', 'crates/report/messages/en.ftl'];

export async function run({ demo, browser, outcome }) {
  const ids = messageIds();
  for (const [language, locale] of Object.entries(LANGUAGES)) {
    const context = await browser.context(demo, { locale });
    const page = await context.newPage();
    for (const [name, at] of [['overview', `/?${PERIOD}`], ['report', `/report?${PERIOD}`], ['comments', '/comments'], ['sampling', '/sampling'], ['users', '/users'], ['views', '/views']]) {
      await outcome.check(`languages: ${name} in ${language} says its language, and sentences in place of ids, and fits`, async () => {
        await page.goto(at);
        equal(await page.locator('html').getAttribute('lang'), language, 'lang');
        const texts = await page.evaluate(visibleTexts);
        require(texts.length > 20, `${texts.length} texts`);
        equal(texts.flatMap((text) => text.match(/[a-z][a-z0-9_]*(?:-[a-z0-9_]+)+/g) ?? []).filter((word) => ids.has(word)).join(' '), '', 'ids of messages');
        for (const width of [360, 900, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          equal(await overflowing(page), '', `wider than ${width} px`);
        }
      });
    }
    await context.close();
  }
}

function messageIds() {
  const lines = MESSAGES.flatMap((file) => readFileSync(resolve(file), 'utf8').split('\n'));
  const ids = new Set(lines.map((line) => /^([a-z][\w-]*) =/.exec(line)?.[1]).filter(Boolean));
  require(ids.size > 200, `${ids.size} ids of messages`);
  return ids;
}

// Runs in the page: texts, and the attributes that are read out or shown.
function visibleTexts() {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // Ids of surveys, queues and the like are no sentences.
    if (!node.parentElement.closest('script, style, code, bdi, datalist')) texts.push(node.data.trim());
  }
  for (const element of document.querySelectorAll('[aria-label],[title],[placeholder],[alt]')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
  }
  return texts.filter(Boolean);
}
