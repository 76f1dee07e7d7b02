// A calendar beside a date that is typed as text.
import { text } from '../grow.js';

export function start(input) {
  const picker = document.createElement('input');
  if (!picker.showPicker) return;
  Object.assign(picker, { type: 'date', tabIndex: -1, className: 'date-picker' });
  picker.setAttribute('aria-hidden', 'true');
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'btn btn-icon date-button', title: text('カレンダーから選ぶ', 'Choose from a calendar') });
  button.setAttribute('aria-label', button.title);
  button.addEventListener('click', () => {
    // What is no plain date (昭和62年4月1日) opens the calendar at today.
    const plain = input.value.normalize('NFKC').trim().match(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/);
    picker.value = plain ? `${plain[1]}-${plain[2].padStart(2, '0')}-${plain[3].padStart(2, '0')}` : '';
    picker.showPicker();
  });
  picker.addEventListener('change', () => {
    if (!picker.value) return;
    input.value = picker.value;
    for (const name of ['input', 'change']) input.dispatchEvent(new Event(name, { bubbles: true }));
    input.focus();
  });
  input.after(picker, button);
}
