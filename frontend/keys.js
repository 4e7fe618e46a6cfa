/** Owns which key does what: one table for the keyboard and for the help. */

import { MAX_CLASSES } from "./protocol.js";

/**
 * @typedef {"toggle"|"step"|"reset"|"class"|"erase"|"grab"|"view"|"present"|"picture"|"help"|"undo"|"move"|"add"|"remove"|"leave"} KeyAction
 */
/**
 * @typedef {object} Key
 * @property {KeyAction} action
 * @property {readonly string[]} keys as `KeyboardEvent.key` tells them, in lower case; for classes the codes tell more
 * @property {readonly string[]} caps what is printed on them
 * @property {"page"|"plane"} where it works: everywhere, or where the point cursor is
 * @property {boolean} single whether it is pressed alone and can be switched off, because dictation or an arm that trembles may press it
 */

const DIGITS = Array.from({ length: MAX_CLASSES }, (_, label) => String(label + 1));

/** @type {readonly Key[]} */
export const KEYS = Object.freeze([
  { action: "toggle", keys: [" "], caps: ["Space"], where: "page", single: true },
  { action: "step", keys: ["s"], caps: ["S"], where: "page", single: true },
  { action: "reset", keys: ["r"], caps: ["R"], where: "page", single: true },
  { action: "class", keys: DIGITS, caps: ["1", "…", String(MAX_CLASSES)], where: "page", single: true },
  { action: "erase", keys: ["e"], caps: ["E"], where: "page", single: true },
  { action: "grab", keys: ["m"], caps: ["M"], where: "page", single: true },
  { action: "view", keys: ["v"], caps: ["V"], where: "page", single: true },
  { action: "present", keys: ["p"], caps: ["P"], where: "page", single: true },
  { action: "picture", keys: ["i"], caps: ["I"], where: "page", single: true },
  { action: "help", keys: ["?"], caps: ["?"], where: "page", single: true },
  { action: "undo", keys: ["z", "y"], caps: ["Ctrl / ⌘", "Z"], where: "page", single: false },
  { action: "move", keys: ["arrowleft", "arrowup", "arrowdown", "arrowright"], caps: ["←", "↑", "↓", "→"], where: "plane", single: false },
  { action: "add", keys: ["enter", " "], caps: ["Enter", "Space"], where: "plane", single: false },
  { action: "remove", keys: ["delete", "backspace"], caps: ["Delete"], where: "plane", single: false },
  { action: "leave", keys: ["escape"], caps: ["Esc"], where: "plane", single: false },
]);

/**
 * @typedef {Pick<KeyboardEvent, "key"|"code"|"ctrlKey"|"metaKey"|"altKey"|"shiftKey">} Press
 */

/**
 * @param {Press} press
 * @param {Key["where"]} where
 * @param {boolean} singleKeys whether keys pressed alone mean something
 * @returns {KeyAction|null} what the press means there
 */
export function actionOf(press, where, singleKeys) {
  if (press.altKey) return null;
  const held = press.ctrlKey || press.metaKey;
  const name = classOf(press) === null || where === "plane" ? press.key.toLowerCase() : String((classOf(press) ?? 0) + 1);
  const found = KEYS.find((key) => key.where === where && key.keys.includes(name) && (key.action === "undo") === held);
  return found === undefined || (found.single && !singleKeys) ? null : found.action;
}

/**
 * @param {Press} press
 * @returns {number|null} the class of a digit, whatever the layout prints on its key
 */
export function classOf({ code, shiftKey }) {
  const digit = /^(?:Digit|Numpad)([1-8])$/.exec(code)?.[1];
  return digit === undefined || shiftKey ? null : Number(digit) - 1;
}
