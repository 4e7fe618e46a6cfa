/** Draws the hint of what a drop on the page would do, and hands on what is dropped. */

import { droppedOf, kindOfDrag } from "../given_files.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";

/** Older Safaris tell at each border between two parts of the page that it was left, and in the same moment goes on over it. */
const LEFT_AFTER_MS = 100;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {(dropped: readonly (File|FileSystemDirectoryEntry)[]) => Promise<void>} onDrop files and folders were dropped anywhere on the page
 */
export function mountDrop(store, onDrop) {
  const { openRun } = words;
  const sentences = { any: openRun.dropAny, points: openRun.dropPoints, run: openRun.dropRun };
  /** @param {ReturnType<typeof kindOfDrag>} kind */
  function sentenceOf(kind) {
    if (kind !== "settings") return sentences[kind];
    return store.get().findsRuns ? openRun.dropConfig : openRun.dropSettings;
  }
  // Above the dialogs, whichever is open.
  const hint = make("div", { class: "drop-hint", "aria-hidden": "true", popover: "manual" });
  document.body.append(hint);
  /** @param {DragEvent} event */
  const hasFile = (event) => event.dataTransfer?.types.includes("Files") ?? false;

  let leaving = 0;

  document.addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    clearTimeout(leaving);
    event.preventDefault();
    setText(hint, sentenceOf(kindOfDrag([...event.dataTransfer?.items ?? []])));
    if (!hint.matches(":popover-open")) hint.showPopover();
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget !== null) return;
    clearTimeout(leaving);
    leaving = setTimeout(() => hint.hidePopover(), LEFT_AFTER_MS);
  });
  document.addEventListener("drop", (event) => {
    clearTimeout(leaving);
    hint.hidePopover();
    if (!hasFile(event)) return;
    event.preventDefault();
    const dropped = droppedOf(event.dataTransfer?.items ?? []);
    if (dropped.length > 0) void onDrop(dropped);
  });
}
