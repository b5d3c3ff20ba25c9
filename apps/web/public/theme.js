// Before the first paint, and a file of its own: the page's policy permits no script inside the page.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("bincard.theme");
    } catch {
      // A browser that keeps nothing follows the system.
    }
    const isDark = chosen === "dark" || (chosen !== "light" && dark.matches);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
  };
  show();
  dark.addEventListener("change", show);
  addEventListener("bincard:theme", show);
})();
