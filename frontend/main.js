/** Puts the page together. The only file that knows all the others. */

import { createAddressBar } from "./address_bar.js";
import { fetchCatalogue } from "./catalogue.js";
import { createCommands } from "./commands.js";
import { decodeFrame, FrameError, KIND_NEURON_MAPS, kindOf, openFrame, seqOf } from "./frames.js";
import { History } from "./history.js";
import { LateFrames } from "./late_frames.js";
import { decodeNeurons } from "./neuron_frames.js";
import { createPhaseNotices } from "./phase_notices.js";
import { createProber } from "./probe.js";
import { createReception } from "./reception.js";
import { openingAddress, sendRun } from "./run_files.js";
import { RunMemory } from "./run_memory.js";
import { Connection } from "./socket.js";
import { initialState } from "./state.js";
import { createStore } from "./state_manager.js";
import { recall, recallLook, recallRun, remember, rememberLook, rememberRun, sessionId, storageFrom } from "./storage.js";
import { createSync } from "./sync.js";
import { createViewer } from "./view_wish.js";
import { mountAnalysis } from "./views/analysis.js";
import { mountTheme } from "./views/appearance.js";
import { mountBrush } from "./views/brush_ring.js";
import { mountCharts } from "./views/charts.js";
import { mountCsv } from "./views/csv_dialog.js";
import { mountDataControls } from "./views/data_controls.js";
import { mountDatasets } from "./views/datasets.js";
import { DiagramView } from "./views/diagram.js";
import { mountDiagnosis } from "./views/diagnosis.js";
import { mountDrop } from "./views/drop.js";
import { find } from "./views/elements.js";
import { mountHelp } from "./views/help.js";
import { mountFeatures } from "./views/features.js";
import { mountKeyboard } from "./views/keyboard.js";
import { mountLook } from "./views/look.js";
import { mountNetwork } from "./views/network.js";
import { mountNotices } from "./views/notices.js";
import { mountNetworkDrawer } from "./views/network_drawer.js";
import { mountOpenRun, takeDropped } from "./views/open_run.js";
import { mountPalette } from "./views/palette.js";
import { PlaneView } from "./views/plane.js";
import { mountPlaneKeys } from "./views/plane_keys.js";
import { mountPointer } from "./views/pointer.js";
import { mountReading } from "./views/reading.js";
import { mountSaveRun } from "./views/save_run.js";
import { mountSettings } from "./views/settings.js";
import { mountSelectionBar } from "./views/selection_bar.js";
import { mountShare } from "./views/share.js";
import { mountTimeline } from "./views/timeline.js";
import { mountTraining } from "./views/training.js";
import { hidingKnown, mountTeacher } from "./views/teacher.js";
import { mountTransport } from "./views/transport.js";
import { mountUnitCaption } from "./views/unit_caption.js";
import { mountValueChoice } from "./views/value_choice.js";
import { words } from "./words.js";

const SAVE_DELAY_MS = 200;
const MAP_CELLS = 100;
const FRAMES_PER_SECOND = 30;

/** @type {import("./socket.js").Clock} */
const clock = {
  nowMs: () => performance.now(),
  setTimer: (run, delayMs) => setTimeout(run, delayMs),
  clearTimer: (timer) => clearTimeout(/** @type {number} */ (timer)),
};

/** @param {() => void} read something of a frame that the page may not be able to show */
function tellingFrameErrors(read) {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    commands.notify(error.message, { tone: "error", stays: true });
  }
}

/**
 * @param {DataView} view of a frame
 * @throws {FrameError} when it is none of its kind
 */
function showFrame(view) {
  if (kindOf(view) === KIND_NEURON_MAPS) {
    diagram.offer(decodeNeurons(view));
    return;
  }
  const frame = decodeFrame(view);
  memory.see(frame);
  drawTimeline();
  plane.offer(frame);
}

const storage = storageFrom(() => sessionStorage);
const remembered = recall(storage);
const store = createStore(initialState(remembered, recallLook(storage)));
const session = sessionId(storage);
const address = new URL(`ws/${session}`, document.baseURI);
address.protocol = address.protocol === "https:" ? "wss:" : "ws:";

const connection = new Connection(() => new WebSocket(address), clock, Math.random, {
  onPhase(phase) {
    if (phase.name !== "live") {
      plane.forgetUnpainted();
      diagram.forgetUnpainted();
      lateFrames.clear();
    }
    store.dispatch({ type: "phase", phase });
    tellPhase(phase);
  },
  onSilence: (isSilent) => store.dispatch({ type: "set", patch: { isSilent } }),
  onSession: (message) => void reception.begin(message),
  onMessage: (message) => reception.hear(message),
  onFrame: (buffer, isLate) => tellingFrameErrors(() => {
    const view = openFrame(buffer);
    if (isLate) {
      lateFrames.hold(kindOf(view), view);
    } else {
      lateFrames.drop(kindOf(view));
      showFrame(view);
    }
  }),
});
const lateFrames = new LateFrames(
  clock, (frame) => connection.tell({ type: "ACK", seq: seqOf(frame) }), (frame) => tellingFrameErrors(() => showFrame(frame)));
const memory = new RunMemory(store, clock.nowMs);
recallRun(storage, memory);
const sync = createSync(store, connection, clock, (edit, error) => commands.takeBack(edit, error));
const history = new History(clock.nowMs);
const commands = createCommands({
  store, history, sync, connection, random: Math.random, sendRun: (parts, signal) => sendRun(openingAddress(session), parts, signal),
});
const tellPhase = createPhaseNotices({ store, commands, nowMs: clock.nowMs });
const prober = createProber(store, connection, clock);
const viewer = createViewer(connection, {
  width: MAP_CELLS, height: MAP_CELLS, frames_per_second: FRAMES_PER_SECOND, visible: !document.hidden, metrics: true,
});

const canvas = find("[data-testid=canvas]", HTMLCanvasElement);
const plane = new PlaneView(canvas, store, (frame) => {
  connection.tell({ type: "ACK", seq: frame.seq });
  prober.refresh();
}, ({ unit, width, height }) => store.dispatch({ type: "set", patch: { shownUnit: unit, mapSize: { width, height } } }));
const diagram = new DiagramView(find("#diagram", HTMLElement), store, commands,
  (frame) => connection.tell({ type: "ACK", seq: frame.seq }), (shown) => viewer.wish(shown));
store.subscribe(({ hoveredUnit }, before) => {
  if (hoveredUnit !== before.hoveredUnit) viewer.wish({ unit: hoveredUnit && [hoveredUnit.layer, hoveredUnit.unit] });
});
const showHelp = mountHelp(store, commands);
const { savePicture } = mountLook(store, commands, plane);
const charts = mountCharts(store, commands, memory);
mountPointer(canvas, store, commands, prober, Math.random);
mountPlaneKeys(canvas, store, commands, prober);
const teach = mountTeacher(store, commands, mountShare(store, commands));
const saveRun = mountSaveRun(store, commands, session);
const openRun = mountOpenRun(store, commands);
mountKeyboard(store, commands, { help: showHelp, teach, savePicture: () => void savePicture(), saveRun, openRun });
const drawTimeline = mountTimeline(store, memory);
mountDiagnosis(store, commands, clock.nowMs);
mountAnalysis(store);
mountTransport(store, commands, clock.nowMs);
mountPalette(store, commands);
const datasets = mountDatasets(store, commands, fetchDatasets);
mountDataControls(store, commands);
mountValueChoice(store, commands);
mountBrush(canvas, store, commands);
mountSelectionBar(canvas, store, commands);
mountDrop(store, takeDropped(commands, mountCsv(store, commands)));
mountSettings(store, commands);
mountNetwork(store, commands);
mountNetworkDrawer(store, commands);
mountTraining(store, commands);
mountReading(store);
mountNotices(store, commands, clock.nowMs, saveRun);
mountUnitCaption(store);
const features = mountFeatures(store, commands);
mountTheme((name) => {
  plane.setTheme(name);
  datasets.setTheme(name);
  diagram.setTheme(name);
  features.setTheme(name);
  charts.setTheme(name);
});

const addressBar = createAddressBar({
  store, storage, clock, open: (read) => commands.open(hidingKnown(read)), dress: commands.dress,
  bar: {
    read: () => location.hash.slice(1),
    replace: (fragment) => globalThis.history.replaceState(null, "", fragment === "" ? location.pathname + location.search : `#${fragment}`),
  },
});
const reception = createReception({
  store, connection, commands, sync, memory, trainedBefore: remembered?.trained ?? false,
  onBegun() { viewer.tellAll(); },
  onUnknown() { plane.clearMap(); },
  onReady: () => addressBar.begin(),
});
addEventListener("hashchange", () => void addressBar.changed());
for (const [name, underWay] of /** @type {const} */ ([["pointerdown", true], ["pointerup", false], ["pointercancel", false]])) {
  addEventListener(name, () => addressBar.setDragging(underWay), { capture: true });
}

let saving = 0;
function save() {
  clearTimeout(saving);
  saving = 0;
  remember(storage, store.get());
}
store.subscribe((state, before) => {
  if (state.look !== before.look || state.brush !== before.brush || state.openDrawers !== before.openDrawers
    || state.hiddenControls !== before.hiddenControls) rememberLook(storage, state);
  if (state.document === before.document && state.confirmed === before.confirmed && state.dataset === before.dataset
    && (state.run.step > 0) === (before.run.step > 0)) return;
  if (saving === 0) saving = setTimeout(save, SAVE_DELAY_MS);
});
addEventListener("pagehide", () => {
  save();
  rememberRun(storage, memory);
});
function expectWords() {
  connection.expect(store.get().run.state === "TRAINING" && !document.hidden);
}
store.subscribe((state, before) => {
  if (state.run.state !== before.run.state) expectWords();
});
addEventListener("offline", () => connection.doubt());
addEventListener("online", () => connection.wakeUp());
// Back from the memory of the browser, in which its connection has been cut.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) connection.wakeUp();
});
document.addEventListener("resume", () => connection.wakeUp());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) connection.wakeUp();
  expectWords();
  viewer.wish({ visible: !document.hidden });
});
// A button that was clicked gives the keyboard back to the page: Space shall start and stop, not click it again. It does so before it
// opens a dialog, which would give the keyboard back to it at the end; a click that a long press has swallowed does not come so far.
document.body.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (button && event.detail > 0) button.blur();
}, { capture: true });

function fetchDatasets() {
  void commands.loadCatalogue(fetchCatalogue);
}
fetchDatasets();
connection.start();
