// Search as you type: what somebody may mean, below the field, as links.
import { api } from "@marque/shared/api";
import type { components } from "@marque/shared/schema";
import { money, pathOf } from "@marque/shared/place";
import { words } from "./words_data";

type Found = components["schemas"]["Suggestions"];

const pause_ms = 120;
const letters_min = 2;
const products_max = 5;

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: Array<Node | string>
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function group(title: string, links: HTMLElement[]): HTMLElement[] {
  if (links.length === 0) return [];
  return [element("p", { className: "label", textContent: title }), ...links];
}

function link(href: string, text: string, note = ""): HTMLAnchorElement {
  const made = element("a", { href }, element("span", { textContent: text }));
  if (note) made.append(element("small", { textContent: note }));
  return made;
}

function shown(found: Found, typed: string): HTMLElement[] {
  const products = found.products.slice(0, products_max).map((product) => {
    const made = link(pathOf(`/p/${product.slug}`), product.name, money(product.price));
    if (product.image) made.prepend(element("img", { src: product.image, alt: "", width: 42, height: 56 }));
    return made;
  });
  const parts = [
    ...group(
      words.suggestedQueries,
      found.queries.map((query) => link(pathOf("/search", { q: query }), query)),
    ),
    ...group(
      words.suggestedCategories,
      found.categories.map(({ slug, name, product_count }) => link(pathOf(`/c/${slug}`), name, String(product_count))),
    ),
    ...group(
      words.suggestedBrands,
      found.brands.map(({ name, product_count }) =>
        link(pathOf("/search", { brand: name }), name, String(product_count)),
      ),
    ),
    ...group(words.suggestedProducts, products),
  ];
  if (parts.length > 0) parts.push(link(pathOf("/search", { q: typed }), words.allResults));
  return parts;
}

function enlivenForm(form: HTMLFormElement, input: HTMLInputElement): void {
  const list = element("div", { className: "suggested", hidden: true, tabIndex: -1 });
  form.append(list);
  let timer = 0;
  let newest = 0;
  const close = () => {
    newest += 1;
    clearTimeout(timer);
    list.hidden = true;
  };
  const ask = async (typed: string) => {
    const mine = (newest += 1);
    const { data } = await api.GET("/api/v1/products/suggestions", {
      params: { query: { q: typed, limit: products_max } },
    });
    if (mine !== newest || !data) return;
    list.replaceChildren(...shown(data, typed));
    list.hidden = list.childElementCount === 0;
  };
  const typed = () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < letters_min) return close();
    timer = window.setTimeout(() => void ask(text).catch(close), pause_ms);
  };
  const move = (step: number) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement) + step;
    (links[at] ?? (at < 0 ? input : links.at(-1)))?.focus();
  };
  input.addEventListener("input", typed);
  form.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "Escape") {
      close();
      input.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  document.addEventListener("focusin", (event) => !form.contains(event.target as Node) && close());
  document.addEventListener("click", (event) => !form.contains(event.target as Node) && close());
  if (document.activeElement === input) typed();
}

export function enliven(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form.search")) {
    const input = form.querySelector<HTMLInputElement>("input[name=q]");
    if (input) enlivenForm(form, input);
  }
}
