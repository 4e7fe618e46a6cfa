/** The words for the network and how it is set up: units, links, weights, optimizer, in English. */

export const networkWords = Object.freeze({
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
});
