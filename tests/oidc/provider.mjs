// A real OpenID provider at localhost, for the tests: `node provider.mjs PORT REDIRECT...`.
// POST /as says who is sitting at the screen: {"sub", "acr", "amr", "ago", "claims"}.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, ...redirects] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let somebody = { sub: "nobody" };
const known = new Map();

const client = (client_id) => ({
  client_id,
  client_secret: `secret-of-${client_id}`,
  redirect_uris: redirects,
  token_endpoint_auth_method: "client_secret_post",
});
const provider = new Provider(issuer, {
  clients: [client("portal"), client("another")],
  acrValues: ["loa2", "loa3"],
  claims: {
    openid: ["sub", "acr", "amr", "auth_time"],
    profile: ["name", "personalIdentityNumber"],
    email: ["email", "email_verified"],
  },
  conformIdTokenClaims: false,
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, ...known.get(sub) }),
  }),
});
const oidc = provider.callback();

const finish = async (request, response) => {
  const { params } = await provider.interactionDetails(request, response);
  const { sub, acr, amr, ago = 0, claims = {} } = somebody;
  known.set(sub, claims);
  const grant = new provider.Grant({ accountId: sub, clientId: params.client_id });
  grant.addOIDCScope("openid profile email");
  const grantId = await grant.save();
  const ts = Math.floor(Date.now() / 1000) - ago;
  const login = { accountId: sub, acr, amr, ts };
  return provider.interactionFinished(request, response, { login, consent: { grantId } });
};

createServer(async (request, response) => {
  if (request.url === "/as") {
    let told = "";
    for await (const some of request) told += some;
    somebody = JSON.parse(told);
    response.end("{}");
  } else if (request.url.startsWith("/interaction/")) {
    await finish(request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error.stack));
    });
  } else {
    oidc(request, response);
  }
}).listen(Number(port), "127.0.0.1");
