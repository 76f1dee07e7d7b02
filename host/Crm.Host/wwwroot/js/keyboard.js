// Keys that staff use all day. Never while typing, never with an input method at work.
const typing = (event) => event.target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
const click = (selector) => document.querySelector(selector)?.click();

function rows() {
  return [...document.querySelectorAll('table[data-records] > tbody > tr[data-href]')];
}

function step(by) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.findIndex((row) => row.classList.contains('row-here'));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  all[at]?.classList.remove('row-here');
  next.classList.add('row-here');
  next.querySelector('td.title a, td a')?.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

const keys = {
  '/': () => document.querySelector('[data-search-key]')?.select(),
  c: () => click('[data-new-key]') ?? click('.btn-new'),
  e: () => click('[data-edit-key]'),
  f: () => click('[data-filter-key]'),
  j: () => step(1),
  k: () => step(-1),
  r: () => document.querySelector('[data-reply-key]')?.focus(),
  t: () => click('tr.row-here [data-take-key], .page-actions [data-take-key]'),
  x: () => document.querySelector('tr.row-here input[name=ids]')?.click(),
  '?': () => click('[data-help-key]'),
};

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest('form') ?? document.querySelector('[data-submit-key]')?.form;
    if (form?.method === 'post') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('[data-submit-key]') ?? undefined);
    }
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    event.preventDefault();
    keys['/']();
    return;
  }
  if (event.key === 'Escape') {
    document.querySelector('.detail-editing [data-cancel]')?.click();
    if (event.target.matches('[data-search-key]')) {
      document.getElementById('search-hits')?.replaceChildren();
      event.target.blur();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// The short list under the search box: arrows walk, Escape closes, a click elsewhere closes.
document.addEventListener('keydown', (event) => {
  const search = event.target.closest('[data-search]');
  if (!search || event.isComposing || !['ArrowDown', 'ArrowUp'].includes(event.key)) return;
  const hits = [search.querySelector('[data-search-key]'), ...search.querySelectorAll('.hit, .hit-all')];
  const next = hits[hits.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-search]')) document.getElementById('search-hits')?.replaceChildren();
});
