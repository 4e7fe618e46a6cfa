/**
 * Draws the import and the export of points: a file is chosen, dropped on the page or pasted, read in pieces, and shown as what would
 * come of it. Nothing is imported before that is confirmed.
 */

import { CsvError, readCsv } from "../csv_file.js";
import { writeCsv } from "../csv_points.js";
import { words } from "../words.js";
import { showCsvPreview } from "./csv_preview.js";
import { find, make, setEnabled } from "./elements.js";
import { saveFile } from "./save_file.js";
import { explain } from "./tips.js";

/** A turn for the page: everything that waits, painting too, comes before what follows. @returns {Promise<void>} */
const rest = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @returns {(file: File) => void} shows what would come of a file that was dropped
 */
export function mountCsv(store, commands) {
  const open = make("button", { type: "button", class: "btn small", id: "csv-open", "data-control": "csv" }, [words.csv.open]);
  const save = make("button", { type: "button", class: "btn small", id: "csv-save", "data-control": "csv" }, [words.csv.save]);
  find("#data-more", HTMLElement).append(make("div", { class: "csv-actions" }, [open, save]));
  explain(open, words.csv.explainOpen);

  const file = make("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", class: "sr", tabindex: "-1", "aria-label": words.csv.chooseFile });
  const choose = make("button", { type: "button", class: "btn" }, [words.csv.chooseFile]);
  const text = make("textarea", { rows: "6", spellcheck: "false", placeholder: words.csv.pasteExample });
  const read = make("button", { type: "button", class: "btn primary" }, [words.csv.read]);
  const cancel = make("button", { type: "button", class: "btn" }, [words.csv.cancel]);
  const content = make("div", { class: "csv-content" });
  const dialog = make("dialog", { class: "csv-dialog", "aria-labelledby": "csv-title" }, [
    make("h2", { id: "csv-title" }, [words.csv.title]), content,
  ]);
  document.body.append(dialog);
  explain(choose, words.csv.explainChooseFile);
  explain(text, words.csv.explainPaste);
  explain(read, words.csv.explainRead);
  /** Counts what was given to read: an answer that comes late is for nobody. */
  let turn = 0;

  /** @param {string} [failure] why what was chosen last cannot be read */
  function ask(failure) {
    turn += 1;
    content.replaceChildren(
      ...(failure === undefined ? [] : [make("p", { class: "failed", role: "alert" }, [failure])]),
      choose, file,
      make("label", {}, [make("span", {}, [words.csv.paste]), text]),
      make("div", { class: "buttons" }, [cancel, read]),
    );
    setEnabled(read, text.value.trim() !== "");
    if (!dialog.open) dialog.showModal();
    // What had the focus before may be gone.
    else choose.focus();
  }

  /**
   * @param {Blob} blob
   * @param {string} name
   */
  async function look(blob, name) {
    turn += 1;
    const own = turn;
    if (!dialog.open) dialog.showModal();
    content.replaceChildren(make("p", { role: "status" }, [words.csv.reading]), make("div", { class: "buttons" }, [cancel]));
    try {
      const table = await readCsv(blob, store.get().document.config.problem === "regression", rest, () => own !== turn);
      if (own === turn) showCsvPreview(content, store, commands, { table, name, cancel, onOther: () => ask(), onDone: close });
    } catch (error) {
      // A file that was moved or removed meanwhile is told by the browser as a DOMException.
      if (!(error instanceof CsvError || error instanceof DOMException)) throw error;
      if (own === turn) ask(error instanceof CsvError ? error.message : words.csv.notReadable);
    }
  }

  function close() {
    turn += 1;
    dialog.close();
    file.value = "";
    text.value = "";
  }

  open.addEventListener("click", () => ask());
  cancel.addEventListener("click", close);
  dialog.addEventListener("cancel", close);
  choose.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen) void look(chosen, chosen.name);
    file.value = "";
  });
  text.addEventListener("input", () => setEnabled(read, text.value.trim() !== ""));
  read.addEventListener("click", () => void look(new Blob([text.value]), words.csv.pasted));
  save.addEventListener("click", () => {
    const { confirmed, document: { points, config } } = store.get();
    const blob = new Blob([writeCsv(confirmed, points, config.problem === "regression")], { type: "text/csv" });
    const today = new Date();
    const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    saveFile(blob, words.csv.fileName(date));
  });

  function draw() {
    const empty = store.get().document.points.length === 0;
    setEnabled(save, !empty);
    explain(save, empty ? words.data.needsPoints : words.csv.explainSave);
  }
  store.subscribe((state, before) => {
    if ((state.document.points.length > 0) !== (before.document.points.length > 0)) draw();
  });
  draw();
  return (file) => void look(file, file.name);
}
