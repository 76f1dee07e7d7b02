// A button that takes along what stands in a box: one-time links are not picked out by hand.
import { text, say } from './grow.js';

export function start(input) {
  if (!navigator.clipboard) return;
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'btn mt-2', textContent: text('リンクをコピー', 'Copy the link') });
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(input.value);
    say(text('コピーしました。', 'Copied.'));
  });
  input.after(button);
}
