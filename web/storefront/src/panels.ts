// The panels at the side, account and cart: loaded when they are first opened.
import { cartToken } from "@marque/shared/guest";
import { mayBeLoggedIn } from "@marque/shared/session";

export function openCart(add?: string): void {
  void import("./cart_panel").then(({ show }) => show(add));
}

export function openAccount(): void {
  void import("./account_panel").then(({ show }) => show());
}

/** How many pieces wait in the cart, on the button. */
export function showCount(pieces: number): void {
  for (const count of document.querySelectorAll<HTMLElement>("[data-cart-count]")) {
    count.textContent = String(pieces);
    count.hidden = pieces === 0;
  }
}

export async function countCart(): Promise<void> {
  if (!mayBeLoggedIn() && !cartToken()) return showCount(0);
  const { api } = await import("@marque/shared/api");
  const { data } = await api.POST("/api/v1/cart/get");
  showCount(data?.total_items ?? 0);
}

/** How many notifications are unread, on the button of the account. */
export async function countNews(): Promise<void> {
  let unread = 0;
  if (mayBeLoggedIn()) {
    const { api } = await import("@marque/shared/api");
    unread = (await api.GET("/api/v1/profile/notifications/unread-count")).data?.unread ?? 0;
  }
  for (const count of document.querySelectorAll<HTMLElement>("[data-news]")) {
    count.textContent = String(unread);
    count.hidden = unread === 0;
  }
}
