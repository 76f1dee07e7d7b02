// Passkeys: signs in with one, or adds one to the account. Shown only where the browser can do it.
const headers = () => ({
  'Content-Type': 'application/json',
  'X-CSRF-Token': document.querySelector('input[name=__RequestVerificationToken]').value,
});

async function post(address, body) {
  const answer = await fetch(address, { method: 'POST', headers: headers(), body: JSON.stringify(body ?? {}), credentials: 'same-origin' });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.message ?? String(answer.status));
  return json;
}

async function signIn(box) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post('/sign-in/passkey/options'));
  const credential = await navigator.credentials.get({ publicKey });
  const { href } = await post('/sign-in/passkey', { credential: JSON.stringify(credential), return: box.dataset.return ?? null });
  location.assign(href);
}

async function add(box) {
  const current = box.querySelector('input[name=current]')?.value ?? '';
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post('/me/passkeys/options', { current }));
  const credential = await navigator.credentials.create({ publicKey });
  const name = box.querySelector('input[name=name]')?.value ?? '';
  const { href } = await post('/me/passkeys', { credential: JSON.stringify(credential), name, current });
  location.assign(href);
}

const able = 'credentials' in navigator && window.PublicKeyCredential?.parseRequestOptionsFromJSON;
for (const box of able ? document.querySelectorAll('[data-passkey]') : []) {
  const button = box.querySelector('button');
  const says = box.querySelector('[role=alert]');
  box.hidden = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    says.textContent = '';
    try {
      await (box.dataset.passkey === 'add' ? add : signIn)(box);
    } catch (error) {
      // Closing the browser's dialog is no mistake.
      if (error.name !== 'NotAllowedError') says.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
}
