/** Owns the settings of a run: which there are, what each can be, and what a page begins with. */

/** @typedef {string} DatasetName one of those that `datasets.json` lists */
/**
 * @typedef {object} RunConfig
 * @property {string} problem
 * @property {string} loss
 * @property {number} classes
 * @property {readonly string[]} features
 * @property {readonly number[]} hidden_layers
 * @property {string} activation
 * @property {readonly (string|null)[]} layer_activations
 * @property {boolean} layer_norm
 * @property {string} initialisation
 * @property {string} optimizer
 * @property {number} learning_rate
 * @property {string} schedule
 * @property {number} schedule_epochs
 * @property {number} schedule_factor
 * @property {number|null} weight_decay
 * @property {number} gradient_clip
 * @property {number} batch_size
 * @property {number} l1
 * @property {number} l2
 * @property {number} dropout
 * @property {number} train_fraction
 * @property {number} speed
 * @property {"epoch"|"step"} speed_unit
 * @property {number} stop_epochs
 * @property {number} stop_loss
 * @property {number} stop_accuracy
 * @property {number} seed
 */

export const MIN_CLASSES = 2;
export const MAX_CLASSES = 8;
export const MAX_HIDDEN_LAYERS = 10;
export const MAX_UNITS = 100;
export const MAX_SEED = 2 ** 32 - 1;

export const FEATURES = Object.freeze(["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]);
export const ACTIVATIONS = Object.freeze(["tanh", "relu", "leaky_relu", "gelu", "silu", "elu", "sigmoid", "linear", "selu", "softplus", "mish", "sine"]);
export const INITIALISATIONS = Object.freeze(["pytorch", "xavier", "he", "zeros", "small", "large"]);
export const OPTIMIZERS = Object.freeze(["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad"]);
export const SCHEDULES = Object.freeze(["constant", "step", "cosine", "exponential", "warm_up"]);
/** The losses that each problem can have, its usual one first. @type {Readonly<Record<string, readonly string[]>>} */
export const LOSSES = Object.freeze({ classification: ["cross_entropy", "squared_error"], regression: ["squared_error", "huber"] });

/**
 * The ready datasets: the problem of each, and how few and how many classes it can have.
 * @type {Readonly<Record<string, {problem: string, classes: readonly [least: number, most: number]}>>}
 */
export const DATASETS = Object.freeze({
  circle: { problem: "classification", classes: [2, 2] },
  xor: { problem: "classification", classes: [2, 2] },
  gauss: { problem: "classification", classes: [2, 2] },
  spiral: { problem: "classification", classes: [2, 8] },
  moons: { problem: "classification", classes: [2, 2] },
  rings: { problem: "classification", classes: [2, 8] },
  blobs: { problem: "classification", classes: [2, 8] },
  anisotropic: { problem: "classification", classes: [2, 8] },
  checkerboard: { problem: "classification", classes: [2, 2] },
  sine: { problem: "classification", classes: [2, 2] },
  cubic: { problem: "classification", classes: [2, 2] },
  absolute: { problem: "classification", classes: [2, 2] },
  plane: { problem: "regression", classes: [2, 2] },
  multi_gauss: { problem: "regression", classes: [2, 2] },
  sine_surface: { problem: "regression", classes: [2, 2] },
});

/** What the server refuses to change while it trains, because it builds a new network. */
export const REBUILD_FIELDS = Object.freeze(
  /** @type {(keyof RunConfig)[]} */ ([
    "problem", "features", "hidden_layers", "activation", "layer_activations", "layer_norm", "initialisation", "seed",
  ]));

/** @type {RunConfig} */
export const DEFAULT_CONFIG = Object.freeze({
  problem: "classification",
  loss: "cross_entropy",
  classes: 2,
  features: Object.freeze(["x1", "x2"]),
  hidden_layers: Object.freeze([8, 8]),
  activation: "tanh",
  layer_activations: Object.freeze([]),
  layer_norm: false,
  initialisation: "pytorch",
  optimizer: "adam",
  learning_rate: 0.01,
  schedule: "constant",
  schedule_epochs: 100,
  schedule_factor: 0.5,
  weight_decay: null,
  gradient_clip: 0,
  batch_size: 10,
  l1: 0,
  l2: 0,
  dropout: 0,
  train_fraction: 1,
  speed: 0,
  speed_unit: "epoch",
  stop_epochs: 0,
  stop_loss: 0,
  stop_accuracy: 0,
  seed: 7,
});
