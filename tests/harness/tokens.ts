// Access tokens made outside the server with its own secret, and with everything that must not be believed.
import { randomUUID } from "node:crypto";
import { decodeJwt, SignJWT } from "jose";
import type { Databases, Market } from "./layouts.js";
import { jwtSecret } from "./server.js";

export interface TokenParts {
  sub: string;
  market?: string;
  sid?: string;
  expiresIn_s?: number;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  secret?: string;
}

/** A token exactly as the server signs them, unless told otherwise. */
export async function mint(parts: TokenParts): Promise<string> {
  const now_s = Math.floor(Date.now() / 1000);
  const payload = {
    iss: "marque",
    aud: "marque",
    sub: parts.sub,
    ...(parts.market === undefined ? {} : { market: parts.market }),
    ...(parts.sid === undefined ? {} : { sid: parts.sid }),
    ver: 1,
    iat: now_s - 60,
    exp: now_s + (parts.expiresIn_s ?? 600),
    ...parts.claims,
  };
  const header = { alg: "HS256", typ: "at+jwt", ...parts.header };
  return new SignJWT(payload).setProtectedHeader(header).sign(new TextEncoder().encode(parts.secret ?? jwtSecret));
}

export const base64url = (text: string) => Buffer.from(text).toString("base64url");

/** The claims of a token, unverified. */
export function claimsOf(token: string): { sub: string; market: string; sid: string; exp: number } {
  return decodeJwt(token) as unknown as { sub: string; market: string; sid: string; exp: number };
}

/** A login made by hand: a session row for a user, and the token that belongs to it. */
export async function plantSession(
  databases: Databases,
  at: Market,
  user: { market: string; id: string },
): Promise<string> {
  const sid = randomUUID();
  await databases.sql(
    at,
    `INSERT INTO sessions (market, id, user_id, refresh_hash, expires_at)
      VALUES ($1, $2, $3, $4, now() + interval '1 hour')`,
    [user.market, sid, user.id, `planted ${sid}`],
  );
  return sid;
}
