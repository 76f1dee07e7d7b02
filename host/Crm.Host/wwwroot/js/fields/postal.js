// Seven digits of a postal code fill prefecture, city and street; several places are offered to choose from.
import { text } from '../grow.js';

const digits = (s) => s.normalize('NFKC').replace(/\D/g, '');

export function start(input) {
  const group = input.dataset.postal;
  const form = input.form;
  const part = (name) => form.querySelector(`[data-address="${group}"][data-address-part="${name}"]`);
  const choices = form.querySelector(`[data-postal-choices="${group}"]`);
  let asked = digits(input.defaultValue);

  function fill(place) {
    const values = { prefecture: place.prefecture, city: place.city, street: place.street };
    for (const [name, value] of Object.entries(values)) {
      const target = part(name);
      // What somebody typed after the town (1-2-3) is not thrown away.
      if (!target || (name === 'street' && target.value.startsWith(value) && value)) continue;
      target.value = value;
      target.dispatchEvent(new Event('input', { bubbles: true }));
    }
    choices.replaceChildren();
    part('street')?.focus();
  }

  async function ask() {
    const code = digits(input.value);
    if (code.length !== 7) return;
    asked = code;
    const answer = await fetch(`/lookup/postal-code?code=${code}`).catch(() => null);
    const places = answer?.ok ? await answer.json() : [];
    if (places.length === 1) {
      fill(places[0]);
    } else if (places.length > 1) {
      choices.replaceChildren(...places.map((place) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'btn btn-sm';
        button.textContent = place.prefecture + place.city + place.street;
        button.addEventListener('click', () => fill(place));
        return button;
      }));
      choices.querySelector('button').focus();
    } else {
      choices.textContent = text('この郵便番号の住所は見つかりません。', 'No address has this postal code.');
    }
  }

  input.addEventListener('input', (event) => {
    if (!event.isComposing && digits(input.value).length === 7 && digits(input.value) !== asked) ask();
  });
  input.addEventListener('compositionend', () => digits(input.value) !== asked && ask());
  form.querySelector(`[data-postal-button="${group}"]`)?.addEventListener('click', (event) => {
    // Where the rest of the address is not on the page, the server fills it.
    if (!part('prefecture')) return;
    event.preventDefault();
    ask();
  });

  // Typed before this file was there.
  if (digits(input.value) !== asked) ask();
}
