// Drag and drop. [data-sortable-list]: the order of a list inside a form. [data-sortable="command"]: cards between columns;
// a dropped card sends the command with the card's data-id, the column's data-column and the card's data-version.
// Alt with an arrow to the side does the same for the card that has the focus.
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
      onEnd: (drop) => drop.from !== drop.to && send(element, { card: drop.item, to: drop.to, back: () => drop.from.insertBefore(drop.item, drop.from.querySelectorAll('[data-id]')[drop.oldDraggableIndex] ?? null) }),
    });
  }
  element.addEventListener('keydown', (event) => {
    const card = event.target.closest('[data-id]');
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!card || !step || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const columns = [...element.querySelectorAll('[data-column]')];
    const to = columns[columns.indexOf(card.closest('[data-column]')) + step];
    if (!to) return;
    const [focused, from, next] = [document.activeElement, card.parentElement, card.nextElementSibling];
    to.prepend(card);
    focused.focus();
    card.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    send(element, { card, to, back: () => { from.insertBefore(card, next); focused.focus(); } });
  });
}

async function send(board, move) {
  const form = new FormData();
  form.append('__RequestVerificationToken', document.querySelector('input[name=__RequestVerificationToken]')?.value ?? '');
  form.append('_return', 'none');
  form.append(board.dataset.idName ?? 'id', move.card.dataset.id);
  form.append(board.dataset.columnName ?? 'column', move.to.dataset.column);
  if (move.card.dataset.version) form.append('version', move.card.dataset.version);
  const answer = await fetch(`/send/${board.dataset.sortable}`, { method: 'POST', body: form, headers: { 'HX-Request': 'true' } }).catch(() => null);
  if (answer?.ok) {
    // Each save raises the version by one. Totals are the server's: the board reads them again.
    if (move.card.dataset.version) move.card.dataset.version = Number(move.card.dataset.version) + 1;
    document.body.dispatchEvent(new CustomEvent('board-changed', { bubbles: true }));
    return;
  }
  move.back();
  const why = answer ? new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('hx-partial, .error-page p:nth-of-type(2)')?.textContent : null;
  say(why?.trim() || text('移動できませんでした。', 'This could not be moved.'), true);
}
