/** Draws what a saved run is called: short ids, each to be copied whole, and the folder where it lies. */

import { shortHash } from "../format.js";
import { words } from "../words.js";
import { copy } from "./clipboard.js";
import { make, setText } from "./elements.js";
import { makeButton } from "./run_parts.js";

/**
 * @param {import("../protocol.js").RunSavedMessage} run
 * @returns {HTMLElement}
 */
export function showNames({ run_id, config_hash, checkpoint_id, kept, directory }) {
  const text = words.saveRun;
  const told = make("small", { role: "status" });
  /**
   * @param {string} name
   * @param {string} whole
   * @param {string} [shown]
   */
  function row(name, whole, shown = whole) {
    const code = make("code", {}, breakable(shown));
    const button = makeButton(text.copy, () => void take(), "small");
    button.setAttribute("aria-label", text.copyOf(name));
    async function take() {
      const isCopied = await copy(whole);
      if (!isCopied) {
        setText(code, whole);
        getSelection()?.selectAllChildren(code);
      }
      setText(told, isCopied ? text.copied : text.marked);
    }
    return make("div", {}, [make("dt", {}, [name]), make("dd", {}, [code, button])]);
  }
  return make("section", { class: "run-names" }, [
    make("div", { class: "head" }, [make("h3", {}, [text.ids]), told]),
    make("dl", {}, [
      row(text.runId, run_id), row(text.configHash, config_hash, shortHash(config_hash)),
      row(text.checkpointId, checkpoint_id, shortHash(checkpoint_id)),
      ...(directory === null ? [] : [row(text.folder, directory, directory.replace(/[0-9a-f]{64}/g, (hash) => `${shortHash(hash)}…`))]),
    ]),
    ...(kept && directory === null ? [make("p", {}, [text.keptUnseen])] : []),
  ]);
}

/**
 * @param {string} name
 * @returns {(string|Node)[]} the same, that breaks between folders rather than in the midst of one
 */
function breakable(name) {
  return name.split(/(?<=[\\/])/).flatMap((part, index) => (index === 0 ? [part] : [make("wbr"), part]));
}
