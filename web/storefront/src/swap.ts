// Changes of a page without loading it anew: the server's own page is fetched, and only the part that differs is put in
// its place. So there is one way to draw a list, and it is the server's.

let running: AbortController | undefined;

/** What was in focus, by what it says: the new part has it at the same place in the same group. */
function nameOfFocus(): string | undefined {
  const link = document.activeElement?.closest<HTMLElement>("[data-facet], [data-swap], .paging a");
  if (!link) return undefined;
  const group = link.closest("details")?.querySelector("summary")?.textContent ?? "";
  return `${group}|${nameOf(link)}`;
}

const nameOf = (link: HTMLElement) => (link.querySelector("span")?.textContent ?? link.textContent ?? "").trim();

function focusAgain(part: Element, name: string | undefined): void {
  if (name === undefined) return;
  const wanted = [...part.querySelectorAll<HTMLElement>("[data-facet], [data-swap], .paging a")].find((link) => {
    const group = link.closest("details")?.querySelector("summary")?.textContent ?? "";
    return `${group}|${nameOf(link)}` === name;
  });
  wanted?.focus({ preventScroll: true });
}

/** Groups stay open and closed as the visitor left them. */
function keepOpen(before: Element, after: Element): void {
  const groups = (part: Element) => [...part.querySelectorAll<HTMLDetailsElement>("details:not(.menu)")];
  const open = new Map(groups(before).map((group) => [group.querySelector("summary")?.textContent, group.open]));
  for (const group of groups(after)) {
    const was = open.get(group.querySelector("summary")?.textContent);
    if (was !== undefined) group.open = was;
  }
}

/** Puts the parts of the page at `address` that `selector` names in the place of this one's; false where it cannot. */
export async function swap(address: string, selector: string, after: (part: Element) => void): Promise<boolean> {
  running?.abort();
  const mine = (running = new AbortController());
  const part = document.querySelector(selector);
  if (!part) return false;
  part.classList.add("is-loading");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(selector);
    if (!response.ok || !fresh) return false;
    const focused = nameOfFocus();
    keepOpen(part, fresh);
    part.replaceWith(document.adoptNode(fresh));
    document.title = page.title;
    focusAgain(fresh, focused);
    after(fresh);
    return true;
  } catch (error) {
    // Another change came before this one was there: that one goes on.
    if (mine.signal.aborted) return true;
    console.warn("a part of the page could not be loaded", error);
    return false;
  } finally {
    part.classList.remove("is-loading");
  }
}
