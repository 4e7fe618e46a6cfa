/** Draws teacher mode: which controls are shown, by group and one by one, at once on the page behind; and hides the others. */

import { words } from "../words.js";
import { controlsOf, GROUPS } from "./controls.js";
import { find, make } from "./elements.js";

/** What holds controls and goes when all of them have gone. */
const HOLDERS = ".block, .under, details.more, .pair, .two, .three, .rows";

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 * @param {() => Promise<void>} share copies the link for the students
 * @returns {() => void} opens teacher mode
 */
export function mountTeacher(store, commands, share) {
  const dialog = find("#teacher", HTMLDialogElement);
  const groups = make("div", { class: "groups" });
  const all = make("button", { type: "button", class: "btn" }, [words.teacher.showAll]);
  const copy = make("button", { type: "button", class: "btn primary", id: "student-link" }, [words.teacher.copyLink]);
  const close = make("button", { class: "btn", value: "close" }, [words.teacher.close]);
  dialog.setAttribute("aria-labelledby", "teacher-title");
  dialog.append(make("form", { method: "dialog" }, [
    make("h2", { id: "teacher-title" }, [words.teacher.title]), make("p", {}, [words.teacher.meaning]), groups,
    make("div", { class: "actions" }, [all, copy, close]),
  ]));
  const rules = new CSSStyleSheet();
  document.adoptedStyleSheets.push(rules);
  /** @type {{controls: readonly string[], box: HTMLInputElement}[]} */
  let boxes = [];

  /**
   * @param {string} name
   * @param {readonly string[]} controls what it shows or hides
   */
  function choice(name, controls) {
    const box = make("input", { type: "checkbox" });
    boxes.push({ controls, box });
    box.addEventListener("change", () => {
      const others = [...store.get().hiddenControls].filter((control) => !controls.includes(control));
      commands.hideControls(box.checked ? others : [...others, ...controls]);
    });
    return make("label", { class: "check" }, [box, make("span", {}, [name])]);
  }

  /** Written anew at each opening: what can be operated changes with the data and the network. */
  function listControls() {
    boxes = [];
    groups.replaceChildren(...GROUPS.flatMap(([group, name]) => {
      /** @type {Map<string, string>} */
      const controls = new Map();
      // What is in several places has its name from the first.
      for (const { control, name: label } of controlsOf(group)) if (!controls.has(control)) controls.set(control, label);
      if (controls.size === 0) return [];
      return [make("fieldset", {}, [
        make("legend", {}, [choice(name, [...controls.keys()])]),
        ...[...controls].map(([control, label]) => choice(label || control, [control])),
      ])];
    }));
  }

  function draw() {
    const { hiddenControls } = store.get();
    for (const { controls, box } of boxes) {
      const shown = controls.filter((control) => !hiddenControls.has(control)).length;
      box.checked = shown > 0;
      box.indeterminate = shown > 0 && shown < controls.length;
    }
    // The names come from an address, but only those that are letters, digits and hyphens are let in there.
    const hidden = [...hiddenControls].map((control) => `[data-control="${CSS.escape(control)}"]`).join(", ");
    rules.replaceSync(hidden === "" ? "" : `${hidden} { display: none !important; }
      :is(${HOLDERS}):has([data-control]):not(:has([data-control]:not(${hidden}))) { display: none !important; }`);
    for (const title of document.querySelectorAll("[data-group] h3")) {
      const below = title.nextElementSibling;
      title.toggleAttribute("data-left-out", hidden !== "" && below?.matches(HOLDERS) === true && getComputedStyle(below).display === "none");
    }
  }

  function show() {
    listControls();
    draw();
    dialog.showModal();
  }

  all.addEventListener("click", () => commands.hideControls([]));
  copy.addEventListener("click", () => void share());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  const help = find("#help-dialog", HTMLDialogElement);
  help.addEventListener("close", () => {
    if (help.returnValue === "teacher") show();
    help.returnValue = "";
  });
  store.subscribe((state, before) => {
    if (state.hiddenControls !== before.hiddenControls) draw();
  });
  draw();
  return show;
}

/**
 * @param {import("../address.js").ReadAddress} read
 * @returns {import("../address.js").ReadAddress} without hidden controls that the page does not have, which are said to be left out
 */
export function hidingKnown(read) {
  const known = new Set([...document.querySelectorAll("[data-control]")].map((element) => element.getAttribute("data-control")));
  const unknown = read.hidden.filter((name) => !known.has(name));
  return {
    ...read,
    hidden: read.hidden.filter((name) => known.has(name)),
    leftOut: [...read.leftOut, ...unknown.map((name) => words.address.noControl(name))],
  };
}
