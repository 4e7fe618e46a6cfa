/** The words for the points: ready datasets, drawing, CSV files, in English. */

export const dataWords = Object.freeze({
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
    ownPoints: "The points on the plane are no ready dataset that could be made anew: choose one first.",
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
});
