/** Draws the files of a saved run as links. What is refused is told here, where a browser would only say that a download failed. */

import { fetchRunFile, runAddress, RunRefused } from "../run_files.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";
import { saveFile } from "./save_file.js";
import { explain } from "./tips.js";

/** Made when it is asked for, and not with the other files. */
const ON_DEMAND = "model.onnx";
/** So much of a checkpoint's id tells two files apart. */
const SHORT = 8;

/**
 * @param {string} session its id
 * @param {import("../protocol.js").RunSavedMessage} run
 * @returns {{element: HTMLElement, whole: HTMLElement}} whole: the link to all of it
 */
export function makeDownloads(session, { checkpoint_id, files }) {
  const text = words.saveRun;
  const failure = make("p", { class: "failed", role: "alert" });

  /**
   * @param {string} name of the file
   * @param {string} called
   * @param {string} meaning
   * @param {string} address
   * @param {string} kind more classes
   */
  function makeLink(name, called, meaning, address, kind) {
    const link = make("a", { class: `btn ${kind}`, href: address, download: name }, [called]);
    explain(link, meaning);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (!link.hasAttribute("aria-busy")) void download(link, name, address);
    });
    return link;
  }

  /**
   * @param {HTMLElement} link
   * @param {string} name
   * @param {string} address
   */
  async function download(link, name, address) {
    link.setAttribute("aria-busy", "true");
    setText(failure, "");
    try {
      saveFile(await fetchRunFile(address), name);
    } catch (error) {
      if (!(error instanceof RunRefused)) throw error;
      setText(failure, error.message);
    } finally {
      link.removeAttribute("aria-busy");
    }
  }

  const there = new Set(files.map(({ name }) => name));
  const offered = Object.entries(text.files).filter(([name]) => there.has(name) || name === ON_DEMAND);
  const whole = makeLink(`run-${checkpoint_id.slice(0, SHORT)}.zip`, text.whole, text.explainWhole,
    runAddress(session, checkpoint_id), "primary whole");
  const single = offered.map(([name, { name: called, meaning }]) => makeLink(name, called, meaning, runAddress(session, checkpoint_id, name), "small"));
  return { element: make("div", { class: "run-files" }, [whole, make("div", { role: "group", "aria-label": text.single }, single), failure]), whole };
}
