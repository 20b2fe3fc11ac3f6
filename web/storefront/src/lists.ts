// Lists come alive: filters, orders and pages change the list without loading the page anew; so does a colour of a
// product. Whatever goes wrong ends as the plain link it is.
import { swap } from "./swap";

const parts = ["#listing", "#product"];

async function go(address: string, { push = true } = {}): Promise<void> {
  const selector = parts.find((part) => document.querySelector(part));
  if (!selector) return location.assign(address);
  const done = await swap(address, selector, (part) => part.dispatchEvent(new Event("swapped", { bubbles: true })));
  if (!done) return location.assign(address);
  if (push) history.pushState(null, "", address);
}

function showFilters(shown: boolean): void {
  document.documentElement.classList.toggle("filters-shown", shown);
  const selector = shown ? "[data-close-filters]" : "[data-open-filters]";
  document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
}

function onClick(event: MouseEvent): void {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest<HTMLAnchorElement>("a[href]");
  if (!plain || !link || event.defaultPrevented) return;
  if (link.hasAttribute("data-open-filters") || link.hasAttribute("data-close-filters")) {
    event.preventDefault();
    return showFilters(link.hasAttribute("data-open-filters"));
  }
  const page = link.closest(".paging") !== null;
  if (!page && !link.hasAttribute("data-facet") && !link.hasAttribute("data-swap")) return;
  event.preventDefault();
  void go(link.href).then(() => {
    if (page) document.querySelector("#listing")?.scrollIntoView();
  });
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-facet-form")) return;
  event.preventDefault();
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") query.set(name, value.replace(",", "."));
  }
  void go(`${location.pathname}?${query}`);
}

export function enliven(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.documentElement.classList.contains("filters-shown")) showFilters(false);
  });
  addEventListener("popstate", () => void go(location.href, { push: false }));
}
