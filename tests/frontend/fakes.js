/** The edges of the page, by hand: a clock that is turned, a socket that is spoken for, a connection that waits for answers. */

import { DEFAULT_CONFIG } from "../../frontend/run_config.js";

export class FakeClock {
  now = 0;
  #timers = [];
  #last = 0;

  nowMs = () => this.now;

  setTimer = (run, delayMs) => {
    this.#last += 1;
    this.#timers.push({ name: this.#last, run, dueMs: this.now + delayMs });
    return this.#last;
  };

  clearTimer = (name) => {
    this.#timers = this.#timers.filter((timer) => timer.name !== name);
  };

  advance(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.dueMs <= end).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.clearTimer(next.name);
      this.now = Math.max(this.now, next.dueMs);
      next.run();
    }
    this.now = end;
  }
}

export class FakeSocket {
  readyState = 1;
  sent = [];
  onmessage = null;
  onclose = null;

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {}

  says(message) {
    this.onmessage({ data: message instanceof ArrayBuffer ? message : JSON.stringify(message) });
  }

  ends(code) {
    this.onclose({ code });
  }
}

/** Keeps requests until the test answers them. */
export class FakeConnection {
  live = true;
  requests = [];

  request(message) {
    return new Promise((resolve, reject) => this.requests.push({ message, resolve, reject }));
  }

  retryNow() {}

  get sent() {
    return this.requests.map(({ message }) => message);
  }

  get last() {
    return this.requests.at(-1);
  }
}

/** Lets everything that has been promised happen. */
export function settle() {
  return new Promise((resolve) => setImmediate(resolve));
}

export function sessionMessage(changes = {}, state = {}) {
  return {
    type: "SESSION", protocol: 1, resumed: false,
    limits: { points: 5000, parameters: 100_000, classes: 8, hidden_layers: 10, units: 100, run_bytes: 10_000 }, finds_runs: false,
    state: { run_state: "IDLE", config: CONFIG, config_version: 1, revision: 0, points: [], step: 0, epoch: 0, reason: null, ...state },
    ...changes,
  };
}

export const CONFIG = DEFAULT_CONFIG;

export function statusMessage(runState, reason = null) {
  return { type: "TRAINING_STATUS", run_state: runState, step: 1, epoch: 0, train_loss: 1, test_loss: null, train_accuracy: 0.5, test_accuracy: null, steps_per_second: null, reason };
}
