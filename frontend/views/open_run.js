/** Draws the opening of a saved run: it is chosen, dropped on the page, or called off; what would be lost by it is said before. */

import { bringsSettings, FolderError, filesOf, settingsOf, sortFiles } from "../given_files.js";
import { words } from "../words.js";
import { find, make } from "./elements.js";
import { buttonLine, makeButton, makeRunDialog } from "./run_parts.js";
import { explain } from "./tips.js";

/** @typedef {import("../given_files.js").GivenFile} GivenFile */
/** @typedef {import("../given_files.js").RunSource} RunSource */
/** @typedef {import("../run_commands.js").Opening} Opening */

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @returns {() => void} opens the dialog
 */
export function mountOpenRun(store, commands) {
  const text = words.openRun;
  const button = find("#open-run", HTMLButtonElement);
  const { dialog, say, show } = makeRunDialog("open-run-title", () => {
    if (store.get().opening !== null) commands.leaveOpening();
  });
  const close = () => dialog.close();
  explain(button, text.explainOpen);

  /** @param {string} [failure] why what was given last is not opened */
  function ask(failure) {
    const file = makeInput({ accept: ".zip,.json,application/zip,application/json", multiple: "" });
    const chooseFile = makeButton(text.chooseFile, () => file.click(), "primary");
    const folder = makeInput({ webkitdirectory: "" });
    const chooseFolder = makeButton(text.chooseFolder, () => folder.click());
    explain(chooseFile, text.explainChooseFile);
    explain(chooseFolder, text.explainChooseFolder);
    // Most phones have no folders to choose.
    chooseFolder.hidden = !("webkitdirectory" in folder);
    say(failure === undefined ? text.title : text.failedTitle, failure === undefined ? null : "bad", failure ?? "");
    const ofConfig = store.get().findsRuns ? text.configFinds : text.configAlone;
    show([make("p", {}, [`${text.meaning} ${ofConfig} `, make("span", { class: "with-mouse" }, [text.canBeDropped])]), file, folder, buttonLine([makeButton(text.cancel, close), chooseFolder, chooseFile])], chooseFile);
  }

  /** @param {Record<string, string>} attributes */
  function makeInput(attributes) {
    const input = make("input", { type: "file", class: "sr", tabindex: "-1", "aria-label": text.title, ...attributes });
    input.addEventListener("change", () => {
      const files = [...input.files ?? []];
      input.value = "";
      if (files.length > 0) take(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
    });
    return input;
  }

  /** @param {readonly GivenFile[]} files chosen here, so that none of them is meant to be points */
  function take(files) {
    const found = sortFiles(files);
    if ("run" in found) void commands.giveRun(found.run);
    else commands.refuseGiven("why" in found ? found.why : text.notARun(found.points.name));
  }

  /** @param {RunSource} source */
  function confirm(source) {
    const go = makeButton(text.confirm, () => void commands.openRun(source), "primary");
    const replaced = mayBringRun(source) ? text.replacesByConfig : bringsSettings(source) ? text.replacesSettings : text.replaces;
    const stops = store.get().run.state === "TRAINING" ? ` ${text.stops}` : "";
    say(text.confirmTitle, "note", replaced(source.name) + stops);
    show([buttonLine([makeButton(text.cancel, close), ...makeSettingsOnly(source), go])], go);
  }

  /**
   * @param {RunSource} source
   * @returns {boolean} whether it is a config of which a run may be opened
   */
  const mayBringRun = ({ what }) => what === "config" && store.get().findsRuns;

  /**
   * @param {RunSource} source
   * @returns {HTMLButtonElement[]} the way past a run, if there may be one
   */
  function makeSettingsOnly(source) {
    if (!mayBringRun(source)) return [];
    const only = makeButton(text.settingsOnly, () => void commands.openRun(settingsOf(source)));
    explain(only, text.explainSettingsOnly);
    return [only];
  }

  /** @param {string} name of what is opened */
  function showBusy(name) {
    const leave = makeButton(text.cancel, close);
    say(text.title, "busy", text.reading(name));
    show([buttonLine([leave])], leave);
  }

  /** @param {Opening} opening */
  function draw(opening) {
    switch (opening.name) {
      case "confirming":
        confirm(opening.source);
        break;
      case "sending":
        showBusy(opening.source.name);
        break;
      case "failed": {
        const { source, why } = opening;
        if (source === null) {
          ask(why);
          break;
        }
        const again = makeButton(text.tryAgain, () => void commands.openRun(source), "primary");
        say(text.failedTitle, "bad", why);
        show([buttonLine([makeButton(text.cancel, close), makeButton(text.other, () => ask()), ...makeSettingsOnly(source), again])], again);
      }
    }
  }

  function open() {
    if (!dialog.open) ask();
  }

  button.addEventListener("click", open);
  store.subscribe(({ opening }, before) => {
    if (opening === before.opening) return;
    if (opening !== null) draw(opening);
    else if (dialog.open) close();
  });
  return open;
}

/**
 * Takes what is dropped on the page: a saved run to the one, points to the other.
 * @param {import("../commands.js").Commands} commands
 * @param {(file: File) => void} onPoints
 */
export function takeDropped(commands, onPoints) {
  /** @param {readonly (File|FileSystemDirectoryEntry)[]} dropped */
  return async (dropped) => {
    try {
      const files = await filesOf(dropped);
      const found = sortFiles(files);
      if ("points" in found) onPoints(found.points);
      else if ("run" in found) await commands.giveRun(found.run);
      else commands.refuseGiven(found.why);
    } catch (error) {
      // A file that was moved or removed meanwhile is told by the browser as a DOMException.
      if (!(error instanceof FolderError || error instanceof DOMException)) throw error;
      commands.refuseGiven(error instanceof FolderError ? error.message : words.openRun.notReadable);
    }
  };
}
