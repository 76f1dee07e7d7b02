// Links and forms with data-part replace only their region of the page, and the address with it.
// Without JavaScript, with a modifier key or when anything goes wrong they are ordinary links and forms.
function regionOf(element) {
  const named = element.dataset.regionTarget;
  return named ? document.getElementById(named) : element.closest('[data-region]');
}

async function load(element, href) {
  const region = regionOf(element);
  if (!region || !window.htmx) {
    location.assign(href);
    return;
  }
  // No source: htmx would send a form's own inputs along once more.
  region.setAttribute('aria-busy', 'true');
  const controls = () => [...(document.getElementById(region.id) ?? region).querySelectorAll('a[data-part], summary')];
  const place = controls().indexOf(document.activeElement);
  try {
    await htmx.ajax('GET', href, { target: region, select: '#' + region.id, swap: 'outerHTML', push: 'true' });
    // Forms around the region come back to where one is now.
    for (const back of document.querySelectorAll('input[data-here]')) back.value = location.pathname + location.search;
  } catch {
    location.assign(href);
  } finally {
    document.getElementById(region.id)?.removeAttribute('aria-busy');
    // Who works by keyboard goes on from where they were.
    if (place >= 0) controls()[place]?.focus({ preventScroll: true });
  }
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-part]');
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  load(link, link.href);
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('form[data-part]')) return;
  event.preventDefault();
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form, event.submitter)) {
    if (value !== '') values.append(name, value);
  }
  // A column list is one value, in the order shown.
  if (values.has('fields')) {
    const fields = values.getAll('fields').join(',');
    values.delete('fields');
    values.append('fields', fields);
  }
  load(form, new URL('?' + values, form.action).href);
});

// A row of a list is one large link.
document.addEventListener('click', (event) => {
  const row = event.target.closest('tr[data-href]');
  if (!row || event.target.closest('a, button, input, label, summary') || getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, '_blank', 'noopener');
  else location.assign(row.dataset.href);
});
