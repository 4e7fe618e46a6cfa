/** Owns the focus among buttons that stand in columns: one of them is in the page's order, arrow keys go from one to the next. */

/** @typedef {{column: number, row: number}} FocusPlace */

export class ColumnFocus {
  #columns;
  /** @type {FocusPlace} */
  #current = { column: 0, row: 0 };

  /**
   * @param {HTMLElement} sheet around all of the buttons
   * @param {() => readonly (readonly HTMLButtonElement[])[]} columns from the left, each from the top
   * @param {(place: FocusPlace|null, isVisible: boolean) => void} onFocus null when the focus left a button; whether it came by keyboard
   */
  constructor(sheet, columns, onFocus) {
    this.#columns = columns;
    sheet.addEventListener("keydown", (event) => this.#move(event));
    sheet.addEventListener("focusin", ({ target }) => {
      const place = this.#placeOf(target);
      if (place === null) return;
      this.#current = place;
      this.renew();
      onFocus(place, target instanceof Element && target.matches(":focus-visible"));
    });
    sheet.addEventListener("focusout", ({ target }) => { if (this.#placeOf(target) !== null) onFocus(null, false); });
  }

  get current() {
    return this.#current;
  }

  /** The buttons may be others: keeps the place as far as there still is one. */
  renew() {
    const columns = this.#columns();
    const column = Math.min(this.#current.column, columns.length - 1);
    const row = Math.min(this.#current.row, (columns[column]?.length ?? 1) - 1);
    this.#current = { column, row };
    columns.forEach((buttons, at) => buttons.forEach((button, index) => { button.tabIndex = at === column && index === row ? 0 : -1; }));
  }

  /** @param {EventTarget|null} target @returns {FocusPlace|null} */
  #placeOf(target) {
    const columns = this.#columns();
    for (let column = 0; column < columns.length; column += 1) {
      const row = columns[column]?.findIndex((button) => button === target) ?? -1;
      if (row >= 0) return { column, row };
    }
    return null;
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#placeOf(event.target) === null) return;
    const columns = this.#columns();
    let { column, row } = this.#current;
    switch (event.key) {
      case "ArrowLeft": column = Math.max(0, column - 1); break;
      case "ArrowRight": column = Math.min(columns.length - 1, column + 1); break;
      case "ArrowUp": row = Math.max(0, row - 1); break;
      case "ArrowDown": row += 1; break;
      case "Home": column = 0; break;
      case "End": column = columns.length - 1; break;
      default: return;
    }
    event.preventDefault();
    const buttons = columns[column] ?? [];
    buttons[Math.min(row, buttons.length - 1)]?.focus();
  }
}
