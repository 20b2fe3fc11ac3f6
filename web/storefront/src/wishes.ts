// Hearts: which products are on the visitor's wishlist, a customer's or a guest's, and putting them on and off it.
import { api } from "@marque/shared/api";
import { beginCart, cartToken } from "@marque/shared/guest";
import { market } from "@marque/shared/place";
import { user } from "@marque/shared/session";
import type { components } from "@marque/shared/schema";
import { openAccount } from "./panels";

export type Wishlist = components["schemas"]["WishlistView"];

let wished = new Set<string>();

function mark(): void {
  for (const heart of document.querySelectorAll<HTMLElement>("[data-wish]")) {
    heart.setAttribute("aria-pressed", String(wished.has(heart.dataset.wish ?? "")));
  }
}

/** Every answer is the whole list: what hearts show is what the server has. */
export function take(list: Wishlist | undefined): void {
  if (!list) return;
  wished = new Set(list.items.map(({ product_id: id }) => id));
  mark();
}

/** The visitor's list; nobody's where the visitor has neither account nor token, or an account elsewhere. */
export async function wishlist(): Promise<Wishlist | undefined> {
  const who = await user();
  if (who ? who.market !== market : !cartToken()) return undefined;
  return (await api.GET("/api/v1/wishlist")).data;
}

export async function load(): Promise<void> {
  const list = await wishlist();
  if (list) return take(list);
  wished = new Set();
  mark();
}

export async function toggle(heart: HTMLElement): Promise<void> {
  const id = heart.dataset.wish ?? "";
  const who = await user();
  // Somebody whose shop is another country's is told so.
  if (who && who.market !== market) return openAccount();
  if (!who) beginCart();
  const isOn = heart.getAttribute("aria-pressed") === "true";
  // It shows at once; what the server answers stands.
  heart.setAttribute("aria-pressed", String(!isOn));
  const body = { product_id: id };
  const { data, error } = isOn
    ? await api.POST("/api/v1/wishlist/remove", { body })
    : await api.POST("/api/v1/wishlist/add", { body });
  if (error) await load();
  else take(data);
  document.dispatchEvent(new CustomEvent("wishlist", { detail: data }));
}

document.addEventListener("swapped", mark);
document.addEventListener("cards", mark);
document.addEventListener("account", () => void load());
