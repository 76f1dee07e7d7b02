// Puts what is chosen in a list where the cursor stands in the form beside it, and goes back there.
let last = null;
document.addEventListener('focusin', (event) => {
  if (event.target.closest('form.record-form') && 'selectionStart' in event.target) last = event.target;
});

export function start(button) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const names = button.dataset.insertInto.split(' ');
    const into = last?.isConnected && names.includes(last.name) ? last : document.querySelector(`form.record-form [name="${names[0]}"]`);
    if (!into) return;
    into.setRangeText(document.getElementById(button.dataset.insertFrom).value, into.selectionStart, into.selectionEnd, 'end');
    into.focus();
    into.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
