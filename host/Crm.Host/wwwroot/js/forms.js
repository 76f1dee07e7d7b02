// Forms: an input method is never taken for a send, a half-filled form is not lost by accident, nothing is sent twice.

// Safari ends the composition before it reports the Enter that ended it; 229 is how it still says so.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229) && event.target.matches('input, textarea')) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

const dirty = new WeakSet();
document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-dirty-warning]');
  if (form) dirty.add(form);
});
addEventListener('beforeunload', (event) => {
  if ([...document.querySelectorAll('form[data-dirty-warning]')].some((form) => dirty.has(form))) event.preventDefault();
});
document.addEventListener('click', (event) => {
  const leave = event.target.closest('[data-leave]');
  if (leave) dirty.delete(leave.closest('form'));
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.getAttribute('action') === '/sign-out') sessionStorage.clear();
  dirty.delete(form);
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (!form.hasAttribute('hx-post')) {
    form.dataset.sent = 'true';
    // The browser's way back shows the page as it was left.
    addEventListener('pageshow', () => delete form.dataset.sent, { once: true });
  }
});

// A field whose mistake is being mended stops shouting.
document.addEventListener('input', (event) => {
  const field = event.target.closest('.field');
  event.target.classList?.remove('is-invalid');
  field?.querySelector('[data-error-for]')?.replaceChildren();
});

// Errors sent by a request: the first one gets the focus.
document.addEventListener('htmx:after:swap', () => {
  const first = document.querySelector('form[data-asking] .field-problem');
  (first?.closest('.field')?.querySelector('input, select, textarea') ?? first)?.focus();
  first?.scrollIntoView({ block: 'nearest' });
});

// Text areas are as high as their text where the browser does not do it by itself.
if (!CSS.supports('field-sizing', 'content')) {
  const fit = (area) => {
    area.rows = Math.min(20, Math.max(3, area.value.split('\n').length + 1));
  };
  document.addEventListener('input', (event) => event.target.matches('textarea[data-grow]') && fit(event.target));
  for (const area of document.querySelectorAll('textarea[data-grow]')) fit(area);
}

// A text of the page goes into a box where somebody writes, where the cursor stands.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-insert]');
  const box = button && document.getElementById(button.dataset.insertInto);
  if (!box) return;
  const text = document.getElementById(button.dataset.insert).innerText.trim();
  box.setRangeText((box.value && box.selectionStart > 0 ? '\n' : '') + text + '\n', box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new Event('input', { bubbles: true }));
  box.focus();
});

// What a request is refused for comes back to the form that asked, also where the page has several of its kind.
document.addEventListener('htmx:config:request', (event) => {
  const form = event.detail.ctx.sourceElement?.closest('form[data-command]');
  if (!form) return;
  for (const other of document.querySelectorAll('form[data-asking]')) delete other.dataset.asking;
  form.dataset.asking = '';
  for (const place of form.querySelectorAll('[data-error-for]')) place.replaceChildren();
});

// htmx sends the token of the page with everything that is not a form of its own.
document.addEventListener('htmx:config:request', (event) => {
  const token = document.querySelector('input[name=__RequestVerificationToken]')?.value;
  const request = event.detail.ctx.request;
  if (token && request.method !== 'GET') request.headers['X-CSRF-Token'] = token;
});
