/* Runs before the first paint, so that a chosen theme never flashes the other one. */
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("boundary-lab/theme");
  } catch {
    // The person lets no page store anything: the system's theme it is.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
