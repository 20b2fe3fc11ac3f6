// Runs before anything is drawn, as a plain script: the theme chosen last, and that there are scripts at all.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("marque.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Without storage the system's choice stands.
  }
})();
