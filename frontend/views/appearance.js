/** Owns light and dark: follows the system until the person chooses, then remembers the choice. */

import { find } from "./elements.js";

/** @typedef {import("../colors.js").ThemeName} ThemeName */

const THEME_KEY = "boundary-lab/theme";

/**
 * @param {(name: ThemeName) => void} onTheme told now and at each change
 */
export function mountTheme(onTheme) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  /** @returns {ThemeName} */
  function current() {
    const chosen = root.dataset.theme;
    if (chosen === "light" || chosen === "dark") return chosen;
    return system.matches ? "dark" : "light";
  }

  find("#theme", HTMLButtonElement).addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    localStorage.setItem(THEME_KEY, root.dataset.theme);
    onTheme(current());
  });
  system.addEventListener("change", () => onTheme(current()));
  onTheme(current());
}
