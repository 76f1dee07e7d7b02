// Starts helpers on elements, now and whenever a part of the page is replaced.
const growers = [];

/** Calls start(element) of the module once for each element that matches. */
export function grow(selector, load) {
  growers.push({ selector, load, done: new WeakSet() });
  scan(document);
}

function scan(root) {
  for (const grower of growers) {
    for (const element of root.querySelectorAll(grower.selector)) {
      if (grower.done.has(element)) continue;
      grower.done.add(element);
      grower.load().then((module) => module.start(element));
    }
  }
}

document.addEventListener('htmx:after:settle', () => scan(document));
document.addEventListener('htmx:after:swap', () => scan(document));

/** The text in the language of the page. */
export const text = (ja, en) => (document.documentElement.lang === 'ja' ? ja : en);

/** A line at the foot of the page for a few seconds. */
export function say(line, bad = false) {
  document.querySelector('[data-toast]')?.remove();
  const box = document.createElement('div');
  box.className = 'toast-box' + (bad ? ' toast-bad' : '');
  box.dataset.toast = '';
  box.setAttribute('role', bad ? 'alert' : 'status');
  box.textContent = line;
  document.body.append(box);
  setTimeout(() => box.remove(), 6000);
}
