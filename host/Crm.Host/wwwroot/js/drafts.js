// What is written and not sent yet is there again when its tab, or another page, was looked at meanwhile: <textarea data-keep="name">.
// It stays in this tab of the browser alone, and goes when it is sent, when the tab is closed or when its writer signs out.

const key = (area) => `draft:${area.dataset.keep}`;

export function start(area) {
  const kept = sessionStorage.getItem(key(area));
  if (kept && !area.value) {
    area.value = kept;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  area.addEventListener('input', () => {
    if (area.value) sessionStorage.setItem(key(area), area.value);
    else sessionStorage.removeItem(key(area));
  });
  area.form?.addEventListener('htmx:after:request', (event) => {
    if (event.detail.ctx.response.status < 400) sessionStorage.removeItem(key(area));
  });
}
