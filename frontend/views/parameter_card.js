/** Draws the card beside the pointer that tells the value of a link or bias, live while training. For the pointer only. */

import { formatWeight } from "../format.js";
import { words } from "../words.js";
import { make, setText } from "./elements.js";

const OFFSET_PX = 14;
const EDGE_PX = 8;

export class ParameterCard {
  #name = make("small");
  #value = make("b");
  #note = make("small");
  #card = make("div", { class: "parameter-card", "aria-hidden": "true", "data-testid": "parameter-card", popover: "manual" }, [this.#name, this.#value, this.#note]);

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(this.#card);
  }

  /**
   * @param {string} name
   * @param {number|null} value
   * @param {boolean} frozen
   */
  tell(name, value, frozen) {
    setText(this.#name, name);
    setText(this.#value, formatWeight(value ?? NaN));
    setText(this.#note, frozen ? words.diagram.frozen : words.diagram.clickToSet);
  }

  /**
   * @param {number} x in pixels of the window
   * @param {number} y
   */
  show(x, y) {
    if (!this.#card.matches(":popover-open")) this.#card.showPopover();
    const { width, height } = this.#card.getBoundingClientRect();
    const right = x + OFFSET_PX + width + EDGE_PX < innerWidth;
    this.#card.style.left = `${right ? x + OFFSET_PX : x - OFFSET_PX - width}px`;
    this.#card.style.top = `${Math.max(EDGE_PX, Math.min(innerHeight - height - EDGE_PX, y + OFFSET_PX))}px`;
  }

  hide() {
    if (this.#card.matches(":popover-open")) this.#card.hidePopover();
  }
}
