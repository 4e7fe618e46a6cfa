/** The words for runs that are kept: saving one, what came of it, and opening one that was saved, in English. */

/** @param {number} count */
const others = (count) => (count === 1 ? "1 other is" : `${count} others are`);

export const runFilesWords = Object.freeze({
  saveRun: {
    open: "Save run",
    saving: "Saving…",
    explainOpen: "Keep this run, with points, settings, curves and weights, and a PyTorch script that trains with them (K).",
    nothingYet: "There is nothing to save yet: let the network learn something first.",
    pointsGone: "The points are gone, so the run cannot be saved.",
    lostItsWay: "This network has lost its way: there is nothing in it to save. Reset the model first.",
    title: "Save run",
    meaning: "Keeps points, settings, seed, curves and weights, and writes a short PyTorch script that trains with them, without Boundary Lab.",
    tensorboard: "TensorBoard logs too",
    explainTensorboard: "Also write curves, maps and weights in the form that TensorBoard shows.",
    fiftyone: "Pictures for FiftyOne too",
    explainFiftyone: "Also write maps and predictions as a dataset that FiftyOne imports.",
    cancel: "Cancel",
    save: "Save run",
    explainSave: "Save the run as it is now; training may go on meanwhile.",
    step: "step",
    sent: "Asking the server…",
    /** @param {number} ahead */
    waiting: (ahead) => (ahead === 0 ? "It is next." : `Waiting: ${others(ahead)} before you.`),
    writing: "Writing the files…",
    checking: "Training the first steps again in plain PyTorch, to see whether the curve is the same…",
    goesOn: "You can close this and train on: the page says when it is done.",
    close: "Close",
    savedTitle: "Run saved",
    failedTitle: "Not saved",
    /** @param {string} difference @param {string} steps */
    verified: (difference, steps) => `Plain PyTorch gives the same curve: over ${steps} steps the losses differ by ${difference} at most.`,
    /** @param {string} steps */
    verifiedExactly: (steps) => `Plain PyTorch gives the same curve, to the last digit, over ${steps} steps.`,
    /** @param {string} difference @param {string} steps */
    verifiedButSensitive: (difference, steps) =>
      `Plain PyTorch gives the same curve, as far as it can be told: this network enlarges the last digits of its numbers, so that over ${steps} steps rounding alone parts the losses by up to ${difference}. A smaller learning rate makes it calmer.`,
    /** @param {string} difference @param {string} steps */
    differs: (difference, steps) => `Plain PyTorch gives another curve: over ${steps} steps the losses differ by up to ${difference}.`,
    changed: "Settings, points or weights were changed on the way: train.py trains with the last ones from its first step on, so its curve is not the one you saw. changes.jsonl has the real course.",
    /** @param {string} steps */
    changedChecked: (steps) => `The script itself was checked over ${steps} steps.`,
    /** @param {string} why */
    notVerified: (why) => `Not checked against plain PyTorch. ${why}`,
    notReplayable: "So much was changed in this run that it cannot be trained again from its beginning; it can be gone on with from here.",
    trainLoss: "train loss",
    testLoss: "test loss",
    trainAccuracy: "train accuracy",
    testAccuracy: "test accuracy",
    linearTrain: "linear model, training points",
    linearTest: "linear model, test points",
    explainLinear: "How well a network without hidden layers does on the same points after as many steps: so much the layers have added.",
    whole: "Download the whole run (.zip)",
    explainWhole: "All files in one: to keep, to hand in, and to open here again.",
    single: "Single files",
    /** What of a run is offered by itself, and what it is called. */
    files: /** @type {Readonly<Record<string, {readonly name: string, readonly meaning: string}>>} */ ({
      "train.py": { name: "train.py", meaning: "A short script for plain PyTorch that trains this network on these points." },
      "notebook.ipynb": { name: "Notebook", meaning: "The same script, step by step, for Jupyter." },
      "model.safetensors": { name: "Weights", meaning: "The weights as safetensors, for load_state_dict." },
      "model.onnx": { name: "ONNX", meaning: "The network for other programs, as ONNX." },
      "formula.tex": { name: "Formula", meaning: "The network written out as a formula, in LaTeX." },
    }),
    notFetched: "The file could not be fetched: the server cannot be reached.",
    ids: "Names",
    runId: "Run",
    configHash: "Settings",
    checkpointId: "Weights",
    folder: "Folder",
    copy: "Copy",
    /** @param {string} name */
    copyOf: (name) => `Copy: ${name}`,
    copied: "Copied.",
    marked: "Marked: copy it yourself.",
    keptUnseen: "The server keeps it too, in a folder that it names on its own computer only.",
    keptNowhere: "This server keeps nothing: download it now. It goes when you close the page.",
    lost: "The connection was lost while the run was being saved. When it is back, the page tells what became of it. Try again if it does not: a run that is there already is not written twice.",
    tryAgain: "Try again",
    notice: "The run is saved.",
    failedNotice: "The run was not saved.",
  },

  openRun: {
    open: "Open run…",
    explainOpen: "Open a saved run and train on from there; a zip, a folder or a config.json can also be dropped anywhere on the page (O).",
    title: "Open a saved run",
    meaning: "A zip or a folder that Save run has made: points, settings, seed, curves and weights come back, and training goes on from there.",
    configAlone: "A config.json alone brings settings and seed.",
    configFinds: "A config.json alone opens the newest run with its settings that is kept here; where there is none, it brings settings and seed.",
    canBeDropped: "All of them can also be dropped anywhere on the page.",
    chooseFile: "Choose a file…",
    explainChooseFile: "Choose the .zip of a run, or a config.json.",
    chooseFolder: "Choose a folder…",
    explainChooseFolder: "Choose the folder of a run, as it lies in outputs.",
    cancel: "Cancel",
    confirmTitle: "Open this run?",
    /** @param {string} name */
    replaces: (name) => `${name} takes the place of what is on the page: its points, settings, curves and weights go, and Undo does not bring them back.`,
    /** @param {string} name */
    replacesSettings: (name) => `${name} brings its settings and seed; your points stay. Where the network is built anew by that, its weights are new.`,
    /** @param {string} name */
    replacesByConfig: (name) => `The newest run that is kept here with the settings of ${name} takes the place of what is on the page: its points, settings, curves and weights go, and Undo does not bring them back. Where there is none, ${name} brings settings and seed, and your points stay.`,
    stops: "Training stops.",
    confirm: "Open it",
    settingsOnly: "Settings only",
    explainSettingsOnly: "Take over settings and seed, whatever is kept here; your points stay.",
    /** @param {string} name */
    reading: (name) => `Opening ${name}…`,
    failedTitle: "Not opened",
    tryAgain: "Try again",
    other: "Another file",
    /** @param {string} step */
    opened: (step) => `The saved run is open, at step ${step}, with its points (as if you had drawn them), settings, curves and weights.`,
    /** @param {string} path @param {string} step @param {number} count of others with the same settings */
    found: (path, step, count) => [
      `The newest run with these settings was opened: ${path}, at step ${step}, with its points (as if you had drawn them), curves and weights.`,
      ...(count === 0 ? [] : [`${others(count)} kept here with the same settings: ${count === 1 ? "its zip or folder opens it" : "their zip or folder opens them"}.`]),
    ].join(" "),
    noneKept: "No run with these settings is kept here, so only settings and seed are those of the file. Points and weights are in the zip or the folder of a run.",
    settingsOpened: "Settings and seed are those of the file. Points and weights are in the zip of a run, not in config.json.",
    lost: "The connection was lost while the run was being opened. Look at the page whether it is open; otherwise try again.",
    notStopped: "Training could not be stopped: stop it, then try again.",
    oneAtATime: "These are several zips: give the page one run at a time.",
    zipAlone: "There is more beside the zip: give the page the zip of a run alone.",
    partOfRun: "This belongs to a saved run: give the page its zip or its whole folder.",
    noRunInFolder: "There is no config.json in it: give the page the folder of one run, as Save run has made it, or its zip.",
    /** @param {number} count */
    severalRuns: (count) => `There are ${count} runs in this folder: give the page the folder of one of them.`,
    folderTooLarge: "There is too much in this folder: give the page the folder of one run.",
    /** @param {string} name */
    notARun: (name) => `${name} is no saved run: choose the .zip that Save run has made, or a config.json.`,
    /** @param {string} size @param {string} most */
    tooLarge: (size, most) => `This is too large for a saved run: it has ${size}, and ${most} can be opened.`,
    notReadable: "The file cannot be read any more: it was moved, removed or changed.",
    /** @param {number} status of HTTP */
    unexplained: (status) => `The server did not take it and gave no reason (${status}).`,
    dropAny: "Drop to read points from a CSV file, or to open a saved run",
    dropPoints: "Drop to read points from the file",
    dropRun: "Drop to open the saved run",
    dropSettings: "Drop to take over settings and seed",
    dropConfig: "Drop to open the newest run with these settings, or to take over settings and seed",
  },
});
