/** The words for a run: its controls and figures, map, charts, timeline, and what is found in it, in English. */

/** @param {readonly string[]} parts */
function listed(parts) {
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join("");
}

export const runWords = Object.freeze({
  transport: {
    group: "Training control",
    start: "Start training",
    stop: "Stop training",
    explainToggle: "Let the network learn from the points, or pause it with all it has learned (Space).",
    reset: "Reset model",
    explainReset: "Give the network new weights from the seed; the points stay (R).",
    step: "Step",
    explainStep: "Train one epoch, with Shift one single optimizer step (S).",
    waiting: "Waiting for the server; what you draw meanwhile is kept.",
    state: "state",
    explainState: "Whether the network is learning now, waits, or has lost its way.",
    epoch: "epoch",
    explainEpoch: "How often training has gone over all training points.",
    stepCount: "step",
    explainStepCount: "How many times the optimizer has changed the weights.",
    rate: "steps\u2009/\u2009s",
    explainRate: "How many optimizer steps the server takes in a second.",
    ready: "Ready",
    training: "Training",
    paused: "Paused",
    diverged: "Diverged",
    failed: "Failed",
  },

  reading: {
    plane: "Plane",
    canvas: "Plane of points",
    canvasHelp: "Arrow keys move the point cursor, with Shift in bigger steps. Enter adds a point of the chosen class, Delete removes the nearest one. Press question mark for all keys.",
    click: "Click",
    tap: "Tap",
    invite: "to place a few points of class\u00a00, then of class\u00a01\u00a0– then press Start training.",
    explainLegend: "Colour: the class the network would say. Strength: how certain it is.",
    inviteValues: "to place a few points, move the value and place some more\u00a0– then press Start training.",
    /** @param {string} name @param {string} low @param {string} high */
    explainUnitLegend: (name, low, high) => `Colour: what ${name} gives at each place, from ${low} over 0 to ${high}.`,
    explainValueLegend: "Colour: the value the network would say, from −1 over 0 to 1.",
    /** @param {number} width @param {number} height */
    mapSize: (width, height) => ` The map is computed at ${width}\u2009×\u2009${height} places and smooth between them.`,
    /** @param {number} label */
    certain: (label) => `certain ${label}`,
    faint: "faint = unsure",
    /** @param {string} x @param {string} y */
    place: (x, y) => `x ${x}\u2002y ${y}`,
    hintStart: "start / stop",
    hintClass: "class",
    hintErase: "erase",
    hintKeys: "all keys",
  },

  analysis: {
    title: "Loss and accuracy",
    explainFigures: "How well the network does now on the points it learns from, and on those kept from it.",
    explainCurve: "How the loss went over the epochs: solid for the training points, dashed for the test points.",
    trainLoss: "train loss",
    explainTrainLoss: "Mean error over the training points: 0 is perfect, 0.693 is guessing between two classes.",
    testLoss: "test loss",
    explainTestLoss: "Mean error over the test points, which the network never learns from.",
    trainAccuracy: "train accuracy",
    explainTrainAccuracy: "The share of training points that the network classifies right.",
    testAccuracy: "test accuracy",
    trainError: "train error",
    explainTrainError: "How far the network's value typically is from a training point's: the root of the mean squared error.",
    testError: "test error",
    explainTestError: "How far the network's value typically is from a test point's: the root of the mean squared error.",
    explainTestAccuracy: "The share of test points that the network classifies right.",
    more: "Confusion matrix, classes, layers",
  },

  charts: {
    loss: "Loss over epochs",
    accuracy: "Accuracy over epochs",
    firstEpoch: "epoch 0",
    legend: "train solid, test dashed",
    /** @param {string} epoch @param {string} train @param {string} test */
    reading: (epoch, train, test) => `epoch ${epoch}: train ${train}, test ${test}`,
    explainChart: "Point at it, or focus it and press the arrow keys, to read the values at an epoch; a hairline stands where something was changed.",
    /** @param {string} name */
    scale: (name) => `Scale of the loss: ${name}`,
    logarithmic: "log",
    linear: "linear",
    explainScale: "Logarithmic shows small losses as clearly as large ones, linear shows how much was gained.",
    settings: /** @type {Readonly<Record<string, string>>} */ ({
      learning_rate: "learning rate", optimizer: "optimizer", loss: "loss", batch_size: "batch size", l1: "L1", l2: "L2", dropout: "dropout",
      weight_decay: "weight decay", gradient_clip: "gradient clipping", schedule: "schedule", schedule_epochs: "schedule epochs",
      schedule_factor: "schedule factor", train_fraction: "training share", classes: "classes",
    }),
    usual: "default",
    none: "none",
    on: "on",
    off: "off",
    /** @param {number} count */
    added: (count) => (count === 1 ? "1 point added" : `${count} points added`),
    /** @param {number} count */
    removed: (count) => (count === 1 ? "1 point removed" : `${count} points removed`),
    /** @param {number} count */
    moved: (count) => (count === 1 ? "1 point changed" : `${count} points changed`),
    /** @param {number} count */
    replaced: (count) => (count === 1 ? "1 point replaced" : `${count} points replaced`),
  },

  timeline: {
    title: "Timeline of the run",
    explain: "Look back over the run: the map and the figures show the moment that is chosen, training goes on meanwhile.",
    play: "Play the run back",
    explainPlay: "Show the maps of this run one after the other, from the chosen moment on.",
    pause: "Stop playing back",
    explainPause: "Stay at the moment that is shown.",
    live: "Live",
    explainLive: "Go back to the network as it is now.",
    present: "now",
    /** @param {string} epoch */
    epoch: (epoch) => `epoch ${epoch}`,
    /** @param {string} epoch @param {string} step */
    valueText: (epoch, step) => `epoch ${epoch}, step ${step}, in the past`,
    /** @param {string} epoch */
    back: (epoch) => `Looking back to epoch ${epoch}`,
    /** @param {string} epoch */
    backWhileTraining: (epoch) => `Looking back to epoch ${epoch}; training goes on`,
  },

  insight: {
    nothingYet: "The figures come with the first network: press Start training.",
    lost: "This network has lost its way: it has no figures any more.",
    past: "These figures are of the network as it is now only: press Live to see them.",
    regression: "A regression has no classes that could be confused; the loss says how near the values are.",
    split: "Points that are counted",
    explainSplit: "Count the points that the network learns from, or those that it has never seen.",
    splits: { train: "Train", test: "Test" },
    matrix: "Rows: the class a point has. Columns: the class the network says.",
    explainMatrix: "How many points of each class the network takes for which; the darker, the larger the share of its row.",
    /** @param {number} label */
    said: (label) => `says ${label}`,
    /** @param {number} label */
    is: (label) => `is ${label}`,
    class: "Class",
    precision: "Precision",
    recall: "Recall",
    support: "Points",
    explainFigures: "Precision: how many of the points called so are so. Recall: how many that are so are called so.",
    layer: "Layer",
    output: "Output",
    gradient: "Gradient",
    dead: "Dead units",
    explainLayers: "How strongly each layer is told to change, on a logarithmic scale, and how many of its units give the same for every point.",
  },

  diagnosis: {
    explainTitle: "What the figures show about this run, each with a remedy.",
    title: "What is going wrong",
    dismiss: "Leave it",
    explainDismiss: "Put this away; it stays away until the network is reset.",
    /** @param {string} step @param {string} rate */
    diverged: (step, rate) => `At step ${step} the loss had grown beyond all measure: a learning rate of ${rate} is too high.`,
    /** @param {number} layers */
    zeros: (layers) => `All weights began at zero, so the units of ${layers === 1 ? "the hidden layer" : "a layer"} can never differ, and the loss does not fall.`,
    /** @param {string} least @param {string} most @param {string} rate */
    rate: (least, most, rate) => `The train loss jumps between ${least} and ${most} without falling: a learning rate of ${rate} is too high.`,
    /** @param {number} layer @param {number} dead @param {number} units */
    dead: (layer, dead, units) => `In layer ${layer}, ${dead} of ${units} ${units === 1 ? "unit" : "units"} give the same output for every training point and cannot learn (dead ReLUs).`,
    /** @param {string|null} times */
    vanishing: (times) => (times === null ? "No gradient at all reaches the first layer, and the loss does not fall: the first layers cannot learn."
      : `The gradient of the first layer is ${times} times smaller than that of the last, and the loss does not fall: the first layers hardly learn.`),
    /** @param {string} accuracy */
    linear: (accuracy) => `Nothing in this network bends, so it can only draw straight lines; it does not get beyond ${accuracy} of the training points.`,
    /** @param {string} from @param {string} to @param {string} epoch */
    overfitting: (from, to, epoch) => `The test loss has risen from ${from} to ${to} since epoch ${epoch} while the train loss fell: the network learns its points by heart.`,
    /** @param {readonly string[]} parts */
    remedy: (parts) => `Use ${listed(parts)}`,
    /** @param {readonly string[]} parts */
    remedyStartingOver: (parts) => `Start over with ${listed(parts)}`,
    explainRemedy: "Change this while training goes on; Undo takes it back.",
    explainStartingOver: "Stop, change this, give the network new weights and train again; Undo takes the change back.",
    /** @param {string} value */
    learningRate: (value) => `learning rate ${value}`,
    /** @param {string} value */
    l2: (value) => `L2 ${value}`,
    /** @param {string} value */
    dropout: (value) => `dropout ${value}`,
    /** @param {number} units */
    layer: (units) => `a hidden layer of ${units} units`,
    he: "He initialisation",
    usualWeights: "PyTorch's usual first weights",
    oneActivation: "one activation for all layers",
    layerNorm: "layer norm",
    noLayerNorm: "no layer norm",
  },
});
