// While a name is typed with an input method, its reading goes into the kana field, as far as that one is untouched.
const isKana = (s) => /^[ぁ-ゖー゛゜・\s　ァ-ヺ]+$/.test(s);
const toKatakana = (s) => s.replace(/[ぁ-ゖ]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60));

export function start(input) {
  const form = input.form;
  const target = form?.elements[input.name.replace(/[^.]+$/, '') + input.dataset.kanaTo] ?? form?.elements[input.dataset.kanaTo];
  if (!target || !target.hasAttribute('data-kana')) return;
  let reading = '';
  let untouched = target.value === '';
  target.addEventListener('input', (event) => {
    if (event.isTrusted) untouched = target.value === '';
  });
  // Between the start and the first conversion the text of the composition is the reading itself.
  input.addEventListener('compositionupdate', (event) => {
    if (isKana(event.data)) reading = event.data;
  });
  input.addEventListener('compositionend', () => {
    if (untouched && reading) {
      target.value += toKatakana(reading.replace(/\s/g, ''));
      target.dispatchEvent(new Event('change', { bubbles: true }));
    }
    reading = '';
  });
  input.addEventListener('input', (event) => {
    if (event.isComposing || !untouched) return;
    if (input.value === '') target.value = '';
    else if (event.inputType === 'insertText' && event.data && isKana(event.data)) target.value += toKatakana(event.data);
  });
}
