/** Owns the words of the wire: the shape of every message, how much one may hold, and the codes of errors and closes. */

/** @typedef {"IDLE"|"TRAINING"|"PAUSED"|"DIVERGED"|"FAILED"} RunState */
/** @typedef {"train"|"test"} Split */
/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./run_config.js").DatasetName} DatasetName */
/** @typedef {[x: number, y: number, label: number, value?: number|null]} PointRow */
/** @typedef {[id: number, ...row: PointRow]} ChangedRow */
/** @typedef {[id: number, x: number, y: number, label: number, split: Split, value?: number|null]} ServerPointRow */

/**
 * @typedef {object} Limits
 * @property {number} points
 * @property {number} parameters
 * @property {number} classes
 * @property {number} hidden_layers
 * @property {number} units
 * @property {number} run_bytes of a saved run that is opened
 */

/**
 * @typedef {object} SessionState
 * @property {RunState} run_state
 * @property {RunConfig} config
 * @property {number} config_version
 * @property {number} revision
 * @property {ServerPointRow[]} points
 * @property {number} step
 * @property {number} epoch
 * @property {string|null} reason
 * @property {ParameterAddress[]} [frozen]
 */

/** @typedef {{type: "SESSION", protocol: number, resumed: boolean, limits: Limits, finds_runs: boolean, state: SessionState}} SessionMessage finds_runs: whether a config alone opens the newest run of it that is kept */
/** @typedef {{type: "OK", id: number|null, point_ids?: number[], splits?: Split[]}} OkMessage */
/** @typedef {{type: "ERROR", id: number|null, code: string, message: string, path: string|null, retry_after_s?: number}} ErrorMessage */
/** @typedef {{type: "POINTS", revision: number, points: ServerPointRow[]}} PointsMessage */
/** @typedef {{type: "CONFIG", config_version: number, config: RunConfig}} ConfigMessage */
/**
 * @typedef {object} StatusMessage
 * @property {"TRAINING_STATUS"} type
 * @property {RunState} run_state
 * @property {number} step
 * @property {number} epoch
 * @property {number|null} train_loss
 * @property {number|null} test_loss
 * @property {number|null} train_accuracy
 * @property {number|null} test_accuracy
 * @property {number|null} steps_per_second
 * @property {string|null} reason
 */
/**
 * @typedef {object} ProbabilitiesMessage
 * @property {"PROBABILITIES"} type
 * @property {number|null} id
 * @property {number} x
 * @property {number} y
 * @property {number|null} step
 * @property {(number|null)[]} probabilities none in regression
 * @property {number|null} [value] what the network says in regression
 */
/**
 * @typedef {object} MetricsMessage
 * @property {"METRICS"} type
 * @property {number} step
 * @property {number[][]} train_confusion rows are actual classes, columns predicted ones; [] in regression
 * @property {number[][]} test_confusion
 * @property {(number|null)[]} gradient_norms of each weight layer, from the inputs to the outputs
 * @property {number[]} dead_shares of each hidden layer, from 0 to 1
 * @property {number} learning_rate what the schedule gives now
 */
/** @typedef {readonly [layer: number, unit: number, input: number|null]} ParameterAddress input null: the unit's bias */
/** @typedef {{type: "FROZEN", parameters: ParameterAddress[]}} FrozenMessage */
/** @typedef {{type: "RUN_SAVING", id: number|null, phase: "waiting"|"writing"|"checking", ahead: number}} RunSavingMessage ahead: how many come before it */
/**
 * @typedef {object} RunSavedMessage
 * @property {"RUN_SAVED"} type
 * @property {number|null} id
 * @property {string} run_id
 * @property {string} config_hash
 * @property {string} checkpoint_id
 * @property {number} step
 * @property {number|null} train_loss null without such points
 * @property {number|null} test_loss
 * @property {number|null} train_accuracy null without such points, and in regression
 * @property {number|null} test_accuracy
 * @property {number|null} linear_train_loss what a network without hidden layers gets on the same points, as all with `linear`
 * @property {number|null} linear_test_loss
 * @property {number|null} linear_train_accuracy
 * @property {number|null} linear_test_accuracy
 * @property {boolean} kept whether the server keeps it
 * @property {string|null} directory where it lies, told on the server's own computer only
 * @property {number} bytes of all files
 * @property {number|null} verified_steps
 * @property {number|null} largest_difference between the losses of plain PyTorch and ours over those steps
 * @property {boolean|null} is_same_curve whether they differ by rounding alone
 * @property {string|null} why_not_verified
 * @property {boolean} replayable whether it can be trained again from its beginning
 * @property {boolean} changed whether settings, points or weights were changed on the way, so that the curve of train.py is another
 * @property {{name: string, bytes: number}[]} files
 */
/** @typedef {[step: number, epoch: number, trainLoss: number|null, testLoss: number|null, trainAccuracy: number|null, testAccuracy: number|null]} HistoryRow */
/** @typedef {{path: string, others: number}} FoundRun path: its folder among all runs; others: how many more are kept of its config */
/**
 * @typedef {object} RunOpenedMessage
 * @property {"RUN_OPENED"} type
 * @property {SessionState} state
 * @property {HistoryRow[]} history
 * @property {string|null} run_id
 * @property {FoundRun|null} found where it is kept, if it was found by its config
 * @property {string[]} notes what else there is to say, in sentences
 */
/** @typedef {OkMessage|ProbabilitiesMessage} Reply */
/** @typedef {SessionMessage|Reply|ErrorMessage|PointsMessage|ConfigMessage|StatusMessage|MetricsMessage|FrozenMessage
 *   |RunSavingMessage|RunSavedMessage|RunOpenedMessage} ServerMessage */

/** @typedef {{type: "ADD_POINTS", points: PointRow[]}} AddPoints */
/** @typedef {{type: "CHANGE_POINTS", points: ChangedRow[]}} ChangePoints */
/** @typedef {{type: "REMOVE_POINTS", ids: number[]}} RemovePoints */
/** @typedef {{type: "CLEAR_POINTS"}} ClearPoints */
/** @typedef {{type: "CONFIGURE"} & Partial<RunConfig>} Configure */
/** @typedef {{type: "LOAD_DATASET", dataset: DatasetName, count?: number, noise?: number, seed?: number, classes?: number}} LoadDataset */
/** @typedef {{type: "START_TRAINING"}|{type: "STOP_TRAINING"}|{type: "RESET_MODEL"}} RunCommand */
/** @typedef {{type: "STEP_TRAINING", count: number, unit: "step"|"epoch"}} StepTraining */
/**
 * @typedef {object} ViewMessage
 * @property {"VIEW"} type
 * @property {number} [frames_per_second]
 * @property {number} [width]
 * @property {number} [height]
 * @property {boolean} [visible]
 * @property {boolean} [neurons] whether the units' maps are sent
 * @property {number} [tile_size] cells along a side of a unit's map
 * @property {readonly [layer: number, unit: number]|null} [unit] shown by the map instead of the network's answer
 * @property {boolean} [metrics]
 */
/** @typedef {{type: "SET_PARAMETERS", parameters: readonly (readonly [layer: number, unit: number, input: number|null, value: number])[]}} SetParameters */
/** @typedef {{type: "FREEZE_PARAMETERS", parameters: readonly ParameterAddress[], frozen: boolean}} FreezeParameters */
/** @typedef {{type: "ACK", seq: number}} Ack */
/** @typedef {{type: "RESTORE", config: RunConfig, points: PointRow[]}} Restore */
/** @typedef {{type: "PROBE", x: number, y: number}} Probe */
/** @typedef {{type: "SAVE_RUN", tensorboard: boolean, fiftyone: boolean, theme: import("./colors.js").ThemeName}} SaveRun */
/** @typedef {AddPoints|ChangePoints|RemovePoints|ClearPoints|Configure} EditMessage */
/** @typedef {EditMessage|LoadDataset|RunCommand|StepTraining|ViewMessage|Ack|Restore|Probe|SetParameters|FreezeParameters|SaveRun} ClientMessage */

export const MAX_POINTS = 5000;
/** Rows or ids in one edit: well below the contract's 5,000 and the size of a message. */
export const MAX_EDIT_ROWS = 2000;

export const CLOSE_AWAY = 1001;
/** The code that a browser reports for a connection that ended without one. */
export const CLOSE_ABNORMAL = 1006;
export const CLOSE_REFUSED = 1008;
export const CLOSE_FULL = 1013;
export const CLOSE_TAKEN_OVER = 4409;
export const ENDED_IDLE = "ended_idle";
export const BAD_TOKEN = "bad_token";
export const TOO_MANY_CONNECTIONS = "too_many_connections";
/** What the server says right before it closes a connection; the code of the close follows. */
export const FAREWELLS = Object.freeze([
  "server_full", TOO_MANY_CONNECTIONS, BAD_TOKEN, "too_many_bad_messages", "ended_for_memory", ENDED_IDLE,
]);
