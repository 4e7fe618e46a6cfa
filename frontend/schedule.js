/** Owns the learning rate at an epoch, as the server computes it: see training.md, "Schedules". */

/** Cosine goes down to this share of the learning rate. */
const LOWEST_SHARE = 0.01;

/**
 * @param {Pick<import("./run_config.js").RunConfig, "learning_rate"|"schedule"|"schedule_epochs"|"schedule_factor">} config
 * @param {number} epoch
 * @returns {number}
 */
export function learningRateAt({ learning_rate, schedule, schedule_epochs, schedule_factor }, epoch) {
  const progress = epoch / schedule_epochs;
  switch (schedule) {
    case "step": return learning_rate * schedule_factor ** Math.floor(progress);
    case "exponential": return learning_rate * schedule_factor ** progress;
    case "cosine": {
      const lowest = learning_rate * LOWEST_SHARE;
      return lowest + (learning_rate - lowest) * (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
    }
    case "warm_up": {
      const first = learning_rate / schedule_epochs;
      return first + (learning_rate - first) * Math.min(1, progress);
    }
    default: return learning_rate;
  }
}
