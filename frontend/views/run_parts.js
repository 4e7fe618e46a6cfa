/** Draws what the dialogs of saving and opening a run share: what is said, with its mark, above whatever changes below it. */

import { make, setText } from "./elements.js";

/** @typedef {"busy"|"good"|"note"|"bad"} Mark */

/**
 * A dialog whose title, sentence and content change while it is open. The sentence keeps its place in the page, so that a screen reader tells
 * what becomes of it.
 * @param {string} name of the dialog's title, in the page
 * @param {() => void} onLeave it was closed, by whatever means
 */
export function makeRunDialog(name, onLeave) {
  const title = make("h2", { id: name });
  const sentence = make("p", { role: "status" });
  const said = make("div", { class: "said" }, [sentence]);
  const content = make("div", { class: "run-content" });
  const dialog = make("dialog", { class: "run-dialog", "aria-labelledby": name }, [title, said, content]);
  document.body.append(dialog);
  dialog.addEventListener("close", onLeave);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  return {
    dialog,
    /**
     * @param {string} heading
     * @param {Mark|null} mark
     * @param {string} text "" for none
     */
    say(heading, mark, text) {
      setText(title, heading);
      said.hidden = text === "";
      said.dataset.mark = mark ?? "";
      dialog.toggleAttribute("data-busy", mark === "busy");
      setText(sentence, text);
    },
    /**
     * @param {readonly Node[]} children
     * @param {HTMLElement} first gets the focus: what had it before may be gone
     */
    show(children, first) {
      content.replaceChildren(...children);
      if (!dialog.open) dialog.showModal();
      first.focus();
    },
  };
}

/**
 * @param {readonly HTMLElement[]} buttons
 * @returns {HTMLElement}
 */
export function buttonLine(buttons) {
  return make("div", { class: "buttons" }, [...buttons]);
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {string} [kind] more classes
 */
export function makeButton(text, onClick, kind = "") {
  const button = make("button", { type: "button", class: `btn ${kind}`.trim() }, [text]);
  button.addEventListener("click", onClick);
  return button;
}
