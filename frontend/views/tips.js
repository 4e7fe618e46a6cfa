/**
 * Owns the explanations: one sentence for each control, shown beside it on hover, when a person comes to it by keyboard, and on a long
 * press, and given to screen readers as the control's description. There is one tip, and it never covers what it explains.
 */

import { make } from "./elements.js";

const HOVER_DELAY_MS = 450;
/** After one tip was read, the next comes at once. */
const WARM_MS = 600;
const LONG_PRESS_MS = 500;
const PRESS_REACH_PX = 10;
const GAP_PX = 8;
const EDGE_PX = 8;
const PRESS_ENDS = ["click", "contextmenu"];
/** By these a person goes from control to control; what any other key brings the focus to, the page has brought it to. */
const WALKING_KEYS = /^(?:Tab|Arrow.*|Home|End)$/;

/** @type {WeakMap<Element, string>} */
const sentences = new WeakMap();
/** @type {HTMLElement|null} */
let tip = null;
/** @type {Element|null} */
let explained = null;
let timer = 0;
let hiddenAtMs = -Infinity;
/** Whether one of those keys is down. */
let isWalking = false;
let shownAt = { left: 0, top: 0 };

/**
 * Gives an element its explanation, or takes it away with an empty text.
 * @param {HTMLElement} element a control, the label around one, or a figure
 * @param {string} text one sentence
 */
export function explain(element, text) {
  if (sentences.get(element) === text) return;
  if (tip === null) listen();
  const spoken = element instanceof HTMLLabelElement ? element.control ?? element : element;
  if (text === "") {
    sentences.delete(element);
    element.removeAttribute("data-explained");
    spoken.removeAttribute("aria-description");
  } else {
    sentences.set(element, text);
    element.setAttribute("data-explained", "");
    spoken.setAttribute("aria-description", text);
  }
  if (explained === element) show(element);
}

/**
 * @param {Element} element
 * @returns {string} its explanation, "" when it has none
 */
export function explanationOf(element) {
  return sentences.get(element) ?? "";
}

function listen() {
  tip = make("div", { class: "tip", popover: "manual", "aria-hidden": "true" });
  document.body.append(tip);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") wait(owner(event.target), hiddenAtMs + WARM_MS > event.timeStamp ? 0 : HOVER_DELAY_MS);
  });
  document.documentElement.addEventListener("pointerleave", (event) => {
    // A finger that lifts leaves the page too, and now begins to read.
    if (event.pointerType !== "touch") hide();
  });
  document.addEventListener("focusin", (event) => {
    if (isWalking && event.target instanceof Element && event.target.matches(":focus-visible")) wait(owner(event.target), 0);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    isWalking = WALKING_KEYS.test(event.key);
    if (event.key === "Escape" || explained === null || !explained.contains(document.activeElement)) hide();
  }, { capture: true });
  document.addEventListener("keyup", () => { isWalking = false; }, { capture: true });
  document.addEventListener("scroll", () => {
    // Some scroller has moved: not always the one that what is explained lies in.
    const now = explained?.getBoundingClientRect();
    if (now !== undefined && (now.left !== shownAt.left || now.top !== shownAt.top)) hide();
  }, { capture: true, passive: true });
  document.addEventListener("pointerdown", press, { capture: true });
}

/**
 * @param {EventTarget|null} target
 * @returns {Element|null} the nearest element around it that is explained
 */
function owner(target) {
  return target instanceof Element ? target.closest("[data-explained]") : null;
}

/**
 * @param {Element|null} element
 * @param {number} delayMs
 */
function wait(element, delayMs) {
  if (element === explained && element !== null) return;
  hide();
  if (element !== null) timer = setTimeout(() => show(element), delayMs);
}

/** @param {PointerEvent} down a mouse that presses has read enough; a finger that rests wants to read */
function press(down) {
  hide();
  for (const end of PRESS_ENDS) document.removeEventListener(end, swallow, true);
  const element = owner(down.target);
  if (down.pointerType !== "touch" || element === null) return;
  const ending = new AbortController();
  const { signal } = ending;
  timer = setTimeout(() => {
    show(element);
    // Neither the click nor the menu that end this press are meant; those of the next press are.
    for (const end of PRESS_ENDS) document.addEventListener(end, swallow, true);
  }, LONG_PRESS_MS);
  document.addEventListener("pointermove", (move) => {
    if (explained === null && Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY) > PRESS_REACH_PX) {
      clearTimeout(timer);
      ending.abort();
    }
  }, { signal });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => {
      if (explained === null) clearTimeout(timer);
      ending.abort();
    }, { signal });
  }
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

function hide() {
  clearTimeout(timer);
  if (explained === null) return;
  explained = null;
  hiddenAtMs = performance.now();
  tip?.hidePopover();
}

/** @param {Element} element */
function show(element) {
  const text = explanationOf(element);
  if (tip === null || text === "" || !element.isConnected || !element.checkVisibility()) {
    hide();
    return;
  }
  explained = element;
  tip.textContent = text;
  tip.showPopover();
  const control = element.getBoundingClientRect();
  shownAt = control;
  const { width, height } = tip.getBoundingClientRect();
  const centred = { left: control.left + (control.width - width) / 2, top: control.top + (control.height - height) / 2 };
  const places = [
    { ...centred, top: control.bottom + GAP_PX }, { ...centred, top: control.top - GAP_PX - height },
    { ...centred, left: control.right + GAP_PX }, { ...centred, left: control.left - GAP_PX - width },
  ].map(({ left, top }) => ({ left: within(left, innerWidth - width), top: within(top, innerHeight - height) }));
  const place = places.find(({ left, top }) => left >= control.right || left + width <= control.left
    || top >= control.bottom || top + height <= control.top) ?? places[0];
  tip.style.left = `${place?.left}px`;
  tip.style.top = `${place?.top}px`;
}

/**
 * @param {number} at
 * @param {number} room between the edges of the window
 */
function within(at, room) {
  return Math.max(EDGE_PX, Math.min(room - EDGE_PX, at));
}
