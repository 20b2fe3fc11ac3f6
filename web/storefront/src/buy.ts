// The choices of a product: each size shows its own price, and the button puts it into the cart.
import { openCart } from "./panels";

function showPrice(form: HTMLFormElement, chosen: HTMLInputElement): void {
  const line = document.querySelector("[data-price-line]");
  if (!line || !form.isConnected) return;
  const { price = "", before = "", discount = "0" } = chosen.dataset;
  const tag = document.createElement("span");
  tag.className = before ? "price is-reduced" : "price";
  const now = tag.appendChild(document.createElement("b"));
  now.textContent = price;
  if (before) {
    tag.append(" ");
    tag.appendChild(document.createElement("s")).textContent = before;
  }
  line.replaceChildren(tag);
  if (before && discount !== "0") {
    const badge = document.createElement("span");
    badge.className = "badge is-reduced";
    badge.textContent = `−${discount}%`;
    line.append(" ", badge);
  }
}

function enlivenForm(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-buy]");
  if (!form) return;
  const needsSize = form.querySelector<HTMLElement>("[data-needs-size]");
  // The browser's own bubble is in the browser's language; the page says it in its own.
  form.noValidate = true;
  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    if (needsSize) needsSize.hidden = true;
    showPrice(form, event.target);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form).get("sku");
    if (needsSize) needsSize.hidden = typeof chosen === "string";
    if (typeof chosen === "string") openCart(chosen);
    else form.querySelector<HTMLInputElement>("input[name=sku]:not(:disabled)")?.focus();
  });
}

export function enliven(): void {
  enlivenForm();
  document.addEventListener("swapped", enlivenForm);
}
