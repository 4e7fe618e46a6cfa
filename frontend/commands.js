/** Owns what a person can do. Edits show at once and go to the server by themselves; the rest is asked for and answered. */

import { createDataCommands } from "./data_commands.js";
import { createEdits } from "./edits.js";
import { createNetworkCommands } from "./network_commands.js";
import { createOpening } from "./opening.js";
import { createPointCommands } from "./point_commands.js";
import { createRunCommands } from "./run_commands.js";
import { createWishes } from "./wishes.js";

/** @typedef {import("./state_manager.js").Store} Store */
/** @typedef {import("./state.js").Notice} Notice */
/** @typedef {import("./run_config.js").RunConfig} RunConfig */
/** @typedef {import("./protocol.js").ClientMessage} ClientMessage */
/** @typedef {import("./document.js").Document} Document */
/** @typedef {import("./history.js").Moment} Moment */
/** @typedef {import("./history.js").Origin} Origin */
/** @typedef {ReturnType<typeof createCommands>} Commands */
/**
 * What the groups of commands work with.
 * @typedef {object} Desk
 * @property {Store} store
 * @property {() => number} random from 0 to 1
 * @property {(patch: import("./state.js").Patch) => void} set
 * @property {(text: string, more?: Partial<Notice>) => void} notify
 * @property {(message: ClientMessage) => Promise<boolean>} ask whether the server did it
 * @property {(change: Partial<Document>, tag?: string|null) => void} edit changes the document, and remembers how it was
 * @property {(change: Partial<Document>) => void} become changes the document without remembering how it was: there is no way back
 * @property {(config: RunConfig) => void} sayIfNew tells that weights go, before a change to settings that build a new network
 * @property {() => Moment} moment the document as it is now
 * @property {(before: Moment|null, origin: Origin|null) => void} arrived
 *   the server put a ready dataset in place of the points; before: what undo goes back to; origin null: it did not
 */

const DRAWN_SEEDS = 10_000;

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {import("./history.js").History} parts.history
 * @param {import("./sync.js").Sync} parts.sync
 * @param {{live: boolean, request: import("./socket.js").Connection["request"], retryNow: () => void}} parts.connection
 * @param {(parts: import("./given_files.js").RunSource["parts"], signal: AbortSignal) => Promise<string|null>} parts.sendRun to be opened; what it is called
 * @param {() => number} parts.random from 0 to 1
 */
export function createCommands({ store, history, sync, connection, sendRun, random }) {
  /** @param {Partial<import("./state.js").State>} patch */
  const set = (patch) => store.dispatch({ type: "set", patch });

  /**
   * @param {string} text
   * @param {Partial<Notice>} [more]
   */
  const notify = (text, more = {}) => set({ notice: { tone: "info", text, action: null, stays: false, aboutStart: false, ...more } });

  const { ask, toggle, startOver } = createWishes(store, sync, connection, notify);
  const edits = createEdits({ store, history, set, notify });

  /** @type {Desk} */
  const desk = {
    store, random, set, notify, ask,
    edit: edits.edit, become: edits.become, sayIfNew: edits.sayIfNew, moment: edits.moment, arrived: edits.arrived,
  };

  store.subscribe((state, before) => {
    const turned = state.run.state !== before.run.state;
    const changed = state.document.points !== before.document.points || (turned && state.run.state === "TRAINING");
    const { notice } = store.get();
    // What has stayed until now tells of what was before.
    const isPast = turned && state.run.state === "TRAINING" && notice?.stays && notice.tone === "info";
    if (isPast || (changed && notice?.aboutStart)) set({ notice: null });
  });

  return {
    ...createPointCommands(desk),
    ...createDataCommands(desk),
    ...createNetworkCommands({ store, ask, configure: edits.configure, notify }),
    ...createOpening(desk),
    ...createRunCommands(desk, { settled: () => sync.settled(), request: (message) => connection.request(message), sendRun }, edits.beginAnew),
    toggle,
    /** @param {"step"|"epoch"} unit */
    step: (unit) => ask({ type: "STEP_TRAINING", count: 1, unit }),
    async reset() {
      if (await ask({ type: "RESET_MODEL" })) set({ notice: null });
    },

    /**
     * Does what the diagnosis proposes.
     * @param {import("./remedies.js").Remedy} remedy
     */
    async apply({ patch, startsOver }) {
      if (!startsOver) edits.configure(patch);
      else await startOver(() => edits.change(patch));
    },

    /** Another seed, and new weights from it: short enough to be said aloud in a classroom. */
    async drawSeed() {
      await startOver(() => edits.change({ seed: Math.floor(random() * DRAWN_SEEDS) }));
    },

    configure: edits.configure,
    ...edits.commands,

    /**
     * Changes how the page looks.
     * @param {Partial<import("./look.js").Look>} patch
     */
    setLook(patch) {
      set({ look: { ...store.get().look, ...patch } });
    },
    /** @param {readonly string[]} names of the controls that are not shown */
    hideControls(names) {
      set({ hiddenControls: new Set(names) });
    },
    /** @param {string} name @param {boolean} open */
    setDrawer(name, open) {
      const others = [...store.get().openDrawers].filter((other) => other !== name);
      set({ openDrawers: new Set(open ? [...others, name] : others) });
    },
    /** @param {{x: number, y: number}|null} cursor */
    moveCursor(cursor) {
      set({ cursor });
    },

    /**
     * The server refused an edit, which is about to be taken back.
     * @param {import("./document.js").Edit} refused
     * @param {Error} error
     */
    takeBack(refused, error) {
      edits.forget(refused);
      notify(error.message, { tone: "error" });
    },
    dismissNotice: () => set({ notice: null }),
    reconnect: () => connection.retryNow(),
    notify,
  };
}
