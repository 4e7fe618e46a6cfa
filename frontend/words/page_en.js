/** The words for the page itself: connection, notices, views, keys, help, teacher mode, in English. */

export const pageWords = Object.freeze({
  connection: {
    connecting: "Connecting…",
    live: "Live",
    silent: "Waiting…",
    explainSilent: "Nothing has come from the server for some seconds. It may be the network; what you draw is kept.",
    reconnecting: "Reconnecting…",
    /** @param {number} seconds */
    offline: (seconds) => `Offline\u2009–\u2009again in ${seconds}\u2009s`,
    /** @param {number} seconds */
    full: (seconds) => `Server full\u2009–\u2009again in ${seconds}\u2009s`,
    /** @param {number} seconds */
    crowded: (seconds) => `Too many from here\u2009–\u2009again in ${seconds}\u2009s`,
    taken: "Offline\u2009–\u2009open in another tab",
    refused: "Offline\u2009–\u2009not let in",
    locked: "Offline\u2009–\u2009code wanted",
    ended: "Offline\u2009–\u2009session ended",
    // Where there is little room.
    /** @param {number} seconds */
    offlineShort: (seconds) => `Offline, ${seconds}\u2009s`,
    /** @param {number} seconds */
    fullShort: (seconds) => `Full, ${seconds}\u2009s`,
    /** @param {number} seconds */
    crowdedShort: (seconds) => `Too many, ${seconds}\u2009s`,
    takenShort: "Other tab",
    refusedShort: "Not let in",
    lockedShort: "Code wanted",
    endedShort: "Ended",
    tryNow: "Try now",
    tryAgain: "Try again now",
    explainTryAgain: "Try again now, without waiting.",
    lost: "The connection was lost before the server answered; what you drew is kept.",
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
    actions: /** @type {Readonly<Record<Exclude<import("../state.js").NoticeAction, "remedy">, string>>} */ ({
      reset: "Start over with new weights", retry: "Try again now", continue: "Continue", "take-over": "Use it here", code: "Type the code", undo: "Take it back", "saved-run": "Show",
    }),
    taken: "This session is open in another tab and goes on there.",
    tooOld: "This browser is too old for Boundary Lab. It needs Safari 17.5 (on an iPhone or iPad: iOS 17.5), Chrome or Edge 123, or Firefox 128, or something newer.",
    waiting: "The server cannot be reached. This page keeps trying; you can go on drawing, and all of it is kept.",
    /** @param {string|null} why */
    full: (why) => `${why ?? "The server is full."} This page keeps trying; what you drew is kept.`,
    /** @param {string|null} why */
    refused: (why) => `${why ?? "The server does not let this page in."} What you drew is kept.`,
    /** @param {string|null} why */
    locked: (why) => `${why ?? "The server wants its code."} Or type the code here: what you drew is kept, and comes along.`,
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
    save: "save the run",
    open: "open a saved run",
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
