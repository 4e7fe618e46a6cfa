/** Owns the making of single settings: lists that also show a value that is not in them, numbers within bounds, switches. */

import { words } from "../words.js";
import { make, setEnabled, setValue } from "./elements.js";
import { explain } from "./tips.js";

/** @typedef {import("../run_config.js").RunConfig} RunConfig */
/** @typedef {import("../commands.js").Commands} Commands */
/** @typedef {{key: string, name: string, patch: Partial<RunConfig>}} Option */
/** @typedef {{element: HTMLElement, control: HTMLSelectElement|HTMLInputElement, draw: (config: RunConfig) => void}} Setting */

/**
 * The options of a list over one field.
 * @template {keyof RunConfig} F
 * @param {F} field
 * @param {readonly RunConfig[F][]} values
 * @param {(value: RunConfig[F]) => string} format
 * @returns {{options: Option[], current: (config: RunConfig) => Option}}
 */
export function fieldOptions(field, values, format) {
  /** @param {RunConfig[F]} value */
  const option = (value) => ({ key: String(value), name: format(value), patch: /** @type {Partial<RunConfig>} */ ({ [field]: value }) });
  return { options: values.map(option), current: (config) => option(config[field]) };
}

/**
 * Fills a list and chooses in it: what is chosen and not in the list is put in front as it is.
 * @param {HTMLSelectElement} select
 * @param {readonly Option[]} options
 * @param {Option} current
 */
export function showChoice(select, options, current) {
  const shown = options.some(({ key }) => key === current.key) ? options : [current, ...options];
  const isSame = select.options.length === shown.length
    && shown.every(({ key, name }, index) => select.options[index]?.value === key && select.options[index]?.text === name);
  if (!isSame) select.replaceChildren(...shown.map(({ key, name }) => make("option", { value: key }, [name])));
  select.value = current.key;
}

/**
 * @param {Commands} commands
 * @param {object} parts
 * @param {string} parts.id
 * @param {string} parts.label
 * @param {string} parts.explanation
 * @param {(config: RunConfig) => {options: readonly Option[], current: Option}} parts.read
 * @returns {Setting}
 */
export function makeChoice(commands, { id, label, explanation, read }) {
  const control = make("select", { class: "field", id });
  const element = make("label", { "data-control": id }, [make("span", {}, [label]), control]);
  explain(element, explanation);
  /** @type {readonly Option[]} */
  let offered = [];
  control.addEventListener("change", () => {
    const option = offered.find(({ key }) => key === control.value);
    if (option) commands.configure(option.patch);
  });
  return {
    element,
    control,
    draw(config) {
      const { options, current } = read(config);
      offered = options;
      showChoice(control, options, current);
    },
  };
}

/**
 * A number within bounds; where nothing may be meant, an empty field means it and is 0 on the wire.
 * @param {Commands} commands
 * @param {object} parts
 * @param {string} parts.id
 * @param {string} parts.label
 * @param {string} parts.explanation
 * @param {"schedule_epochs"|"stop_epochs"|"stop_loss"} parts.field
 * @param {number} parts.least
 * @param {number} parts.most
 * @param {boolean} parts.isWhole
 * @param {string} [parts.nothing] what stands in the empty field
 * @returns {Setting}
 */
export function makeNumber(commands, { id, label, explanation, field, least, most, isWhole, nothing }) {
  const control = make("input", {
    class: "field", id, type: "number", inputmode: isWhole ? "numeric" : "decimal", min: String(least), max: String(most), step: isWhole ? "1" : "any",
    autocomplete: "off", ...(nothing === undefined ? {} : { placeholder: nothing }),
  });
  const element = make("label", { "data-control": id }, [make("span", {}, [label]), control]);
  explain(element, explanation);
  let shown = "";
  control.addEventListener("change", () => {
    const isEmpty = control.value === "" && !control.validity.badInput && nothing !== undefined;
    const value = isEmpty ? 0 : control.valueAsNumber;
    if (Number.isFinite(value) && value >= least && value <= most && (!isWhole || Number.isInteger(value))) {
      commands.configure({ [field]: value });
      return;
    }
    control.value = shown;
    commands.notify(words.setup.bounds(label, least.toLocaleString("en"), most.toLocaleString("en"), isWhole), { tone: "error" });
  });
  return {
    element,
    control,
    draw(config) {
      shown = nothing !== undefined && config[field] === 0 ? "" : String(config[field]);
      setValue(control, shown);
    },
  };
}

/**
 * @param {Commands} commands
 * @param {object} parts
 * @param {string} parts.id
 * @param {string} parts.label
 * @param {string} parts.explanation
 * @param {"layer_norm"} parts.field
 * @returns {Setting}
 */
export function makeSwitch(commands, { id, label, explanation, field }) {
  const control = make("input", { type: "checkbox", id });
  const element = make("label", { class: "check", "data-control": id }, [control, make("span", {}, [label])]);
  explain(element, explanation);
  control.addEventListener("change", () => commands.configure({ [field]: control.checked }));
  return {
    element,
    control,
    draw(config) {
      control.checked = config[field];
    },
  };
}

/**
 * Says of settings that build a new network why they wait, and lets them go again.
 * @param {readonly Setting[]} settings
 * @param {ReadonlyMap<Setting, string>} explanations
 * @param {boolean} isLocked
 */
export function lockSettings(settings, explanations, isLocked) {
  for (const setting of settings) {
    setEnabled(setting.control, !isLocked);
    explain(setting.element, isLocked ? words.network.locked : explanations.get(setting) ?? "");
  }
}
