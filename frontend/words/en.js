/**
 * Every word of the page, in English. Another language is another file of this shape, chosen in `words.js`. What is shown beside a
 * control is its name; what begins with `explain` is the one sentence that tells what it does.
 */

export const en = Object.freeze({
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

  connection: {
    connecting: "Connecting…",
    live: "Live",
    reconnecting: "Reconnecting…",
    /** @param {number} seconds */
    offline: (seconds) => `Offline\u2009–\u2009again in ${seconds}\u2009s`,
    /** @param {number} seconds */
    full: (seconds) => `Offline\u2009–\u2009server full, again in ${seconds}\u2009s`,
    taken: "Offline\u2009–\u2009open in another tab",
    tryNow: "Try now",
    tryAgain: "Try again now",
    explainTryAgain: "Try again now, without waiting.",
    lost: "The connection was lost before the server answered.",
  },

  data: {
    title: "Data",
    datasets: "Ready datasets",
    settings: "Data settings",
    explainDatasets: "Put a ready set of points on the plane in place of what is there.",
    noPoints: "no points",
    onePoint: "1 point",
    /** @param {string} count */
    points: (count) => `${count} points`,
    circle: "Circle",
    explainCircle: "One class in the middle, the other around it.",
    xor: "XOR",
    explainXor: "Opposite corners belong together.",
    gauss: "Gauss",
    explainGauss: "Two clouds that a straight line can part.",
    spiral: "Spiral",
    explainSpiral: "Two arms wound into each other: the hard one.",
    noise: "Noise",
    explainNoise: "How much the points of a ready dataset scatter; the dataset is made anew with it.",
    testShare: "Test share",
    explainTestShare: "The share of points kept from training, drawn hollow, to see how well the network does on what it has not seen.",
    batchSize: "Batch size",
    explainBatchSize: "How many points one optimizer step looks at.",
    all: "all",
    regenerate: "Regenerate",
    explainRegenerate: "Make the chosen dataset anew with other random numbers.",
    clear: "Clear points",
    explainClear: "Remove all points; the network keeps what it has learned.",
    needsDataset: "Choose a ready dataset first.",
    more: "CSV, label noise",
  },

  draw: {
    title: "Draw",
    undo: "Undo",
    explainUndo: "Take back the last edit of points or settings (Ctrl or ⌘ Z).",
    redo: "Redo",
    explainRedo: "Do again what was taken back (Shift Ctrl or ⌘ Z).",
    classes: "Class of new points",
    explainClasses: "Choose the class that new points get.",
    /** @param {number} label */
    classLabel: (label) => `Class ${label}`,
    /** @param {number} label */
    explainClass: (label) => `New points get class ${label} (${label + 1}).`,
    addClass: "Add class",
    explainAddClass: "One more class, up to eight.",
    removeClass: "Remove class",
    explainRemoveClass: "Take away the last class and its points.",
    tool: "Tool",
    explainTool: "Choose what a click or a drag on the plane does.",
    point: "Point",
    explainPoint: "Click to place one point, drag to place a line of them.",
    brush: "Brush",
    explainBrush: "Spray several points around the pointer.",
    erase: "Erase",
    explainErase: "Remove points: click the nearest, or drag over many (E); shift-click and right-click do it with any tool.",
    more: "Brush and selection",
    /** @param {number} first @param {number} last */
    classesAdded: (first, last) => `Classes ${first} to ${last} added.`,
    /** @param {number} label @param {number} count */
    classWent: (label, count) => `Class ${label} went with its ${count === 1 ? "point" : `${count} points`}.`,
  },

  reading: {
    plane: "Plane",
    canvas: "Plane of points",
    canvasHelp: "Arrow keys move the point cursor, with Shift in bigger steps. Enter adds a point of the chosen class, Delete removes the nearest one. Press question mark for all keys.",
    click: "Click",
    tap: "Tap",
    invite: "to place a few points of class\u00a00, then of class\u00a01\u00a0– then press Start training.",
    explainLegend: "Colour: the class the network would say. Strength: how certain it is.",
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
    trainLoss: "train loss",
    explainTrainLoss: "Mean error over the training points: 0 is perfect, 0.693 is guessing between two classes.",
    testLoss: "test loss",
    explainTestLoss: "Mean error over the test points, which the network never learns from.",
    trainAccuracy: "train accuracy",
    explainTrainAccuracy: "The share of training points that the network classifies right.",
    testAccuracy: "test accuracy",
    explainTestAccuracy: "The share of test points that the network classifies right.",
    curve: "Loss over epochs",
    firstEpoch: "epoch 0",
    more: "Confusion matrix, classes, layers",
  },

  network: {
    title: "Network",
    /** @param {string} count */
    parameters: (count) => `${count} parameters`,
    layers: "Layers",
    explainLayers: "How many units each hidden layer has.",
    /** @param {number} layer counted from 1 */
    unitsIn: (layer) => `Units in layer ${layer}`,
    /** @param {number} layer counted from 1 @param {number} most */
    explainUnitsIn: (layer, most) => `Units in layer ${layer}, 1 to ${most}.`,
    /** @param {number} layer counted from 1 */
    fewerIn: (layer) => `Fewer units in layer ${layer}`,
    explainFewer: "One unit less.",
    /** @param {number} layer counted from 1 */
    moreIn: (layer) => `More units in layer ${layer}`,
    explainMore: "One unit more.",
    inputs: "inputs",
    classes: "classes",
    removeLayer: "Remove layer",
    explainRemoveLayer: "Take away the last hidden layer.",
    addLayer: "Add layer",
    explainAddLayer: "Put one more hidden layer before the classes.",
    activation: "Activation",
    explainActivation: "The bend that each unit gives to its sum; without one the network can only draw straight lines.",
    seed: "Seed",
    explainSeed: "The number that all randomness starts from: the same seed gives the same run again.",
    locked: "Stop training to change this: it builds a new network.",
    lockedGroup: "Network settings, locked",
    /** @param {string} most */
    seedBounds: (most) => `The seed is a whole number from 0 to ${most}.`,
    /** @param {number} most */
    unitBounds: (most) => `Units go from 1 to ${most}.`,
    diagram: "Network diagram",
    more: "Activation per layer, initialisation",
  },

  training: {
    title: "Training",
    optimizer: "Optimizer",
    explainOptimizer: "The rule that turns slopes into steps.",
    optimizers: /** @type {Readonly<Record<string, string>>} */ ({
      sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", adam: "Adam", adamw: "AdamW", rmsprop: "RMSprop", adagrad: "Adagrad",
    }),
    learningRate: "Learning rate",
    explainLearningRate: "How far one step goes; too far and the loss grows without end.",
    l1: "L1",
    explainL1: "Pulls all weights towards zero, most of them onto it.",
    l2: "L2",
    explainL2: "Pulls large weights towards zero, which makes the boundary smoother.",
    dropout: "Dropout",
    explainDropout: "Switches off a random share of the units in each step, so that none is relied on alone.",
    more: "Schedule, clipping, stop conditions",
  },

  view: {
    title: "View",
    plane: "Plane",
    explainPlane: "Show the plane as large as the window allows.",
    network: "Network",
    explainNetwork: "Show every unit and every weight, with the plane beside them.",
    theme: "Switch between light and dark",
    explainTheme: "Switch between light and dark.",
    help: "Keys and help",
    explainHelp: "All keys, and what every control does (?).",
  },

  notices: {
    dismiss: "Dismiss",
    explainDismiss: "Dismiss this message.",
    actions: /** @type {Readonly<Record<import("../state_manager.js").NoticeAction, string>>} */ ({
      reset: "Start over with new weights", retry: "Try again now", "take-over": "Use it here", undo: "Take it back",
    }),
    taken: "This session is open in another tab.",
    full: "The server is full. This page keeps trying.",
    weightsAreNew: "The server no longer had your session: your points and settings are back, the weights are new.",
    runEnded: "This run has ended.",
    /** @param {string} word */
    status: (word) => `${word}.`,
    /** @param {string} word @param {string} epoch @param {string} loss @param {string} accuracy */
    progress: (word, epoch, loss, accuracy) => `${word}: epoch ${epoch}, loss ${loss}, train accuracy ${accuracy}.`,
  },

  help: {
    title: "Keys and help",
    close: "Close",
    mouse: "With a mouse: click or drag to draw, shift-click or right-click to remove. Colour shows the class the network would say, strength how certain it is.",
    space: "start or stop training",
    step: "train one epoch, with Shift one step",
    reset: "new weights, same points",
    classes: "class of new points",
    erase: "eraser on or off",
    undo: "undo, with Shift redo",
    arrows: "on the plane: move the point cursor, with Shift further",
    enter: "at the point cursor: add a point",
    remove: "at the point cursor: remove the nearest point",
    escape: "put the point cursor away",
  },
});
