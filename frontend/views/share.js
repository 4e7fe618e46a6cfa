/** Draws the Share button, and the dialog for when copying a link is not allowed or a link alone is not enough. */

import { writeAddress } from "../address.js";
import { classAddress } from "../class_address.js";
import { writeCsv } from "../csv_points.js";
import { isLoopback } from "../loopback.js";
import { experimentOf } from "../opening.js";
import { words } from "../words.js";
import { copy } from "./clipboard.js";
import { find, make, setText } from "./elements.js";
import { saveFile } from "./save_file.js";
import { explain } from "./tips.js";

const FILE_NAME = "boundary-lab-points.csv";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @returns {() => Promise<void>} copies a link to what is on the page, and says so
 */
export function mountShare(store, commands) {
  const button = make("button", { type: "button", class: "btn quiet small", id: "share-link", "data-control": "share" }, [words.address.share]);
  explain(button, words.address.explainShare);
  find("#share", HTMLElement).append(button);

  const text = make("p");
  const link = make("input", { type: "text", class: "field", readonly: "", id: "share-address" });
  const save = make("button", { type: "button", class: "btn" }, [words.address.saveFile]);
  const dialog = make("dialog", { class: "share", "aria-labelledby": "share-title" }, [
    make("form", { method: "dialog" }, [
      make("h2", { id: "share-title" }, [words.address.dialogTitle]), text,
      make("label", { class: "stack" }, [make("span", {}, [words.address.link]), link]),
      make("div", { class: "pair" }, [save, make("button", { class: "btn primary", value: "close" }, [words.address.close])]),
    ]),
  ]);
  document.body.append(dialog);

  /** @param {string} address @param {string} said @param {boolean} pointsLeftOut */
  function show(address, said, pointsLeftOut) {
    setText(text, said);
    link.value = address;
    save.hidden = !pointsLeftOut;
    dialog.showModal();
    link.select();
  }

  async function share() {
    const { fragment, pointsLeftOut } = writeAddress(experimentOf(store.get()));
    const isOwn = isLoopback(location.hostname);
    const asked = isOwn ? classAddress() : Promise.resolve(null);
    const written = asked.then((ofClass) => {
      const address = new URL(ofClass ?? location.href);
      address.hash = fragment;
      return address.href;
    });
    const copied = await copy(written);
    const ofClass = await asked;
    const reach = ofClass !== null ? words.address.forTheClass : isOwn ? words.address.onThisComputerOnly : "";
    const said = [copied ? words.address.copied : words.address.dialogText, pointsLeftOut ? words.address.tooManyPoints : "", reach]
      .filter((sentence) => sentence !== "").join(" ");
    if (copied && !pointsLeftOut) commands.notify(said, { stays: reach !== "" });
    else show(await written, said, pointsLeftOut);
  }

  save.addEventListener("click", () => {
    const { confirmed, document: { points, config } } = store.get();
    saveFile(new Blob([writeCsv(confirmed, points, config.problem === "regression")], { type: "text/csv" }), FILE_NAME);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  button.addEventListener("click", () => void share());
  return share;
}
