// A guest's cart: whoever knows its token has it (decision record 23). The browser makes the token when the first thing
// is put into the cart, and forgets it when a log-in has joined the cart into the account's.

const place = "marque.cart";
let current: string | undefined;

/** A UUID of version 4; crypto.randomUUID is there on secure pages only, which a shop tried out may not be. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function cartToken(): string | undefined {
  try {
    return localStorage.getItem(place) ?? current;
  } catch {
    return current;
  }
}

export function beginCart(): void {
  if (cartToken()) return;
  current = randomUuid();
  try {
    localStorage.setItem(place, current);
  } catch {
    // Without storage the cart lasts as long as the page.
  }
}

export function forgetCart(): void {
  current = undefined;
  try {
    localStorage.removeItem(place);
  } catch {
    // There was nothing to forget.
  }
}
