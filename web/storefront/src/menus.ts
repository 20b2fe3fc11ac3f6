// Menus that close when somebody looks elsewhere, and the button of light and dark.

export function enliven(): void {
  const others = (but: Element | null) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open], details.drawer[open]")) {
      if (menu !== but) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => {
    others(event.target instanceof Element ? event.target.closest("details.menu, details.drawer") : null);
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(".switches a") : null;
    // The same page in another language: a guest's link to an order says behind # whose it is.
    if (link && link.pathname === location.pathname) link.hash = location.hash;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.menu[open], details.drawer[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}

export function changeTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("marque.theme", root.dataset.theme);
  } catch {
    // It lasts as long as the page.
  }
}
