/** Owns how a mark of the charts reads: "learning rate 0.01 → 0.1", "12 points added". */

import { formatSetting } from "./format.js";
import { words } from "./words.js";

/**
 * @param {import("./marks.js").Change} change
 * @returns {string}
 */
export function markText({ fields, added, removed, moved }) {
  const names = words.charts.settings;
  const parts = Object.entries(fields).map(([field, [from, to]]) =>
    `${names[field] ?? field} ${valueText(from)} → ${valueText(to)}`);
  if (added > 0 && removed > 0 && added === removed) parts.push(words.charts.replaced(added));
  else {
    if (added > 0) parts.push(words.charts.added(added));
    if (removed > 0) parts.push(words.charts.removed(removed));
  }
  if (moved > 0) parts.push(words.charts.moved(moved));
  return parts.join(", ");
}

/**
 * @param {unknown} value of a setting
 * @returns {string}
 */
export function valueText(value) {
  if (typeof value === "number") return formatSetting(value);
  if (value === null) return words.charts.usual;
  if (typeof value === "boolean") return value ? words.charts.on : words.charts.off;
  if (Array.isArray(value)) return value.length === 0 ? words.charts.none : value.map(valueText).join("-");
  return String(value).replaceAll("_", " ");
}
