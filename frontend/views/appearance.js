/** Owns light and dark: follows the system until the person chooses, then remembers the choice. */

import { storageFrom } from "../storage.js";
import { find } from "./elements.js";

/** @typedef {import("../colors.js").ThemeName} ThemeName */

const THEME_KEY = "boundary-lab/theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

/** @returns {ThemeName} what the person sees */
export function currentTheme() {
  const chosen = root.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/**
 * @param {(name: ThemeName) => void} onTheme told now and at each change
 */
export function mountTheme(onTheme) {
  find("#theme", HTMLButtonElement).addEventListener("click", () => {
    root.dataset.theme = currentTheme() === "dark" ? "light" : "dark";
    storageFrom(() => localStorage).setItem(THEME_KEY, root.dataset.theme);
    onTheme(currentTheme());
  });
  system.addEventListener("change", () => onTheme(currentTheme()));
  onTheme(currentTheme());
}
