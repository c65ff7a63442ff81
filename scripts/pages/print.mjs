// On paper: no navigation, no forms, dark text on light, whatever the scheme of the screen.
import { equal, require } from './outcome.mjs';
import { PERIOD } from './list.mjs';

const LEFT_OUT = '.side, .skip, form, .filters details, .downloads, .tabs, button:not(.sorted)';

export async function run({ demo, browser, outcome }) {
  const context = await browser.context(demo, { viewport: { width: 720, height: 1000 } });
  const page = await context.newPage();
  for (const [name, at] of [['overview', `/?${PERIOD}`], ['report', `/report?${PERIOD}`], ['calls', `/calls?${PERIOD}`], ['comments', '/comments'], ['sampling', '/sampling'], ['wallboard', `/wallboard?${PERIOD}`]]) {
    await outcome.check(`print: ${name} is dark on light, without navigation and forms`, async () => {
      await page.goto(at);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const shown = await page.locator(LEFT_OUT).evaluateAll((all) => all.filter((element) => element.checkVisibility()).map((element) => element.outerHTML.slice(0, 80)));
      equal(shown.join('\n'), '', 'still shown');
      const pale = await page.evaluate(paleTexts);
      equal(pale.join('\n'), '', 'too pale for paper');
      require((await page.locator('main').innerText()).length > 50, 'nothing is left');
    });
  }
  await context.close();
}

// Runs in the page: texts that are not dark enough for white paper. Printers leave backgrounds out.
function paleTexts() {
  const brightness = (colour) => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pale = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest('script, noscript, option, title, desc, .hidden')) continue;
    const { color, fill } = getComputedStyle(element);
    const ink = element.closest('svg') ? fill : color;
    // WCAG 2.2, success criterion 1.4.3: 4.5 to 1 against white.
    if (1.05 / (brightness(ink) + 0.05) < 4.5) pale.add(`${element.tagName}.${element.className}: ${ink} ${node.data.trim().slice(0, 40)}`);
  }
  return [...pale].slice(0, 5);
}
