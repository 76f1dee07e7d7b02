// Ticks in a list: all at once, ranges with Shift, and how many there are. The bar itself is shown by CSS.
import { text } from './grow.js';

export function start(form) {
  let last = null;
  const boxes = () => [...form.querySelectorAll('input[name=ids]')];
  const all = form.querySelector('[data-pick-all]');
  const count = form.querySelector('[data-bulk-count]');

  function show() {
    const ticked = boxes().filter((box) => box.checked).length;
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && ticked < boxes().length;
    }
    if (count) count.textContent = text(`${ticked} 件を選択中`, `${ticked} selected`);
    for (const box of boxes()) box.closest('tr').classList.toggle('row-ticked', box.checked);
  }

  form.addEventListener('click', (event) => {
    const box = event.target;
    if (box === all) {
      for (const other of boxes()) other.checked = all.checked;
    } else if (box.matches?.('input[name=ids]')) {
      if (event.shiftKey && last) {
        const list = boxes();
        const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
        for (const between of list.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
    } else {
      return;
    }
    show();
  });
  show();
}
