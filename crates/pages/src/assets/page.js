// Makes pages live and a little more comfortable. Every page works without it.
'use strict';

// Parts that change are marked `data-part`: the page is fetched again when the server says that something happened, and they are exchanged.
async function renew() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return;
  exchange(new DOMParser().parseFromString(await answer.text(), 'text/html'));
}

// A screen on the wall asks for itself now and then: whoever opened it by a link may not follow events.
const every = Number(document.body.dataset.refresh);
if (every) setInterval(renew, every * 1000);

const live = document.body.dataset.live;
if (live && window.EventSource) {
  let isWaiting = false;
  let isStale = false;
  const refresh = async () => {
    if (isWaiting) { isStale = true; return; }
    isWaiting = true;
    // At most one request in three seconds, however many calls end.
    setTimeout(() => { isWaiting = false; if (isStale) { isStale = false; refresh(); } }, 3000);
    await renew();
  };
  let isBehind = false;
  const source = new EventSource(live);
  source.addEventListener('changed', refresh);
  source.onopen = () => {
    document.getElementById('as-of')?.classList.add('is-live');
    // What happened between two connections was told to nobody.
    if (isBehind) { isBehind = false; refresh(); }
  };
  source.onerror = () => { isBehind = true; document.getElementById('as-of')?.classList.remove('is-live'); };
  addEventListener('pagehide', () => source.close());
}

function exchange(fresh) {
  for (const part of document.querySelectorAll('[data-part]')) {
    const other = part.id && fresh.getElementById(part.id);
    // What somebody is using is left alone: a player that plays, a field or a link with the focus.
    const isUsed = part.contains(document.activeElement) || [...part.querySelectorAll('audio')].some((player) => !player.paused);
    if (!other || isUsed || other.innerHTML === part.dataset.written) continue;
    part.dataset.written = other.innerHTML;
    const places = [...part.querySelectorAll('.scroll')].map((table) => table.scrollLeft);
    part.replaceChildren(...other.childNodes);
    sortable(part);
    part.querySelectorAll('.scroll').forEach((table, index) => { table.scrollLeft = places[index] ?? 0; });
  }
}

// By which column somebody has sorted a table: one that is exchanged stays sorted.
const orders = new Map();

// Tables of several rows are sorted by a column when its heading is pressed; not a part of a longer list, of which the first would be the first of this part alone.
function sortable(root) {
  for (const table of root.querySelectorAll('main table')) {
    const head = table.tHead && table.tHead.rows.length === 1 && table.tHead.rows[0];
    const body = table.tBodies[0];
    if (!head || !body || body.rows.length < 3 || table.querySelector('[colspan],[rowspan]') || 'isPart' in table.dataset) continue;
    const part = table.closest('[data-part]');
    const name = part && `${part.id} ${[...part.querySelectorAll('table')].indexOf(table)} ${table.caption?.textContent}`;
    const sort = (column, isUp) => {
      if (name) orders.set(name, [column, isUp]);
      for (const other of head.cells) other.removeAttribute('aria-sort');
      head.cells[column].setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
      rows.sort(([a], [b]) => (isUp ? 1 : -1) * compare(a, b));
      body.append(...rows.map(([, row]) => row));
    };
    [...head.cells].forEach((cell, column) => {
      // By drawings there is no order.
      const isEmpty = [...body.rows].every((row) => !row.cells[column]?.textContent.trim());
      if (!cell.textContent.trim() || isEmpty || cell.querySelector('button')) return;
      const button = document.createElement('button');
      button.className = 'sorted';
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener('click', () => sort(column, cell.getAttribute('aria-sort') !== 'ascending'));
    });
    const [column, isUp] = orders.get(name) ?? [];
    if (column < head.cells.length) sort(column, isUp);
  }
}

function key(cell) {
  const text = (cell ? cell.textContent : '').trim();
  const number = parseFloat(text.replace(/[\s\u00a0\u202f]/g, '').replace('\u2212', '-').replace(',', '.'));
  return cell && cell.classList.contains('n') && !Number.isNaN(number) ? number : text;
}

function compare(a, b) {
  const areNumbers = typeof a === 'number' && typeof b === 'number';
  if (areNumbers) return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return a.localeCompare(b, document.documentElement.lang, { numeric: true });
}

sortable(document);

// Where the navigation is wider than the screen, it begins with the page that is shown.
const present = document.querySelector('.side nav [aria-current]');
if (present) present.closest('nav').scrollLeft = present.offsetLeft - present.closest('nav').offsetLeft - 16;

// A period by its name takes the place of one by its days, and the other way round.
for (const form of document.querySelectorAll('.filters form')) {
  const { period, from, to } = form.elements;
  if (!period || !from || !to) continue;
  period.addEventListener('change', () => { if (period.value) { from.value = ''; to.value = ''; } });
  for (const day of [from, to]) day.addEventListener('change', () => { if (day.value) period.value = ''; });
}

// A comment that was played to its end counts as heard.
document.addEventListener('ended', (event) => {
  const form = event.target.closest && event.target.closest('[data-comment]')?.querySelector('form.heard');
  if (form) fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { accept: 'text/html' } })
    .then((answer) => { if (answer.ok) form.hidden = true; }).catch(() => {});
}, true);
