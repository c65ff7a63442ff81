// Ten thousand agents, names of two hundred letters without a place to break, names from right to left: the layout holds, and so does axe.
import { Demo } from './demo.mjs';
import { one } from './every_page.mjs';

// Thousands of rows are too many for axe in the time of a test; it looks at the others, whose names are as long.
const PAGES = [
  { name: 'crowd-overview', at: '/?period=last-28-days&by=agent', isHuge: true },
  { name: 'crowd-overview-by-queue', at: '/?period=last-28-days' },
  { name: 'crowd-calls', at: '/calls?period=last-28-days&step=answered' },
  { name: 'crowd-stream', at: '/stream?period=last-28-days' },
];
const LONG = 'Kundenzufriedenheitsbefragungsauswertungsabteilung'.repeat(4);
const RIGHT_TO_LEFT = 'שירות לקוחות – מחלקת תמיכה טכנית ומענה טלפוני';

export async function run({ aftercall, browser, outcome, shots, opened }) {
  const demo = await Demo.start(aftercall, { calls: 10_000, days: 28, agents: 10_000, names: hostile });
  opened.push(demo);
  await browser.signIn(demo, outcome);
  for (const page of PAGES) await one(page, { demo, browser, outcome, shots });
}

// Gives the first names, those of queues, teams and some agents, shapes that break a careless layout. A file of names has a limit, so not all.
function hostile(text) {
  let index = 0;
  return text.replace(/^name = .*$/gm, (line) => {
    index += 1;
    return index > 300 ? line : [line, `name = "${LONG}"`, `name = "${RIGHT_TO_LEFT}"`][index % 3];
  });
}
