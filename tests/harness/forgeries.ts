// Tokens that nobody may believe, made with jose and by hand from a genuine one: the table of case F1.
import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { CompactEncrypt, exportJWK, SignJWT } from "jose";
import { jwtSecret } from "./server.js";
import { base64url, claimsOf, mint, type TokenParts } from "./tokens.js";

export type Forgery = [name: string, token: string];

const bytes = new TextEncoder();
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Any two texts as header and payload, signed as we sign. */
export function signedByHand(header: string, payload: string, secret: string | Buffer = jwtSecret): string {
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

const ourHeader = '{"alg":"HS256","typ":"at+jwt"}';

/** The same bits and one of the bits that mean nothing set: another text for the same bytes. */
function withStrayBit(encoded: string): string {
  const last = letters.indexOf(encoded.at(-1) ?? "A");
  return encoded.slice(0, -1) + letters[last ^ 1];
}

function forgedAlgorithms([header, payload, signature]: [string, string, string]): Forgery[] {
  const names: Array<[string, string]> = ["none", "None", "NONE", "nOnE", "", "hs256", "HS384", "RS256", "EdDSA"].map(
    (alg) => [`alg ${alg || "empty"}`, `{"alg":"${alg}","typ":"at+jwt"}`],
  );
  const kinds: Array<[string, string]> = [
    ["no alg", '{"typ":"at+jwt"}'],
    ["alg null", '{"alg":null,"typ":"at+jwt"}'],
    ["alg a list", '{"alg":["HS256"],"typ":"at+jwt"}'],
    ["alg an object", '{"alg":{"HS256":1},"typ":"at+jwt"}'],
    ["alg twice", '{"alg":"none","alg":"HS256","typ":"at+jwt"}'],
    ["alg with NUL", '{"alg":"HS256\\u0000","typ":"at+jwt"}'],
    ["a header that is a list", '["HS256","at+jwt"]'],
    ["a header that is no JSON", "HS256"],
    ["no header", ""],
  ];
  return [
    ...[...names, ...kinds].map(([name, text]): Forgery => [`${name}, signed all the same`, resigned(text, payload)]),
    ...names
      .slice(0, 4)
      .map(([name, text]): Forgery => [`${name}, without signature`, `${base64url(text)}.${payload}.`]),
    ["alg none with the right signature", `${base64url('{"alg":"none","typ":"at+jwt"}')}.${payload}.${signature}`],
    ["the header of one that HS512 signs", resigned('{"alg":"HS512","typ":"at+jwt"}', payload)],
    ["its own header twice", `${header}.${header}.${signature}`],
  ];
}

/** A header of our choice over an encoded payload, with a right HS256 signature. */
function resigned(header: string, payload: string): string {
  const signed = `${base64url(header)}.${payload}`;
  return `${signed}.${createHmac("sha256", jwtSecret).update(signed).digest("base64url")}`;
}

async function forgedKeys(parts: TokenParts): Promise<Forgery[]> {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const edwards = generateKeyPairSync("ed25519");
  const claims = claimsOf(await mint(parts));
  const by = (alg: string, key: KeyObject, more: Record<string, unknown> = {}) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: "at+jwt", ...more }).sign(key);
  const jwk = await exportJWK(rsa.publicKey);
  const encrypted = new CompactEncrypt(bytes.encode(JSON.stringify(claims)));
  return [
    ["another secret", await mint({ ...parts, secret: "another-secret-of-more-than-32-characters!" })],
    ["the secret's first half", await mint({ ...parts, secret: jwtSecret.slice(0, 32) })],
    ["an empty secret", signedByHand(ourHeader, JSON.stringify(claims), "")],
    ["HS384", await mint({ ...parts, header: { alg: "HS384" } })],
    ["HS512", await mint({ ...parts, header: { alg: "HS512" } })],
    ["RS256", await by("RS256", rsa.privateKey)],
    ["RS512", await by("RS512", rsa.privateKey)],
    ["PS256", await by("PS256", rsa.privateKey)],
    ["ES256", await by("ES256", elliptic.privateKey)],
    ["EdDSA", await by("EdDSA", edwards.privateKey)],
    ["its own key in jwk", await by("RS256", rsa.privateKey, { jwk })],
    ["HS256 and a jwk", await mint({ ...parts, header: { jwk: { kty: "oct", k: base64url(jwtSecret) } } })],
    ["jku", await mint({ ...parts, header: { jku: "http://127.0.0.1:1/keys" } })],
    ["x5u", await mint({ ...parts, header: { x5u: "http://127.0.0.1:1/chain" } })],
    ["x5c", await mint({ ...parts, header: { x5c: ["AAAA"] } })],
    ["kid of a file", await mint({ ...parts, header: { kid: "../../../../dev/null" } })],
    ["kid with SQL", await mint({ ...parts, header: { kid: "x' UNION SELECT 'secret" } })],
    ["kid of a number", await mint({ ...parts, header: { kid: 1 } })],
    ["kid of nobody", await mint({ ...parts, header: { kid: "AAAAAAAA" } })],
    ["zip", signedByHand('{"alg":"HS256","typ":"at+jwt","zip":"DEF"}', JSON.stringify(claims))],
    ["crit", signedByHand('{"alg":"HS256","typ":"at+jwt","crit":["exp"]}', JSON.stringify(claims))],
    [
      "a payload that is not encoded",
      signedByHand('{"alg":"HS256","typ":"at+jwt","b64":false}', JSON.stringify(claims)),
    ],
    [
      "JWE with five parts",
      await encrypted
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", typ: "at+jwt" })
        .encrypt(bytes.encode(jwtSecret.slice(0, 32))),
    ],
  ];
}

async function forgedClaims(parts: TokenParts): Promise<Forgery[]> {
  const now_s = Math.floor(Date.now() / 1000);
  const changed = async (name: string, claims: Record<string, unknown>): Promise<Forgery> => [
    name,
    await mint({ ...parts, claims }),
  ];
  const whole = JSON.stringify(claimsOf(await mint(parts)));
  const spliced = (name: string, from: RegExp, to: string): Forgery => [
    name,
    signedByHand(ourHeader, whole.replace(from, to)),
  ];
  return [
    await changed("no exp", { exp: undefined }),
    await changed("exp of text", { exp: String(now_s + 600) }),
    await changed("exp with a fraction", { exp: now_s + 600.5 }),
    await changed("exp negative", { exp: -1 }),
    await changed("exp zero", { exp: 0 }),
    await changed("exp null", { exp: null }),
    await changed("exp a list", { exp: [now_s + 600] }),
    await changed("exp in a hundred years", { exp: now_s + 3_155_760_000 }),
    spliced("exp 1e400", /"exp":\d+/, '"exp":1e400'),
    spliced("exp beyond 64 bits", /"exp":\d+/, '"exp":99999999999999999999'),
    spliced("exp twice", /"exp":\d+/, `"exp":1,"exp":${now_s + 600}`),
    await changed("nbf in the future", { nbf: now_s + 300 }),
    await changed("nbf of text", { nbf: "0" }),
    await changed("iat in the future", { iat: now_s + 300 }),
    await changed("no iat", { iat: undefined }),
    await changed("another issuer", { iss: "somebody" }),
    await changed("no issuer", { iss: undefined }),
    await changed("another audience", { aud: "somebody" }),
    await changed("a list of audiences", { aud: ["marque", "somebody"] }),
    await changed("no audience", { aud: undefined }),
    await changed("no ver", { ver: undefined }),
    await changed("ver of text", { ver: "1" }),
    await changed("no sub", { sub: undefined }),
    await changed("sub a number", { sub: Number(parts.sub) }),
    await changed("sub with SQL", { sub: "1 OR 1=1" }),
    await changed("sub negative", { sub: "-1" }),
    await changed("sub with NUL", { sub: `${parts.sub}\u0000` }),
    await changed("a market that does not exist", { market: "de" }),
    await changed("the market all", { market: "all" }),
    await changed("a market that is a list", { market: ["kg"] }),
    await changed("a session that is no UUID", { sid: "1" }),
    await changed("8 KB of claims", { more: "x".repeat(8_000) }),
    spliced("market twice", /"market":"[a-z]+"/, '"market":"kg","market":"us"'),
    spliced("sub twice", /"sub":"\d+"/, '"sub":"1","sub":"2"'),
    ["a payload that is a list", signedByHand(ourHeader, `[${whole}]`)],
    ["a payload that is no JSON", signedByHand(ourHeader, whole.slice(1))],
    ["a payload with a byte order mark", signedByHand(ourHeader, `\ufeff${whole}`)],
    ["another kind of token", await mint({ ...parts, header: { typ: "refresh" } })],
    ["typ JWT", await mint({ ...parts, header: { typ: "JWT" } })],
    ["no typ", signedByHand('{"alg":"HS256"}', whole)],
  ];
}

function forgedTexts(token: string, [header, payload, signature]: [string, string, string]): Forgery[] {
  const other = base64url(JSON.stringify({ ...claimsOf(token), sub: "1" }));
  const halved = signature.slice(0, signature.length / 2);
  return [
    ["another user in the payload", `${header}.${other}.${signature}`],
    ["no signature", `${header}.${payload}.`],
    ["two parts", `${header}.${payload}`],
    ["one part", header],
    ["four parts", `${token}.x`],
    ["four parts, the last one empty", `${token}.`],
    ["half a signature", `${header}.${payload}.${halved}`],
    ["a signature and a byte more", `${token}AAAA`],
    ["another text for the same signature", `${header}.${payload}.${withStrayBit(signature)}`],
    ["padding", `${token}=`],
    ["padding inside", `${header}=.${payload}.${signature}`],
    ["white space inside", `${header}. ${payload}.${signature}`],
    ["the letters of plain base64", `${header}.${payload}.${signature.slice(0, -1)}+`],
    ["nothing but dots", ".."],
    ["more dots", "..."],
  ];
}

/** All of them for one genuine token and what it says. */
export async function forgeries(token: string, parts: TokenParts): Promise<Forgery[]> {
  const pieces = token.split(".") as [string, string, string];
  return [
    ...forgedAlgorithms(pieces),
    ...(await forgedKeys(parts)),
    ...(await forgedClaims(parts)),
    ...forgedTexts(token, pieces),
  ];
}

/** The genuine token with each single bit of its signature flipped. */
export function flippedBits(token: string): string[] {
  const cut = token.lastIndexOf(".") + 1;
  const signature = Buffer.from(token.slice(cut), "base64url");
  return Array.from({ length: signature.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(signature);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return token.slice(0, cut) + flipped.toString("base64url");
  });
}
