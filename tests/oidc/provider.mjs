// A certified OpenID provider on loopback, for tests: node provider.mjs PORT CALLBACK CLIENT_ID CLIENT_SECRET
// Whoever logs in is who they say: the development interactions of the library take any login name and any password.
// Keys are made anew at every start, which is how the tests rotate them. Prints one line when it listens.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const [port, callback, clientId, clientSecret] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), use: "sig", alg: "RS256" };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: callback.split(","), post_logout_redirect_uris: callback.split(",").map((uri) => new URL("/login", uri).href), grant_types: ["authorization_code"] }],
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(16).toString("hex")] },
  claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id[0].toUpperCase()}${id.slice(1)} Example`, email: `${id}@example.org` }) }),
});

const server = provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
// Ends with the test that started it, however that ends.
process.stdin.resume().on("end", () => { server.close(); process.exit(0); });
