/** Draws the line on the plane that says that the map shows a single unit, which, and what its colours mean. */

import { formatBound } from "../format.js";
import { unitName } from "../unit_names.js";
import { words } from "../words.js";
import { find, make, setText } from "./elements.js";

/** @param {import("../state_manager.js").Store} store */
export function mountUnitCaption(store) {
  const name = make("b");
  const low = make("span");
  const high = make("span");
  const caption = make("p", { class: "unit-caption", id: "unit-caption", hidden: "" }, [name, low, make("span", { class: "signed-bar", "aria-hidden": "true" }), high]);
  find(".plane", HTMLElement).append(caption);
  store.subscribe(({ shownUnit, document: { config } }, before) => {
    if (shownUnit === before.shownUnit) return;
    caption.hidden = shownUnit === null;
    if (shownUnit === null) return;
    setText(name, words.diagram.onMap(unitName(config, shownUnit)));
    setText(low, formatBound(-shownUnit.scale));
    setText(high, formatBound(shownUnit.scale));
  });
}
