/** Owns how the state of the page changes: one store, one reducer. Everything that is shown is drawn from here. */

import { mergeConfig, mergePoints } from "./document.js";
import { NEW_RUN } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Patch} Patch */
/** @typedef {import("./protocol.js").RunState} RunState */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {import("./document.js").ConfirmedPoint} ConfirmedPoint */
/** @typedef {import("./document.js").Edit} Edit */
/**
 * @typedef {{type: "phase", phase: import("./socket.js").Phase}
 *   | {type: "session", message: import("./protocol.js").SessionMessage, keepDocument: boolean}
 *   | {type: "document", document: Document}
 *   | {type: "confirmed", edit: Edit, reply: import("./protocol.js").Reply}
 *   | {type: "refused", edit: Edit}
 *   | {type: "points", message: import("./protocol.js").PointsMessage}
 *   | {type: "config", message: import("./protocol.js").ConfigMessage}
 *   | {type: "status", message: import("./protocol.js").StatusMessage}
 *   | {type: "opened", message: import("./protocol.js").RunOpenedMessage}
 *   | {type: "set", patch: Patch}} Action
 */
/**
 * @typedef {object} Store
 * @property {() => State} get
 * @property {(action: Action) => void} dispatch
 * @property {(listener: (state: State, before: State) => void) => void} subscribe
 */

/**
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduce(state, action) {
  switch (action.type) {
    case "phase":
      return { ...state, phase: action.phase };
    case "session":
      return afterSession(state, action.message, action.keepDocument);
    case "document":
      return withDocument(state, action.document);
    case "confirmed":
      return afterConfirmation(state, action.edit, action.reply);
    case "refused":
      return afterRefusal(state, action.edit);
    case "points": {
      const { points, confirmed } = mergePoints(state.document.points, state.confirmed, action.message.points);
      return { ...state, document: { ...state.document, points }, confirmed };
    }
    case "config": {
      const config = mergeConfig(state.document.config, state.serverConfig, action.message.config);
      return withDocument({ ...state, serverConfig: action.message.config }, { ...state.document, config });
    }
    case "status": {
      const { message } = action;
      return { ...state, metrics: metricsAt(state, message.step, message.run_state), run: {
        state: message.run_state, step: message.step, epoch: message.epoch, trainLoss: message.train_loss, testLoss: message.test_loss,
        trainAccuracy: message.train_accuracy, testAccuracy: message.test_accuracy, stepsPerSecond: message.steps_per_second,
        reason: message.reason,
      } };
    }
    case "opened":
      return afterOpening(state, action.message.state);
    case "set":
      return { ...state, ...action.patch };
  }
}

/**
 * @param {State} initial
 * @returns {Store}
 */
export function createStore(initial) {
  let state = initial;
  /** @type {((state: State, before: State) => void)[]} */
  const listeners = [];
  return {
    get: () => state,
    dispatch(action) {
      const before = state;
      state = reduce(before, action);
      for (const listener of listeners) listener(state, before);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}

/**
 * keepDocument: the server does not know the session, what the person has is kept and will be given to it.
 * @param {State} state
 * @param {import("./protocol.js").SessionMessage} message
 * @param {boolean} keepDocument
 * @returns {State}
 */
function afterSession(state, message, keepDocument) {
  const server = message.state;
  const confirmed = message.resumed ? state.confirmed : new Map();
  const merged = mergePoints(state.document.points, confirmed, server.points);
  const config = message.resumed ? mergeConfig(state.document.config, state.serverConfig, server.config)
    : keepDocument ? state.document.config : server.config;
  const run = { ...NEW_RUN, state: server.run_state, step: server.step, epoch: server.epoch, reason: server.reason };
  const frozen = server.frozen ?? [];
  // The map of a session that is not known any more goes with it.
  const mapSize = message.resumed ? state.mapSize : null;
  return withDocument({
    ...state, serverConfig: server.config, confirmed: merged.confirmed, run, probe: null, metrics: null, frozen, mapSize,
    mostRunBytes: message.limits.run_bytes, findsRuns: message.finds_runs,
  }, { points: merged.points, config });
}

/**
 * A saved run in place of everything: what the person had, and what was looked at of it.
 * @param {State} state
 * @param {import("./protocol.js").SessionState} server
 * @returns {State}
 */
function afterOpening(state, server) {
  const { points, confirmed } = mergePoints([], new Map(), server.points);
  const run = { ...NEW_RUN, state: server.run_state, step: server.step, epoch: server.epoch, reason: server.reason };
  return withDocument({
    ...state, serverConfig: server.config, confirmed, run, dataset: null, datasetSeed: null, datasetClasses: null, frozen: server.frozen ?? [],
    selection: new Set(), band: null, hoveredUnit: null, probe: null, metrics: null, moment: null,
  }, { points, config: server.config });
}

/**
 * @param {State} state
 * @param {number} step of the model now
 * @param {RunState} runState
 * @returns {State["metrics"]} null where they belong to a model that is no more, or that has lost its way
 */
function metricsAt({ metrics, run }, step, runState) {
  const isOther = step < run.step && metrics !== null && metrics.step > step;
  return isOther || runState === "DIVERGED" ? null : metrics;
}

/**
 * @param {State} state
 * @param {Document} document
 * @returns {State}
 */
function withDocument(state, document) {
  const activeClass = Math.min(state.activeClass, document.config.classes - 1);
  return { ...state, document, activeClass };
}

/**
 * @param {State} state
 * @param {Edit} edit
 * @param {import("./protocol.js").Reply} reply
 * @returns {State}
 */
function afterConfirmation(state, edit, reply) {
  if (edit.kind === "configure") return { ...state, serverConfig: { ...state.serverConfig, ...edit.patch } };
  const confirmed = new Map(state.confirmed);
  if (edit.kind === "remove") {
    for (const point of edit.points) confirmed.delete(point.key);
  } else if (edit.kind === "change") {
    for (const { key, x, y, label, value } of edit.points) {
      const known = confirmed.get(key);
      if (known) confirmed.set(key, { ...known, x, y, label, value });
    }
  } else if (reply.type === "OK") {
    edit.points.forEach((point, index) => {
      const id = reply.point_ids?.[index];
      if (id !== undefined) confirmed.set(point.key, { ...point, id, split: reply.splits?.[index] ?? "train" });
    });
  }
  return { ...state, confirmed };
}

/**
 * @param {State} state
 * @param {Edit} edit
 * @returns {State}
 */
function afterRefusal(state, edit) {
  const { document, confirmed, serverConfig } = state;
  switch (edit.kind) {
    case "add": {
      const refused = new Set(edit.points.map((point) => point.key));
      return { ...state, document: { ...document, points: document.points.filter((point) => !refused.has(point.key)) } };
    }
    case "change": {
      const refused = new Set(edit.points.map((point) => point.key));
      const points = document.points.map((point) => {
        const known = refused.has(point.key) ? confirmed.get(point.key) : undefined;
        return known ? pointOf(known) : point;
      });
      return { ...state, document: { ...document, points } };
    }
    case "remove": {
      const back = edit.points.filter((point) => confirmed.has(point.key)).map(pointOf);
      return { ...state, document: { ...document, points: [...document.points, ...back] } };
    }
    case "configure": {
      const fields = Object.keys(edit.patch);
      const kept = Object.entries(document.config).filter(([field]) => !fields.includes(field));
      return withDocument(state, { ...document, config: { ...serverConfig, ...Object.fromEntries(kept) } });
    }
  }
}

/**
 * @param {ConfirmedPoint} confirmed
 * @returns {import("./document.js").Point}
 */
function pointOf({ key, x, y, label, value }) {
  return { key, x, y, label, value };
}
