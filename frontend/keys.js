/** Owns which key does what: one table for the keyboard and for the help. */

import { MAX_CLASSES } from "./run_config.js";

/**
 * @typedef {"toggle"|"step"|"reset"|"class"|"erase"|"grab"|"view"|"present"|"picture"|"save"|"open"|"help"|"teach"|"undo"|"move"|"add"|"remove"|"leave"|"walk"|"read"} KeyAction
 */
/**
 * @typedef {object} Key
 * @property {KeyAction} action
 * @property {readonly string[]} keys as `KeyboardEvent.key` tells them, in lower case; for classes the codes tell more
 * @property {readonly string[]} caps what is printed on them
 * @property {"page"|"plane"|"diagram"|"chart"} where it works: everywhere, where the point cursor is, or where the focus is
 * @property {string} [control] the control that does the same: where a teacher has hidden it, the key means nothing either
 * @property {boolean} single whether it is pressed alone and can be switched off, because dictation or an arm that trembles may press it
 */

const DIGITS = Array.from({ length: MAX_CLASSES }, (_, label) => String(label + 1));

const ARROWS = ["arrowleft", "arrowup", "arrowdown", "arrowright"];
const ARROW_CAPS = ["←", "↑", "↓", "→"];

/** @type {readonly Key[]} */
export const KEYS = Object.freeze([
  { action: "toggle", keys: [" "], caps: ["Space"], where: "page", control: "start", single: true },
  { action: "step", keys: ["s"], caps: ["S"], where: "page", control: "step", single: true },
  { action: "reset", keys: ["r"], caps: ["R"], where: "page", control: "reset", single: true },
  { action: "class", keys: DIGITS, caps: ["1", "…", String(MAX_CLASSES)], where: "page", control: "classes", single: true },
  { action: "erase", keys: ["e"], caps: ["E"], where: "page", control: "tool", single: true },
  { action: "grab", keys: ["m"], caps: ["M"], where: "page", control: "tool", single: true },
  { action: "view", keys: ["v"], caps: ["V"], where: "page", control: "view", single: true },
  { action: "present", keys: ["p"], caps: ["P"], where: "page", control: "present", single: true },
  { action: "picture", keys: ["i"], caps: ["I"], where: "page", control: "picture", single: true },
  { action: "save", keys: ["k"], caps: ["K"], where: "page", control: "save-run", single: true },
  { action: "open", keys: ["o"], caps: ["O"], where: "page", control: "open-run", single: true },
  { action: "teach", keys: ["t"], caps: ["T"], where: "page", single: true },
  { action: "help", keys: ["?"], caps: ["?"], where: "page", single: true },
  { action: "undo", keys: ["z", "y"], caps: ["Ctrl / ⌘", "Z"], where: "page", control: "undo", single: false },
  { action: "move", keys: ARROWS, caps: ARROW_CAPS, where: "plane", single: false },
  { action: "add", keys: ["enter", " "], caps: ["Enter", "Space"], where: "plane", single: false },
  { action: "remove", keys: ["delete", "backspace"], caps: ["Delete"], where: "plane", single: false },
  { action: "leave", keys: ["escape"], caps: ["Esc"], where: "plane", single: false },
  { action: "walk", keys: ARROWS, caps: ARROW_CAPS, where: "diagram", single: false },
  { action: "read", keys: ARROWS, caps: ["←", "→"], where: "chart", single: false },
]);

/**
 * @typedef {Pick<KeyboardEvent, "key"|"code"|"ctrlKey"|"metaKey"|"altKey"|"shiftKey">} Press
 */

/**
 * @param {Press} press
 * @param {Key["where"]} where
 * @param {boolean} singleKeys whether keys pressed alone mean something
 * @param {ReadonlySet<string>} [hidden] names of controls
 * @returns {KeyAction|null} what the press means there
 */
export function actionOf(press, where, singleKeys, hidden = new Set()) {
  if (press.altKey) return null;
  const held = press.ctrlKey || press.metaKey;
  const name = classOf(press) === null || where === "plane" ? press.key.toLowerCase() : String((classOf(press) ?? 0) + 1);
  const found = KEYS.find((key) => key.where === where && key.keys.includes(name) && (key.action === "undo") === held);
  const means = found !== undefined && (singleKeys || !found.single) && !hidden.has(found.control ?? "");
  return means ? found.action : null;
}

/**
 * @param {Press} press
 * @returns {number|null} the class of a digit, whatever the layout prints on its key
 */
export function classOf({ code, shiftKey }) {
  const digit = /^(?:Digit|Numpad)([1-8])$/.exec(code)?.[1];
  return digit === undefined || shiftKey ? null : Number(digit) - 1;
}
