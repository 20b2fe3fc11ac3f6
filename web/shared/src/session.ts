// Who is logged in. The access token lives in this page's memory; the refresh token in a cookie that no script reads
// and that only log-in paths are sent. A mark in the browser's storage says whether asking is worth it.

export interface LoggedIn {
  access_token: string;
  expires_in: number;
  user: { id: string; phone: string; market: string; full_name: string | null };
}

const mark = "marque.logged-in";
const early_ms = 30_000;
/** Asks the server to keep the refresh token in the cookie; no other site can send it (it is not a simple header). */
export const inCookie = { "X-Refresh-Token": "cookie" };

let current: LoggedIn | undefined;
let validUntil_ms = 0;
let asking: Promise<LoggedIn | undefined> | undefined;

function remembered(): boolean {
  try {
    return localStorage.getItem(mark) !== null;
  } catch {
    return false;
  }
}

export function remember(login: LoggedIn | undefined): void {
  current = login;
  validUntil_ms = login ? Date.now() + login.expires_in * 1000 - early_ms : 0;
  try {
    if (login) localStorage.setItem(mark, login.user.market);
    else localStorage.removeItem(mark);
  } catch {
    // Without storage the login lasts as long as the page.
  }
}

async function refresh(): Promise<LoggedIn | undefined> {
  const response = await fetch("/api/v1/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...inCookie },
    body: JSON.stringify({ refresh_token: "" }),
  });
  if (response.ok) {
    remember((await response.json()) as LoggedIn);
  } else if (response.status === 401 || response.status === 403) {
    remember(undefined);
  }
  return current;
}

/** Several parts of a page that ask at once share one request: each refresh token works once. */
async function login(): Promise<LoggedIn | undefined> {
  if (current && Date.now() < validUntil_ms) return current;
  if (!current && !remembered()) return undefined;
  asking ??= refresh().finally(() => (asking = undefined));
  return asking;
}

export async function accessToken(): Promise<string | undefined> {
  return (await login())?.access_token;
}

/** A new token after one was refused. */
export async function renewed(): Promise<string | undefined> {
  validUntil_ms = 0;
  return accessToken();
}

export async function user(): Promise<LoggedIn["user"] | undefined> {
  return (await login())?.user;
}

export function mayBeLoggedIn(): boolean {
  return current !== undefined || remembered();
}
