/**
 * Every word of the page, in English. Another language is another file of this shape, chosen in `words.js`. What is shown beside a
 * control is its name; what begins with `explain` is the one sentence that tells what it does.
 */

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

/** @param {readonly string[]} parts */
function listed(parts) {
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join("");
}

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
    refused: "Offline\u2009–\u2009not let in",
    ended: "Offline\u2009–\u2009session ended",
    // Where there is little room.
    /** @param {number} seconds */
    offlineShort: (seconds) => `Offline, ${seconds}\u2009s`,
    /** @param {number} seconds */
    fullShort: (seconds) => `Full, ${seconds}\u2009s`,
    takenShort: "Other tab",
    refusedShort: "Not let in",
    endedShort: "Ended",
    tryNow: "Try now",
    tryAgain: "Try again now",
    explainTryAgain: "Try again now, without waiting.",
    lost: "The connection was lost before the server answered; what you drew is kept.",
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
    problem: "Problem",
    explainProblem: "What the network is to tell of each place of the plane: a class, or a number.",
    classification: "Classification",
    explainClassification: "Each point belongs to one of several classes; the network tells how likely each is.",
    regression: "Regression",
    explainRegression: "Each point has a value from −1 to 1; the network tells the value.",
    moreDatasets: "More datasets",
    explainMoreDatasets: "Open the other ready datasets; each says what it is hard or easy for.",
    noDatasets: "The list of ready datasets cannot be fetched; drawing and importing work.",
    fetchAgain: "Fetch it again",
    count: "Points",
    explainCount: "How many points a ready dataset has; the dataset is made anew with them.",
    setClasses: "Classes",
    explainSetClasses: "How many classes the chosen dataset has; it is made anew with them.",
    oneSetSize: "This dataset has two classes, or a value, and no choice.",
    labelNoise: "Label noise",
    valueNoise: "Value noise",
    explainLabelNoise: "The share of the points that “Flip labels” gives a wrong class.",
    explainValueNoise: "The share of the points that “Scatter values” gives any value.",
    flip: "Flip labels",
    explainFlip: "Give that share of the points another class; the network then has to live with wrong labels.",
    scatter: "Scatter values",
    explainScatter: "Give that share of the points any value from −1 to 1; the network then has to live with wrong values.",
    /** @param {number} count @param {string} shown @param {boolean} isValue */
    noiseAdded: (count, shown, isValue) => `${count === 1 ? "1 point has" : `${shown} points have`} another ${isValue ? "value" : "class"} now.`,
    needsPoints: "There are no points yet.",
    needsDataset: "Choose a ready dataset first.",
    more: "Size, CSV, label noise",
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
    explainErase: "Remove what the ring around the pointer goes over (E); shift-click and right-click remove one point with any tool.",
    move: "Move",
    explainMove: "Drag a point to move it, drag around points to select them, then delete, relabel or move them all (M).",
    radius: "Radius",
    explainRadius: "How far brush and eraser reach, in units of the plane.",
    density: "Density",
    explainDensity: "How many points one touch of the brush sprays.",
    value: "Value",
    explainValue: "The value that new points get; keys 1 to 8 go from −1 to 1.",
    selection: "Selected points",
    /** @param {number} count @param {string} shown */
    selected: (count, shown) => (count === 1 ? "1 selected" : `${shown} selected`),
    deleteSelected: "Delete",
    explainDeleteSelected: "Remove the selected points (Delete).",
    /** @param {number} label */
    giveClass: (label) => `Make class ${label}`,
    /** @param {string} value */
    giveValue: (value) => `Make ${value}`,
    explainGiveSelected: "Give the selected points this class or value; keys 1 to 8 do it at once.",
    more: "Brush and selection",
    /** @param {number} first @param {number} last */
    classesAdded: (first, last) => `Classes ${first} to ${last} added.`,
    /** @param {number} label @param {number} count */
    classWent: (label, count) => `Class ${label} went with its ${count === 1 ? "point" : `${count} points`}.`,
  },

  csv: {
    title: "Import points",
    open: "Import CSV…",
    explainOpen: "Read points from a file or from text: x, y and label or value; nothing changes before you have seen what is in it.",
    save: "Export CSV",
    explainSave: "Save all points as a file: x, y, label or value, and whether it is a training or a test point.",
    /** @param {string} date */
    fileName: (date) => `boundary-lab-points-${date}.csv`,
    chooseFile: "Choose a file…",
    explainChooseFile: "Choose a CSV file of this computer; it can also be dropped anywhere on the page.",
    paste: "Or paste rows here",
    explainPaste: "Paste rows as they come from a spreadsheet: x, y and label or value.",
    pasteExample: "x, y, label",
    read: "Read",
    explainRead: "Look at what was pasted; nothing is imported yet.",
    reading: "Reading…",
    dropHere: "Drop to read the file",
    cancel: "Cancel",
    other: "Another file",
    explainOther: "Go back and choose something else; nothing is imported.",
    /** @param {string} count */
    import: (count) => `Import ${count}`,
    explainImport: "Put these points on the plane; one undo takes them back.",
    replace: "Replace",
    explainReplace: "The points on the plane go, these come.",
    add: "Add",
    explainAdd: "These come to the points that are there.",
    /** @param {string} room */
    noRoom: (room) => `There is room for ${room} more points: choose Replace.`,
    outsideTitle: "Points outside",
    scale: "Scale into the plane",
    explainScale: "Shift and stretch x and y, and what else is beyond its limits, so that all points fit.",
    leaveOut: "Leave them out",
    explainLeaveOut: "Import only what fits as it is.",
    how: "How to import",
    /** @param {string} name @param {string} rows */
    found: (name, rows) => `${name}: ${rows} can be imported.`,
    oneRow: "1 row",
    /** @param {string} count */
    rows: (count) => `${count} rows`,
    pasted: "Pasted text",
    /** @param {string} count */
    stoppedRows: (count) => `Reading ended after ${count} rows: the plane has room for no more. These are the first ${count}.`,
    /** @param {string} count */
    stoppedBad: (count) => `Reading ended after ${count} bad rows.`,
    /** @param {string} names */
    header: (names) => `Header: ${names}.`,
    /** @param {string} list */
    labelsKept: (list) => `Classes: ${list}.`,
    /** @param {string} list */
    labelsMapped: (list) => `The labels become classes in order of appearance: ${list}.`,
    /** @param {string} text @param {number} label @param {string} count */
    label: (text, label, count) => (text === String(label) ? `${label} (${count})` : `${text} → ${label} (${count})`),
    values: "The third column holds values.",
    valuesAsClasses: "The third column holds values; this is a classification, so those above 0 become class 1, the others class 0.",
    labelsAsValues: "The third column holds labels; this is a regression, so the classes become values from −1 to 1.",
    /** @param {number} count @param {string} shown @param {boolean} hasValues */
    outside: (count, shown, hasValues) => `${count === 1 ? "1 row lies" : `${shown} rows lie`} outside the plane (x and y from −6 to 6${hasValues ? ", values from −1 to 1" : ""}).`,
    value: "The value",
    /** @param {string} name @param {string} low @param {string} high @param {number} limit */
    stretched: (name, low, high, limit) => `${name} from ${low} to ${high} is stretched to −${limit} … ${limit}.`,
    /** @param {string} name @param {string} number */
    centred: (name, number) => `${name} is ${number} everywhere and becomes 0.`,
    /** @param {string} line */
    farRow: (line) => `Line ${line} lies far out: scaled, the other points would be pressed together.`,
    /** @param {string} count */
    farRows: (count) => `${count} rows lie far out: scaled, the other points would be pressed together.`,
    /** @param {number} count @param {string} shown */
    bad: (count, shown) => (count === 1 ? "1 bad row is left out:" : `${shown} bad rows are left out:`),
    /** @param {string} line @param {string} reason */
    badRow: (line, reason) => `line ${line}: ${reason}`,
    /** @param {string} count */
    moreBad: (count) => `and ${count} more`,
    /** @param {string} count */
    imported: (count) => `${count} imported.`,
    nothing: "There is nothing to import.",
    openQuote: "a quote is opened and not closed",
    longLine: "longer than 10,000 characters",
    /** @param {number} count */
    tooFewColumns: (count) => `${count === 1 ? "1 column" : `${count} columns`}, where x, y and a label or value are needed`,
    /** @param {number} count */
    tooManyColumns: (count) => `${count} columns, where x, y and a label or value are wanted; decimal commas need a semicolon or a tab between the columns`,
    /** @param {string} name @param {string} text */
    noNumber: (name, text) => (text === "" ? `${name} is missing` : `${name} is no number: ${text}`),
    noLabel: "the label is missing",
    /** @param {string} text */
    ninthLabel: (text) => `a ninth class, ${text}; there is room for 8`,
    /** @param {number} bytes */
    fileTooLarge: (bytes) => `The file has ${Math.ceil(bytes / 2 ** 20)}\u2009MB; at most 20 can be read.`,
    emptyFile: "There are no rows in it.",
    binaryFile: "This is not text: save it as CSV first.",
    notReadable: "The file cannot be read any more: it was moved, removed or changed.",
  },

  /** Each ready dataset by its name on the wire. */
  datasets: /** @type {Readonly<Record<string, {readonly title: string, readonly meaning: string}>>} */ ({
    circle: { title: "Circle", meaning: "One class in the middle, the other around it." },
    xor: { title: "XOR", meaning: "Opposite corners belong together." },
    gauss: { title: "Gauss", meaning: "Two clouds that a straight line can part." },
    spiral: { title: "Spiral", meaning: "Arms wound into each other: the hard one." },
    moons: { title: "Moons", meaning: "Two crescents, each reaching into the other." },
    rings: { title: "Rings", meaning: "Rings around each other, one for each class." },
    blobs: { title: "Blobs", meaning: "Round clouds, one for each class." },
    anisotropic: { title: "Slanted blobs", meaning: "Long, slanted clouds, one for each class." },
    checkerboard: { title: "Checkers", meaning: "A board of squares in turn: many corners to learn." },
    sine: { title: "Sine", meaning: "Points above and below a wave." },
    cubic: { title: "Cubic", meaning: "Points above and below a curve of third degree." },
    absolute: { title: "Corner", meaning: "Points above and below y = |x|." },
    plane: { title: "Plane", meaning: "A value that grows steadily in one direction." },
    multi_gauss: { title: "Hills", meaning: "Several hills and hollows." },
    sine_surface: { title: "Waves", meaning: "Waves along both axes." },
  }),

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

  setup: {
    activations: /** @type {Readonly<Record<string, string>>} */ ({
      tanh: "tanh", relu: "ReLU", leaky_relu: "leaky ReLU", gelu: "GELU", silu: "SiLU", elu: "ELU", sigmoid: "sigmoid", linear: "linear",
      selu: "SELU", softplus: "softplus", mish: "Mish", sine: "sine",
    }),
    layerActivations: "Activation of each layer",
    noLayers: "There is no hidden layer.",
    /** @param {number} layer counted from 1 */
    layer: (layer) => `Layer ${layer}`,
    /** @param {number} layer counted from 1 */
    explainLayerActivation: (layer) => `The bend of the units in layer ${layer}: its own, or that of all layers.`,
    /** @param {string} activation */
    asAll: (activation) => `all: ${activation}`,
    initialisation: "Initialisation",
    explainInitialisation: "How the weights are drawn that training starts from; PyTorch's own way is the usual one.",
    initialisations: /** @type {Readonly<Record<string, string>>} */ ({
      pytorch: "PyTorch", xavier: "Xavier", he: "He", zeros: "zeros", small: "small", large: "large",
    }),
    layerNorm: "Layer norm",
    explainLayerNorm: "Brings the sums of each hidden layer to mean 0 and spread 1 before the activation, which keeps deep networks learning.",
    dice: "Draw another seed",
    explainDice: "Draw another seed and begin with new weights; a run that is training goes on from them.",
    loss: "Loss",
    explainLoss: "How an answer is judged: what training makes small.",
    losses: /** @type {Readonly<Record<string, string>>} */ ({ cross_entropy: "cross-entropy", squared_error: "squared error", huber: "Huber" }),
    speed: "Speed",
    explainSpeed: "How fast training goes: as fast as it can, or slowly enough to watch single epochs or steps.",
    fullSpeed: "full",
    speeds: {
      /** @param {string} rate */
      epoch: (rate) => `${rate}\u2009${rate === "1" ? "epoch" : "epochs"}\u2009/\u2009s`,
      /** @param {string} rate */
      step: (rate) => `${rate}\u2009${rate === "1" ? "step" : "steps"}\u2009/\u2009s`,
    },
    weightDecay: "Weight decay",
    explainWeightDecay: "How much the optimizer itself shrinks all weights in each step; default is what PyTorch has for it.",
    usual: "default",
    off: "off",
    never: "never",
    clip: "Clip gradients",
    explainClip: "The longest that a gradient may be; a longer one is shortened to it, so that no single step goes too far.",
    scheduleTitle: "Learning rate over time",
    schedule: "Schedule",
    explainSchedule: "How the learning rate changes over the epochs.",
    schedules: /** @type {Readonly<Record<string, string>>} */ ({
      constant: "constant", step: "steps", cosine: "cosine", exponential: "exponential", warm_up: "warm-up",
    }),
    scheduleEpochs: "Epochs",
    explainScheduleEpochs: "How many epochs one step of the schedule takes, or the whole of it.",
    factor: "Factor",
    explainFactor: "What the learning rate is multiplied by within that many epochs.",
    /** @param {string} rate */
    rateNow: (rate) => `now ${rate}`,
    explainRateNow: "The learning rate over the epochs of the schedule; the dot is now.",
    stopTitle: "Stop training at",
    stopEpochs: "Epochs",
    explainStopEpochs: "Training stops after so many epochs in all; leave it empty to train on.",
    stopLoss: "Train loss",
    explainStopLoss: "Training stops once the train loss is this low; leave it empty to train on.",
    stopAccuracy: "Accuracy",
    explainStopAccuracy: "Training stops once so large a share of the training points is classified right.",
    /** @param {string} value */
    percent: (value) => `${value}\u2009%`,
    /** @param {string} label @param {string} least @param {string} most @param {boolean} isWhole */
    bounds: (label, least, most, isWhole) => `${label}: ${isWhole ? "a whole number" : "a number"} from ${least} to ${most}.`,
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
    value: "value",
    removeLayer: "Remove layer",
    explainRemoveLayer: "Take away the last hidden layer.",
    addLayer: "Add layer",
    explainAddLayer: "Put one more hidden layer before the classes.",
    activation: "Activation",
    explainActivation: "The bend that each unit gives to its sum; without one the network can only draw straight lines.",
    seed: "Seed",
    explainSeed: "The number that all randomness starts from: the same seed gives the same run again.",
    locked: "Stop training to change this: it builds a new network.",
    newWeights: "A new network: its weights are new.",
    newWeightsNoneFrozen: "A new network: its weights are new, and none is frozen.",
    lockedGroup: "Network settings, locked",
    /** @param {string} most */
    seedBounds: (most) => `The seed is a whole number from 0 to ${most}.`,
    /** @param {number} most */
    unitBounds: (most) => `Units go from 1 to ${most}.`,
    diagram: "Network diagram",
    more: "Activation per layer, initialisation",
  },

  diagram: {
    explainLayerCount: "Take the last hidden layer away, or put one more before the outputs.",
    title: "Network",
    sheet: "Network diagram",
    keys: "Arrow keys go from unit to unit. Enter opens the weights and the bias of a unit, or takes a feature in or out.",
    /** @param {string} sizes @param {string} parameters @param {string} activation */
    summary: (sizes, parameters, activation) => `${sizes} · ${parameters} parameters · ${activation}`,
    /** @param {number} count */
    inputs: (count) => (count === 1 ? "1 input" : `${count} inputs`),
    /** @param {number} count */
    outputs: (count) => `${count} classes`,
    mixed: "mixed activations",
    showsNow: "The diagram shows now",
    /** @param {number} layers @param {number} units */
    layersOf: (layers, units) => `${layers} × ${units}`,
    /** @param {number} count */
    hiddenLayers: (count) => (count === 1 ? "1 hidden layer" : `${count} hidden layers`),
    fewerLayers: "Fewer hidden layers",
    explainFewerLayers: "Take away the last hidden layer.",
    moreLayers: "More hidden layers",
    explainMoreLayers: "Put one more hidden layer before the output.",
    features: "Features",
    output: "Output",
    /** @param {number} count */
    units: (count) => (count === 1 ? "1 unit" : `${count} units`),
    /** @param {number} count */
    notDrawn: (count) => `+${count}`,
    /** @param {number} drawn @param {number} count the others @param {number} layer counted from 1 */
    explainNotDrawn: (drawn, count, layer) => `The first ${drawn} units of layer ${layer} are drawn, so that each stays large enough to be seen; the other ${count} learn just as well.`,
    symbols: /** @type {Readonly<Record<import("../tiles.js").FeatureName, string>>} */ ({
      x1: "x₁", x2: "x₂", x1_squared: "x₁²", x2_squared: "x₂²", x1_x2: "x₁x₂", sin_x1: "sin x₁", sin_x2: "sin x₂",
    }),
    spoken: /** @type {Readonly<Record<import("../tiles.js").FeatureName, string>>} */ ({
      x1: "x1", x2: "x2", x1_squared: "x1 squared", x2_squared: "x2 squared", x1_x2: "x1 times x2", sin_x1: "sine of x1", sin_x2: "sine of x2",
    }),
    explainFeature: "Let the network see this of each point, or not.",
    oneFeature: "A network needs at least one feature.",
    /** @param {number} unit counted from 1 @param {number} layer counted from 1 */
    unit: (unit, layer) => `unit ${unit} of layer ${layer}`,
    /** @param {number} label */
    classOutput: (label) => `class ${label}`,
    valueOutput: "value",
    /** @param {string} name @param {string} bias */
    unitSpoken: (name, bias) => `${name}, bias ${bias}`,
    /** @param {string} from @param {string} to */
    weight: (from, to) => `${from} → ${to}`,
    /** @param {string} to */
    bias: (to) => `bias of ${to}`,
    biasAlone: "bias",
    weightAlone: "weight",
    /** @param {string} from */
    weightFrom: (from) => `weight from ${from}`,
    /** @param {string} name */
    parametersOf: (name) => `What goes into ${name}`,
    clickToSet: "Click to set or freeze it",
    frozen: "frozen",
    freeze: "Freeze",
    freezeAll: "Freeze all",
    unfreezeAll: "Unfreeze all",
    /** @param {string} name */
    freezeSpoken: (name) => `Freeze ${name}`,
    explainFreeze: "Training leaves a frozen weight as it is.",
    close: "Close",
    /** @param {string} most */
    bounds: (most) => `A weight is a number from −${most} to ${most}.`,
    /** @param {number} drawn @param {number} units */
    onlyDrawn: (drawn, units) => `The first ${drawn} of ${units} incoming weights.`,
    negative: "negative",
    positive: "positive",
    legend: "link width: size · dot: bias",
    explainLegend: "Colour is the sign. The wider and stronger a link, the larger its weight, up to about 4. Each tile has a scale of its own, which is shown when you point at it.",
    hint: "Point at a unit to see it on the plane · click a link to set it",
    hintTouch: "Tap a unit to see it on the plane and to set its weights",
    /** @param {string} name */
    onMap: (name) => `Shown: ${name}`,
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
    explainView: "Choose what is large: the plane with its map, or the network with its units.",
    explainPlane: "Show the plane as large as the window allows.",
    network: "Network",
    explainNetwork: "Show every unit and every weight, with the plane beside them.",
    theme: "Switch between light and dark",
    explainTheme: "Switch between light and dark.",
    help: "Keys and help",
    explainHelp: "All keys, and what every control does (?).",
    mapSettings: "Map settings",
    discretise: "Discretise",
    explainDiscretise: "Show only which class wins, at full strength, and not how certain the network is.",
    showTest: "Test points",
    explainShowTest: "Show the points that are kept from training; they are hollow.",
    ticks: "Ticks",
    explainTicks: "Show numbers on the axes.",
    picture: "Save the picture",
    explainPicture: "Save map, points and axes as a PNG file (I).",
    present: "Present",
    explainPresent: "Make plane and figures large and leave out the rest; Escape comes back (P).",
    leave: "Leave",
    explainLeave: "Leave the presentation (Escape).",
  },

  notices: {
    dismiss: "Dismiss",
    explainDismiss: "Dismiss this message.",
    actions: /** @type {Readonly<Record<Exclude<import("../state_manager.js").NoticeAction, "remedy">, string>>} */ ({
      reset: "Start over with new weights", retry: "Try again now", continue: "Continue", "take-over": "Use it here", undo: "Take it back",
    }),
    taken: "This session is open in another tab and goes on there.",
    waiting: "The server cannot be reached. This page keeps trying; you can go on drawing, and all of it is kept.",
    /** @param {string|null} why */
    full: (why) => `${why ?? "The server is full."} This page keeps trying; what you drew is kept.`,
    /** @param {string|null} why */
    refused: (why) => `${why ?? "The server does not let this page in."} What you drew is kept.`,
    /** @param {string|null} why */
    ended: (why) => `${why ?? "The session has ended."} What you drew is kept; the weights will be new.`,
    weightsAreNew: "The server no longer had your session: your points and settings are back, the weights are new.",
    runEnded: "This run has ended.",
    /** @param {string} word */
    status: (word) => `${word}.`,
    /** @param {string} word @param {string} epoch @param {string} loss @param {string} accuracy */
    progress: (word, epoch, loss, accuracy) => `${word}: epoch ${epoch}, loss ${loss}, train accuracy ${accuracy}.`,
  },

  keys: {
    toggle: "start or stop training",
    step: "train one epoch, with Shift one step",
    reset: "new weights, same points",
    class: "class of new points",
    erase: "eraser on or off",
    grab: "move and select, or back to points",
    view: "plane or network",
    present: "presentation on or off",
    picture: "save the picture",
    teach: "teacher mode",
    help: "this help",
    undo: "undo, with Shift redo",
    move: "on the plane: move the point cursor, with Shift further; with Move: move what is selected, with Shift select",
    add: "at the point cursor: add a point; with Move: select the nearest",
    remove: "remove what is selected, or the point nearest to the point cursor",
    leave: "forget what is selected, put the point cursor away, or leave the presentation",
    walk: "in the diagram: from unit to unit; Enter opens one",
    read: "on a chart: read it epoch by epoch; on the timeline: look back",
  },

  help: {
    title: "Keys and help",
    close: "Close",
    mouse: "With a mouse: click or drag to draw, shift-click or right-click to remove. Colour shows the class the network would say, strength how certain it is.",
    singleKeys: "Single keys",
    explainSingleKeys: "Letters, digits and Space work by themselves; off, only keys held with Ctrl or ⌘ and those on the plane do.",
    everything: "What everything does",
  },

  address: {
    share: "Share",
    explainShare: "Copy a link that opens this experiment, with data, settings and seed, for somebody else.",
    copied: "Link copied.",
    onThisComputerOnly: "It opens on this computer only: for students start with --host 0.0.0.0 and open the page by your computer's address in the network.",
    dialogTitle: "A link to this experiment",
    dialogText: "This browser does not let the page copy it: mark the link and copy it yourself.",
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

  /** What a control is called where its own words do not say it. */
  controls: /** @type {Readonly<Record<string, string>>} */ ({
    csv: "CSV files", confusion: "Confusion matrix", "layer-figures": "Figures of each layer", "diagram-layers": "Layers and units in the diagram", features: "Input features",
    "schedule-curve": "Picture of the schedule", "loss-scale": "Scale of the loss", theme: "Light and dark", count: "Points of a dataset",
    "set-classes": "Classes of a dataset", figures: "Loss and accuracy", curve: "Curves of loss and accuracy",
  }),

  /** What a control does, where its parts only tell their own share of it, or why they cannot do it now. */
  controlMeanings: /** @type {Readonly<Record<string, string>>} */ ({
    csv: "Read points from a CSV file or from pasted text, and save all points as such a file.",
    features: "Let the network see this or that of each point: its coordinates, their squares, their product, their sines.",
    "diagram-layers": "+ and − over a layer give it one unit more or less; those beside the number of hidden layers add a layer or take the last one away.",
    "layer-activations": "The bend of the units of each hidden layer: its own, or that of all layers.",
  }),

  teacher: {
    title: "Teacher mode",
    meaning: "Choose what your students see. The link carries the choice. It is no lock: T, or the help, leads back here for everybody.",
    open: "Teacher mode",
    explainOpen: "Choose which controls are shown, and copy a link for students (T).",
    showAll: "Show all",
    copyLink: "Copy link for students",
    close: "Close",
  },
});
