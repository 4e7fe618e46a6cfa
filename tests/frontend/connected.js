import { Connection } from "../../frontend/socket.js";
import { FakeClock, FakeSocket } from "./fakes.js";

/** What a server says before it closes: an ERROR that answers nothing. */
export const farewell = (code, more = {}) => ({ type: "ERROR", id: null, code, message: `Because of ${code}.`, path: null, ...more });

/** A connection on sockets and a clock of the test, and what it has told. */
export function setUp() {
  const clock = new FakeClock();
  const sockets = [];
  const phases = [];
  const farewells = [];
  const retriesAtMs = [];
  const heard = [];
  const silences = [];
  const frames = [];
  const connection = new Connection(() => {
    sockets.push(new FakeSocket());
    return sockets.at(-1);
  }, clock, () => 0.5, {
    onPhase(phase) {
      phases.push(phase.name);
      farewells.push(phase.farewell);
      retriesAtMs.push(phase.retryAtMs);
    },
    onSilence: (isSilent) => silences.push(isSilent),
    onSession: (message) => heard.push(message.type),
    onMessage: (message) => heard.push(message.type),
    onFrame: (buffer, isLate) => frames.push(isLate ? "late" : buffer.byteLength),
  });
  return { clock, sockets, phases, farewells, retriesAtMs, heard, silences, frames, connection };
}
