/** The words for addresses: links to an experiment, and what of one cannot be taken, in English. */

/** What the settings of an address are called in a sentence, the well-known playground's too. @type {Readonly<Record<string, string>>} */
const addressNames = Object.freeze({
  problem: "problem", loss: "loss", classes: "number of classes", features: "inputs", hidden_layers: "hidden layers",
  activation: "activation", layer_activations: "activations of layers", layer_norm: "layer norm",
  initialisation: "initialisation", optimizer: "optimizer", learning_rate: "learning rate", schedule: "schedule",
  schedule_epochs: "length of the schedule", schedule_factor: "factor of the schedule", weight_decay: "weight decay",
  gradient_clip: "limit of the gradient", batch_size: "batch size", l1: "L1 penalty", l2: "L2 penalty", dropout: "dropout",
  train_fraction: "training share", speed: "speed", speed_unit: "unit of the speed", stop_epochs: "end by epochs",
  stop_loss: "end by loss", stop_accuracy: "end by accuracy", seed: "seed", dataset: "dataset", count: "number of points",
  noise: "noise", data_seed: "seed of the dataset", data_classes: "number of classes of the dataset", view: "view",
  discretise: "discretised map", test_points: "test points", ticks: "axis ticks", presenting: "presentation mode",
  log_loss: "logarithmic loss", hide: "hidden controls", regDataset: "regression dataset", regularization: "penalty",
  regularizationRate: "weight of the penalty", learningRate: "learning rate", batchSize: "batch size", networkShape: "hidden layers",
  percTrainData: "training share in percent", discretize: "discretised map", showTestData: "test points", initZero: "zero weights",
  x: "input", y: "input", xSquared: "input", ySquared: "input", xTimesY: "input", sinX: "input", sinY: "input",
  cosX: "input", cosY: "input", collectStats: "statistics", hideText: "hidden text",
});

/** What a list in an address can be. @type {Readonly<Record<string, string>>} */
const addressHints = Object.freeze({
  hidden_layers: "at most 10 layers, each can have 1 to 100 units", networkShape: "at most 10 layers, each can have 1 to 100 units",
});

/** @param {string} text from an address, which may be of any length */
function shortened(text) {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}

export const addressWords = Object.freeze({
  address: {
    share: "Share",
    explainShare: "Copy a link that opens this experiment, with data, settings and seed, for somebody else.",
    copied: "Link copied.",
    onThisComputerOnly: "It opens on this computer only: for students start the server with --class.",
    forTheClass: "It opens on every device in this network; who is not in the lab yet is asked for the code of the class.",
    dialogTitle: "A link to this experiment",
    dialogText: "This browser does not let the page copy it: the link below is marked, so that you can copy it yourself.",
    tooManyPoints: "The drawn points are too many for a link: hand them on as a CSV file, which can be dropped on the page.",
    link: "Link",
    saveFile: "Save points as CSV",
    close: "Close",
    /** @param {number} letters */
    tooLong: (letters) => `The address is far too long (${letters.toLocaleString("en")} letters) and was not opened.`,
    /** @param {string} key @param {string} text @param {readonly [number, number]|null} range */
    refused: (key, text, range) => {
      const name = addressNames[key] ?? `“${shortened(key)}”`;
      const named = `${name} “${shortened(text)}”`;
      if (range === null) return `${named} (${addressHints[key] ?? "no such choice"})`;
      const least = range[0] === Number.MIN_VALUE ? "above 0, at most" : `${range[0].toLocaleString("en")} to`;
      return `${named} (${least} ${range[1].toLocaleString("en")})`;
    },
    /** @param {string} key */
    unknown: (key) => `“${shortened(key)}” (no such setting)`,
    /** @param {string} name of a dataset or a loss */
    otherProblem: (name) => `“${name}” (for the other problem)`,
    /** @param {number|null} classes @param {string} dataset */
    dataClasses: (classes, dataset) => `${classes} classes of ${dataset} (it cannot have them)`,
    pointsAndDataset: "points (a ready dataset is taken alone)",
    unreadablePoints: "points (they cannot be read)",
    /** @param {number} count @param {number} classes */
    pointsOfOtherClasses: (count, classes) => `${count === 1 ? "1 point" : `${count} points`} (of a class beyond the ${classes})`,
    tutorial: "tutorial (there is none here)",
    /** @param {string} name */
    input: (name) => `input ${name} (there is none such here)`,
    noInput: "no input at all (x and y are taken)",
    /** @param {string} name */
    noControl: (name) => `hidden control “${shortened(name)}” (no such control)`,
    /** @param {readonly string[]} leftOut */
    notice: (leftOut) => {
      const shown = leftOut.slice(0, 3).join(", ");
      const more = leftOut.length > 3 ? ` and ${leftOut.length - 3} more` : "";
      return `Left out of the address: ${shown}${more}. Everything else was opened.`;
    },
  },
});
