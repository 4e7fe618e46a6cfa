/** Owns what the state of the page is made of, and what it is when the page is opened. */

import { NO_CATALOGUE } from "./catalogue.js";
import { NO_ORIGIN, originOf } from "./history.js";
import { DEFAULT_KEPT } from "./look.js";
import { DEFAULT_CONFIG } from "./run_config.js";

/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").RunState} RunState */
/** @typedef {import("./run_config.js").DatasetName} DatasetName */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {import("./document.js").Confirmed} Confirmed */
/** @typedef {"point"|"brush"|"erase"|"move"} Tool */
/** @typedef {"reset"|"remedy"|"retry"|"continue"|"take-over"|"code"|"undo"|"saved-run"} NoticeAction */
/** @typedef {"none"|"free"|"locked"} Way whether there is something to go back or forward to, and whether it waits for the end of training */
/** @typedef {{tone: "info"|"error", text: string, action: NoticeAction|null, stays: boolean, aboutStart: boolean}} Notice */

/**
 * Where the run is and how well it does, all of one moment: as the newest status tells.
 * @typedef {object} Run
 * @property {RunState} state
 * @property {number} step
 * @property {number} epoch
 * @property {number|null} trainLoss
 * @property {number|null} testLoss
 * @property {number|null} trainAccuracy
 * @property {number|null} testAccuracy
 * @property {number|null} stepsPerSecond
 * @property {string|null} reason why training stopped by itself
 */

/**
 * @typedef {object} State
 * @property {import("./socket.js").Phase} phase
 * @property {boolean} isSilent whether nothing is heard of the server, though the connection is not given up
 * @property {Document} document what the person wants, shown at once
 * @property {Confirmed} confirmed the points that the server holds
 * @property {RunConfig} serverConfig the config that the server holds
 * @property {Run} run
 * @property {Tool} tool
 * @property {number} activeClass
 * @property {DatasetName|null} dataset the ready dataset on the plane, null once it was edited
 * @property {number} noise fraction from 0 to 0.5
 * @property {number|null} datasetSeed null: the run's seed
 * @property {number} datasetCount how many points a ready dataset has
 * @property {number|null} datasetClasses how many classes it has, where it can have several; null: as its picture shows
 * @property {import("./catalogue.js").Catalogue} catalogue the ready datasets
 * @property {{x: number, y: number}|null} cursor the point cursor of the keyboard
 * @property {import("./protocol.js").ProbabilitiesMessage|null} probe
 * @property {Notice|null} notice
 * @property {{undo: Way, redo: Way}} history
 * @property {Look} look
 * @property {ReadonlySet<string>} openDrawers by the name in data-drawer
 * @property {ReadonlySet<string>} hiddenControls by the name in data-control: what a teacher has left out
 * @property {import("./look.js").Brush} brush
 * @property {ReadonlySet<number>} selection keys of the points in the selected rectangle
 * @property {import("./point_edits.js").Band|null} band the rectangle that is being drawn to select what is in it
 * @property {number} activeValue what new points get in regression, from -1 to 1
 * @property {{layer: number, unit: number}|null} hoveredUnit the unit that the map shows in place of the network's answer
 * @property {import("./frames.js").UnitShown|null} shownUnit the unit that the painted map shows, null for the network's answer
 * @property {{width: number, height: number}|null} mapSize cells of the painted map, fewer where many train at once; null: none yet
 * @property {import("./protocol.js").MetricsMessage|null} metrics
 * @property {import("./timeline.js").Moment|null} moment the past of the run that is shown in place of the present
 * @property {readonly import("./protocol.js").ParameterAddress[]} frozen what the optimizer leaves as it is
 * @property {import("./run_commands.js").Saving|null} saving the run that is being saved, or was last
 * @property {import("./run_commands.js").Opening|null} opening the saved run that is being opened
 * @property {number} mostRunBytes how large that may be, as the server says
 * @property {boolean} findsRuns whether a config alone opens the newest run of it that the server keeps
 */

/**
 * What is set as it comes.
 * @typedef {Partial<Omit<State, "phase"|"document"|"confirmed"|"serverConfig"|"run">>} Patch
 */

/** One that has not begun. @type {Run} */
export const NEW_RUN = Object.freeze({
  state: "IDLE", step: 0, epoch: 0, trainLoss: null, testLoss: null, trainAccuracy: null, testAccuracy: null, stepsPerSecond: null,
  reason: null,
});

/**
 * @param {import("./storage.js").Remembered|null} remembered what an earlier load of this tab left behind
 * @param {import("./look.js").Kept} [kept] how the page looked then
 * @returns {State}
 */
export function initialState(remembered, kept = DEFAULT_KEPT) {
  return {
    phase: { name: "connecting", retryAtMs: null, farewell: null },
    isSilent: false,
    document: remembered?.document ?? { points: [], config: DEFAULT_CONFIG },
    confirmed: remembered?.confirmed ?? new Map(),
    serverConfig: remembered?.serverConfig ?? DEFAULT_CONFIG,
    run: NEW_RUN,
    tool: "point",
    activeClass: 0,
    ...originOf(remembered?.origin ?? NO_ORIGIN),
    catalogue: NO_CATALOGUE,
    cursor: null,
    probe: null,
    notice: null,
    history: { undo: "none", redo: "none" },
    ...kept,
    selection: new Set(),
    band: null,
    activeValue: 1,
    hoveredUnit: null,
    shownUnit: null,
    mapSize: null,
    metrics: null,
    moment: null,
    frozen: [],
    saving: null,
    opening: null,
    mostRunBytes: Infinity,
    findsRuns: false,
  };
}
