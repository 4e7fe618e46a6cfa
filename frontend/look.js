/** Owns how a person wants the page to look: the view, what the map shows, the keys, the drawers. Kept by the tab over a reload. */

/**
 * @typedef {object} Look
 * @property {"plane"|"network"} view which of the two is large
 * @property {boolean} discretise the map shows the winning class alone, at full strength
 * @property {boolean} showTest test points are on the plane
 * @property {boolean} ticks the axes have numbers
 * @property {boolean} presenting plane and figures large, nothing else but start and stop
 * @property {boolean} logLoss the loss curve is logarithmic
 * @property {boolean} singleKeys letters and digits work without Ctrl or Command
 */
/** @typedef {{radius: number, density: number}} Brush radius in units of the plane, points for each press or step of the brush */
/** @typedef {Pick<import("./state.js").State, "look"|"brush"|"hiddenControls"|"openDrawers">} Kept */

/** @type {Look} */
export const DEFAULT_LOOK = Object.freeze({
  view: "plane", discretise: false, showTest: true, ticks: true, presenting: false, logLoss: true, singleKeys: true,
});

/** @type {Brush} */
const DEFAULT_BRUSH = Object.freeze({ radius: 0.5, density: 3 });

/** @type {Kept} */
export const DEFAULT_KEPT = Object.freeze({ look: DEFAULT_LOOK, brush: DEFAULT_BRUSH, hiddenControls: new Set(), openDrawers: new Set() });

/**
 * @param {Kept} kept
 * @returns {string}
 */
export function writeKept({ look, brush, hiddenControls, openDrawers }) {
  return JSON.stringify({ look, brush, hiddenControls: [...hiddenControls], openDrawers: [...openDrawers] });
}

/**
 * @param {string} text as written by this version of the page or another: what does not fit is left at its default
 * @returns {Kept}
 */
export function readKept(text) {
  const stored = JSON.parse(text);
  return {
    look: known(DEFAULT_LOOK, stored.look),
    brush: known(DEFAULT_BRUSH, stored.brush),
    hiddenControls: names(stored.hiddenControls),
    openDrawers: names(stored.openDrawers),
  };
}

/**
 * @template {object} T
 * @param {T} defaults
 * @param {Partial<T>|undefined} stored
 * @returns {T} the fields of the defaults, with what is stored of the same type
 */
function known(defaults, stored) {
  const fields = Object.entries(defaults).map(([field, value]) => {
    const other = stored?.[/** @type {keyof T} */ (field)];
    return [field, typeof other === typeof value ? other : value];
  });
  return Object.fromEntries(fields);
}

/**
 * @param {unknown} stored
 * @returns {ReadonlySet<string>}
 */
function names(stored) {
  return new Set(Array.isArray(stored) ? stored.filter((name) => typeof name === "string") : []);
}

/**
 * @param {string|null} dataset null: drawn by hand
 * @param {number} step
 * @returns {string} the name of a picture's file, such as "boundary-lab-spiral-step-1200.png"
 */
export function pictureName(dataset, step) {
  return `boundary-lab-${(dataset ?? "drawing").replaceAll("_", "-")}-step-${step}.png`;
}
