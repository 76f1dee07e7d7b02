// A real OpenID Connect provider (oidc-provider) on this machine, for tests and for trying single sign-on out by hand.
//   node identity-provider.mjs [port]      then  ./crm sso set --tenant T --issuer http://127.0.0.1:PORT --client-id crm --client-secret SECRET
// Its own login form takes any account that was named; the first line it prints says where it is. Lines of JSON on standard input:
//   {"account":{"sub":"taro","email":"taro@example.jp","email_verified":true,"name":"山田 太郎","groups":["営業"]}}
//   {"client":{"redirect":"https://crm.example/sign-in/sso/t1/callback"}}     {"rotate":true}
// It ends with its standard input, so that no test leaves one behind.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Provider } from 'oidc-provider';

const port = Number(process.argv[2] ?? 0);
const accounts = new Map();
const redirects = new Set(['https://crm.example/unused']);
const signedOut = new Set();
let keys = [key()];
let handler = (_, answer) => { answer.statusCode = 503; answer.end(); };

function key() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

function start(issuer) {
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'crm', client_secret: 'himitsu-no-kagi', redirect_uris: [...redirects], post_logout_redirect_uris: [...signedOut],
      grant_types: ['authorization_code'], response_types: ['code'],
    }],
    jwks: { keys },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    // Address and groups are told only when asked, which is the strict reading; what stands in the token the tests of forged ones show.
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    findAccount: (_, sub) => accounts.has(sub) ? { accountId: sub, claims: () => accounts.get(sub) } : undefined,
    // The organisation has agreed for its people: no question after the password.
    async loadExistingGrant(ctx) {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    features: { devInteractions: { enabled: true } },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
  });
  handler = provider.callback();
}

const server = createServer((request, answer) => handler(request, answer));
server.listen(port, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  start(issuer);
  console.log(issuer);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', line => {
    const told = JSON.parse(line);
    if (told.account) accounts.set(told.account.sub, told.account);
    if (told.client?.redirect) redirects.add(told.client.redirect);
    if (told.client?.signedOut) signedOut.add(told.client.signedOut);
    if (told.rotate) keys = [key()];
    if (told.client || told.rotate) start(issuer);
    console.log('ok');
  });
  lines.on('close', () => process.exit(0));
});
