/** Owns how each setting is written in the address, and what is read from there: nothing out of bounds comes through. */

import { DEFAULT_LOOK } from "./look.js";
import { MAX_POINTS } from "./protocol.js";
import {
  ACTIVATIONS, FEATURES, INITIALISATIONS, LOSSES, MAX_CLASSES, MAX_HIDDEN_LAYERS, MAX_SEED, MAX_UNITS, MIN_CLASSES, OPTIMIZERS, SCHEDULES,
} from "./run_config.js";

/**
 * How one setting is written.
 * @template T
 * @typedef {object} Form
 * @property {(text: string) => T|undefined} read undefined for what it cannot be
 * @property {(value: T) => string} write
 * @property {readonly [least: number, most: number]} [range] of a number
 */

/** @typedef {Omit<import("./look.js").Look, "singleKeys">} AddressLook what of the look belongs to an experiment, not to a person */

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** Stands for a list without entries, and for a weight decay that is the optimizer's own. */
const NONE = "none";
/** Stands for a layer that has the activation of all. */
const SAME = "same";

/**
 * @param {readonly string[]} choices
 * @returns {Form<string>}
 */
function oneOf(choices) {
  return { read: (text) => (choices.includes(text) ? text : undefined), write: (value) => value };
}

/**
 * @param {number} least
 * @param {number} most
 * @returns {Form<number>}
 */
export function number(least, most) {
  return {
    read(text) {
      const value = NUMBER.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
    write: String,
    range: [least, most],
  };
}

/**
 * @param {number} least
 * @param {number} most
 * @returns {Form<number>}
 */
export function whole(least, most) {
  const form = number(least, most);
  return { ...form, read: (text) => (/^\d+$/.test(text) ? form.read(text) : undefined) };
}

/**
 * @template T
 * @param {Form<T>} entry
 * @param {number} least
 * @param {number} most
 * @returns {Form<readonly T[]>}
 */
function listOf(entry, least, most) {
  return {
    read(text) {
      // Cut off while still text: a list of a million entries is never made.
      const parts = text === NONE || text === "" ? [] : text.split(",", most + 1);
      const values = parts.map(entry.read);
      const good = values.filter((value) => value !== undefined);
      return good.length === values.length && good.length >= least && good.length <= most ? good : undefined;
    },
    write: (values) => (values.length === 0 ? NONE : values.map(entry.write).join(",")),
  };
}

/**
 * @template T
 * @param {Form<readonly T[]>} list
 * @returns {Form<readonly T[]>} without an entry that is there twice
 */
function unique(list) {
  return {
    ...list,
    read(text) {
      const values = list.read(text);
      return values && new Set(values).size === values.length ? values : undefined;
    },
  };
}

/**
 * @template T
 * @param {Form<T>} form
 * @param {string} word
 * @returns {Form<T|null>} the word stands for null
 */
function orNull(form, word) {
  return {
    ...form,
    read: (text) => (text === word ? null : form.read(text)),
    write: (value) => (value === null ? word : form.write(value)),
  };
}

/** @type {Form<boolean>} */
export const YES_OR_NO = Object.freeze({
  read: (/** @type {string} */ text) => (text === "true" ? true : text === "false" ? false : undefined),
  write: String,
});

/** The least of a range that is open at 0. */
const ABOVE_ZERO = Number.MIN_VALUE;

/** The fields of RunConfig. @type {Readonly<Record<keyof import("./run_config.js").RunConfig, Form<any>>>} */
export const CONFIG_FORMS = Object.freeze({
  problem: oneOf(Object.keys(LOSSES)),
  loss: oneOf([...new Set(Object.values(LOSSES).flat())]),
  classes: whole(MIN_CLASSES, MAX_CLASSES),
  features: unique(listOf(oneOf(FEATURES), 1, FEATURES.length)),
  hidden_layers: listOf(whole(1, MAX_UNITS), 0, MAX_HIDDEN_LAYERS),
  activation: oneOf(ACTIVATIONS),
  layer_activations: listOf(orNull(oneOf(ACTIVATIONS), SAME), 0, MAX_HIDDEN_LAYERS),
  layer_norm: YES_OR_NO,
  initialisation: oneOf(INITIALISATIONS),
  optimizer: oneOf(OPTIMIZERS),
  learning_rate: number(ABOVE_ZERO, 1e6),
  schedule: oneOf(SCHEDULES),
  schedule_epochs: whole(1, 100_000),
  schedule_factor: number(ABOVE_ZERO, 1),
  weight_decay: orNull(number(0, 10), NONE),
  gradient_clip: number(0, 1000),
  batch_size: whole(1, MAX_POINTS),
  l1: number(0, 10),
  l2: number(0, 10),
  dropout: number(0, 0.9),
  train_fraction: number(0.1, 1),
  speed: number(0, 1000),
  speed_unit: oneOf(["epoch", "step"]),
  stop_epochs: whole(0, 1e9),
  stop_loss: number(0, 1e6),
  stop_accuracy: number(0, 1),
  seed: whole(0, MAX_SEED),
});

/** How many points a dataset can be made of, as LOAD_DATASET has it. */
export const COUNT = whole(2, MAX_POINTS);
/** Noise is written in percent. */
export const NOISE_PERCENT = number(0, 50);
const VIEW = oneOf(["plane", "network"]);
/** Names of controls that are hidden. */
export const HIDDEN = unique(listOf({
  read: (text) => (/^[a-z][a-z0-9-]{0,39}$/.test(text) ? text : undefined), write: (name) => name,
}, 1, 200));

/** @type {readonly [key: string, field: keyof AddressLook, form: Form<any>][]} */
export const LOOK_FORMS = [
  ["view", "view", VIEW], ["discretise", "discretise", YES_OR_NO], ["test_points", "showTest", YES_OR_NO], ["ticks", "ticks", YES_OR_NO],
  ["presenting", "presenting", YES_OR_NO], ["log_loss", "logLoss", YES_OR_NO],
];
const { singleKeys: _, ...look } = DEFAULT_LOOK;
/** As the page opens. @type {AddressLook} */
export const LOOK = Object.freeze(look);
