// Drag and drop. [data-sortable-list]: the order of a list inside a form. [data-sortable="command"]: cards between columns;
// a dropped card sends the command with the card's data-id, the column's data-column and the card's data-version.
import '../lib/sortable.min.js';
import { say, text } from './grow.js';

export function start(element) {
  if (element.matches('[data-sortable-list]')) {
    Sortable.create(element, { animation: 120, handle: '.drag' });
    return;
  }
  for (const column of element.querySelectorAll('[data-column]')) {
    Sortable.create(column, {
      group: element.dataset.sortable,
      animation: 120,
      draggable: '[data-id]',
      delay: 150,
      delayOnTouchOnly: true,
      onEnd: (drop) => drop.from !== drop.to && send(element, drop),
    });
  }
}

async function send(board, drop) {
  const form = new FormData();
  form.append('__RequestVerificationToken', document.querySelector('input[name=__RequestVerificationToken]')?.value ?? '');
  form.append('_return', 'none');
  form.append(board.dataset.idName ?? 'id', drop.item.dataset.id);
  form.append(board.dataset.columnName ?? 'column', drop.to.dataset.column);
  if (drop.item.dataset.version) form.append('version', drop.item.dataset.version);
  const answer = await fetch(`/send/${board.dataset.sortable}`, { method: 'POST', body: form, headers: { 'HX-Request': 'true' } }).catch(() => null);
  if (answer?.ok) {
    // Totals and versions are the server's: the board reads itself again.
    document.body.dispatchEvent(new CustomEvent('board-changed', { bubbles: true }));
    return;
  }
  drop.from.insertBefore(drop.item, drop.from.querySelectorAll('[data-id]')[drop.oldDraggableIndex] ?? null);
  const why = answer ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('hx-partial, .error-page p:nth-of-type(2)')?.textContent : null;
  say(why?.trim() || text('移動できませんでした。', 'This could not be moved.'), true);
}
