/** Owns which findings are shown: each appears once it has held for a while and goes once it has not, and one that was put away stays away. */

/** @typedef {import("./diagnosis.js").Finding} Finding */
/** @typedef {import("./diagnosis.js").FindingKind} FindingKind */

/** Looks, twice a second. */
const APPEARS_AFTER = 2;
const GOES_AFTER = 6;
/** The figures in a sentence stay for so many looks: one that changes all the time cannot be read. */
const KEPT_FOR = 6;
const MOST_SHOWN = 2;
/** What is told instead, where both hold: the one comes from the other. @type {Readonly<Partial<Record<FindingKind, readonly FindingKind[]>>>} */
const CAUSES = Object.freeze({ rate: ["zeros"], dead: ["zeros"], vanishing: ["zeros", "rate", "dead"], linear: ["zeros", "rate"] });

export class Findings {
  /** @type {Map<FindingKind, {finding: Finding, held: number, missed: number, isShown: boolean, age: number}>} */
  #known = new Map();
  /** @type {Set<FindingKind>} */
  #dismissed = new Set();
  /** @type {readonly Finding[]} */
  #shown = [];

  /** @returns {readonly Finding[]} the same array while nothing has changed */
  get shown() {
    return this.#shown;
  }

  /** @param {readonly Finding[]} found what is true at this look, the gravest first */
  look(found) {
    for (const finding of found) {
      const known = this.#known.get(finding.kind) ?? { finding, held: 0, missed: 0, isShown: false, age: 0 };
      this.#known.set(finding.kind, known);
      known.held += 1;
      known.missed = 0;
      known.age += 1;
      const isSure = known.held >= APPEARS_AFTER || finding.kind === "diverged";
      if (!known.isShown || known.age >= KEPT_FOR) {
        known.finding = finding;
        known.age = 0;
      }
      known.isShown ||= isSure;
    }
    const kinds = new Set(found.map(({ kind }) => kind));
    for (const [kind, known] of this.#known) {
      if (kinds.has(kind)) continue;
      known.missed += 1;
      known.held = 0;
      if (!known.isShown || known.missed >= GOES_AFTER) this.#known.delete(kind);
    }
    this.#show();
  }

  /** @param {FindingKind} kind stays away until the run is begun anew */
  dismiss(kind) {
    this.#dismissed.add(kind);
    this.#show();
  }

  /** Something was done about them: what still holds has to be found again. */
  forget() {
    this.#known.clear();
    this.#show();
  }

  /** A new run. */
  reset() {
    this.#dismissed.clear();
    this.forget();
  }

  #show() {
    const order = ["diverged", "zeros", "rate", "dead", "vanishing", "linear", "overfitting"];
    const isCaused = (/** @type {Finding} */ { kind }) => CAUSES[kind]?.some((cause) => this.#known.get(cause)?.isShown) ?? false;
    const next = [...this.#known.values()]
      .filter(({ isShown, finding }) => isShown && !this.#dismissed.has(finding.kind) && !isCaused(finding))
      .map(({ finding }) => finding)
      .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
      .slice(0, MOST_SHOWN);
    const isSame = next.length === this.#shown.length && next.every((finding, index) => finding === this.#shown[index]);
    if (!isSame) this.#shown = next;
  }
}
