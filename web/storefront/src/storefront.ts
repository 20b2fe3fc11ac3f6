// The storefront's script: makes the server's finished pages come alive. What a page does not need at once is loaded
// when it is wanted.
import "@marque/shared/styles/tokens.css";
import "@marque/shared/styles/fonts.css";
import "@marque/shared/styles/base.css";
import "../styles/frame.css";
import "../styles/lists.css";
import "../styles/product.css";
import "../styles/sale.css";
import "../styles/own.css";
import * as banners from "./banners";
import * as buy from "./buy";
import * as lists from "./lists";
import * as menus from "./menus";
import { cartToken } from "@marque/shared/guest";
import { mayBeLoggedIn } from "@marque/shared/session";
import { countCart, countNews, openAccount, openCart } from "./panels";
import { see, seenBefore } from "./seen";

menus.enliven();
lists.enliven();
banners.enliven();
buy.enliven();

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-open]") : null;
  if (button?.dataset.open === "theme") menus.changeTheme();
  if (button?.dataset.open === "account") openAccount();
  if (button?.dataset.open === "cart") openCart();
  const heart = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-wish]") : null;
  if (heart) void import("./wishes").then(({ toggle }) => toggle(heart));
  const waits = event.target instanceof Element && event.target.closest("[data-wait]");
  const product = document.querySelector<HTMLElement>("#product");
  if (waits && product) {
    const { slug = "", color = "" } = product.dataset;
    void import("./wait_panel").then(({ show }) => show(slug, color));
  }
});

document.addEventListener(
  "focusin",
  (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("form.search")) return;
    suggestions ??= import("./suggestions").then(({ enliven }) => enliven());
  },
  { capture: true },
);
let suggestions: Promise<void> | undefined;

/** What stands far down is loaded when somebody comes near it. An empty part has no place that could be watched. */
function whenNear(load: () => void): void {
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      load();
    },
    { rootMargin: "600px" },
  );
  near.observe(document.querySelector("footer") ?? document.body);
}

function watchReviews(): void {
  const place = document.querySelector<HTMLElement>("[data-reviews]");
  if (place) whenNear(() => void import("./reviews").then(({ show }) => show(place)));
}
watchReviews();

function watchSeen(): void {
  const shelf = document.querySelector<HTMLElement>("[data-seen]");
  const here = document.querySelector<HTMLElement>("#product")?.dataset.slug ?? "";
  const before = seenBefore(here);
  if (here) see(here);
  if (!shelf || before.length === 0) return;
  whenNear(() => void import("./seen_shelf").then(({ show }) => show(shelf, before)));
}
watchSeen();

/** Pages that are somebody's own: the server sends their frame, the script what is in it. */
const ownPages: Record<string, () => Promise<{ show: (place: HTMLElement) => Promise<void> }>> = {
  checkout: () => import("./checkout"),
  order: () => import("./order_page"),
  orders: () => import("./orders_page"),
  account: () => import("./account_page"),
  wishlist: () => import("./wishlist_page"),
};

async function showOwnPage(): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-own]");
  const load = ownPages[place?.dataset.own ?? ""];
  if (!place || !load) return;
  const { show } = await load();
  await show(place);
  // Somebody has logged in or out.
  document.addEventListener("account", () => void show(place));
}
void showOwnPage();

/** What the shop's head and the hearts say of the visitor; nothing is asked for whoever is nobody yet. */
function tellOfVisitor(): void {
  void countCart();
  void countNews();
  document.documentElement.toggleAttribute("data-known", mayBeLoggedIn());
}
document.addEventListener("account", tellOfVisitor);
tellOfVisitor();
if ((mayBeLoggedIn() || cartToken()) && document.querySelector("[data-wish]")) {
  void import("./wishes").then(({ load }) => load());
}
// For whoever waits until the page is alive: tests, and people who automate a browser.
document.documentElement.dataset.ready = "";
