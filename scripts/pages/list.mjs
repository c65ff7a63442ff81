// The pages, each with the way to it. An address that has to be found first is a function of a page in which the user is signed in.

export const PERIOD = 'period=last-week';

const first = (from, selector) => async (page) => {
  await page.goto(from);
  return page.locator(selector).first().getAttribute('href');
};

// Makes a share link of an address, and answers its path.
export async function shareLink(page, address) {
  await page.goto('/views');
  await page.fill('form[action="/share"] input[name=address]', address);
  await page.click('form[action="/share"] button');
  return page.locator('.box a').getAttribute('href');
}

// `isStrange`: asked for without a session. `status`: what is answered, 200 where it is not said.
// `landmarks`: those of a page that has not the usual ones.
export const PAGES = [
  { name: 'sign-in', at: '/sign-in', isStrange: true },
  { name: 'overview', at: `/?${PERIOD}` },
  { name: 'overview-today', at: '/?period=today' },
  { name: 'overview-by-agent', at: `/?${PERIOD}&by=agent&compare=last-year` },
  { name: 'overview-of-nobody', at: `/?${PERIOD}&queue=%3Dnobody` },
  { name: 'report', at: `/report?${PERIOD}` },
  { name: 'stream', at: '/stream?period=last-7-days' },
  { name: 'stream-of-nobody', at: '/stream?queue=%3Dnobody' },
  { name: 'calls', at: `/calls?${PERIOD}&step=answered` },
  { name: 'calls-oldest', at: `/calls?${PERIOD}&step=answered&order=oldest` },
  { name: 'calls-of-nobody', at: '/calls?queue=%3Dnobody' },
  { name: 'call', at: first(`/calls?${PERIOD}&step=answered`, 'tbody th a') },
  { name: 'call-with-comment', at: first('/comments', '.stream .when a') },
  { name: 'call-not-surveyed', at: first(`/calls?${PERIOD}`, 'tbody tr:not(:has(.answers)) th a') },
  { name: 'comments', at: '/comments?period=last-28-days' },
  { name: 'comments-low', at: '/comments?period=last-28-days&answer=low' },
  { name: 'comments-of-nobody', at: '/comments?queue=%3Dnobody' },
  { name: 'sampling', at: '/sampling' },
  { name: 'sampling-plan', at: '/sampling?change=10&by=queue#plan' },
  { name: 'surveys', at: '/surveys' },
  { name: 'survey', at: first('/surveys', 'h2 a') },
  { name: 'views', at: '/views' },
  { name: 'system', at: '/system' },
  { name: 'wallboard', at: `/wallboard?${PERIOD}`, landmarks: ['main'] },
  { name: 'account', at: '/account' },
  { name: 'users', at: '/users' },
  { name: 'audit', at: '/audit' },
  { name: 'not-found', at: '/calls/nothing', status: 404 },
  { name: 'unfit-address', at: '/?colour=red', status: 400 },
  { name: 'shared', at: (page) => shareLink(page, `/?${PERIOD}`), isStrange: true },
  { name: 'shared-wallboard', at: (page) => shareLink(page, `/wallboard?${PERIOD}`), isStrange: true },
];
