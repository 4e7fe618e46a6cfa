/** Draws the settings of training that a beginner leaves alone: loss, speed, weight decay, clipping, schedule, stop conditions. */

import { formatSetting } from "../format.js";
import { LOSSES, SCHEDULES } from "../run_config.js";
import { words } from "../words.js";
import { fieldOptions, makeChoice, makeNumber } from "./choices.js";
import { find, make, setEnabled } from "./elements.js";
import { makeScheduleCurve } from "./schedule_curve.js";

/** @typedef {import("../run_config.js").RunConfig} RunConfig */
/** @typedef {import("./choices.js").Option} Option */

const DECAYS = [null, 0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];
const CLIPS = [0, 0.1, 0.3, 1, 3, 10];
const FACTORS = [0.9, 0.7, 0.5, 0.3, 0.1];
const ACCURACIES = [0, 0.8, 0.9, 0.95, 0.98, 0.99, 1];
/** @type {readonly (readonly [speed: number, unit: RunConfig["speed_unit"]])[]} */
const SPEEDS = [[0, "epoch"], [30, "epoch"], [10, "epoch"], [3, "epoch"], [1, "epoch"], [10, "step"], [3, "step"], [1, "step"]];
const MOST_SCHEDULE_EPOCHS = 100_000;
const MOST_EPOCHS = 1_000_000_000;
const MOST_LOSS = 1e6;

/**
 * @param {import("../state_manager.js").Store} store
 * @param {import("../commands.js").Commands} commands
 */
export function mountTraining(store, commands) {
  const text = words.setup;
  const decays = fieldOptions("weight_decay", DECAYS, (value) => (value === null ? text.usual : formatSetting(value)));
  const clips = fieldOptions("gradient_clip", CLIPS, (value) => (value === 0 ? text.off : formatSetting(value)));
  const schedules = fieldOptions("schedule", SCHEDULES, (value) => text.schedules[value] ?? value);
  const factors = fieldOptions("schedule_factor", FACTORS, (value) => `× ${formatSetting(value)}`);
  const accuracies = fieldOptions("stop_accuracy", ACCURACIES, (value) => (value === 0 ? text.never : text.percent(formatSetting(value * 100))));

  const loss = makeChoice(commands, {
    id: "loss", label: text.loss, explanation: text.explainLoss,
    read: (config) => {
      const { options, current } = fieldOptions("loss", LOSSES[config.problem] ?? [], (value) => text.losses[value] ?? value);
      return { options, current: current(config) };
    },
  });
  const speed = makeChoice(commands, {
    id: "speed-choice", label: text.speed, explanation: text.explainSpeed,
    read: (config) => ({ options: SPEEDS.map(([rate, unit]) => speedOption(rate, unit)), current: speedOption(config.speed, config.speed_unit) }),
  });
  const weightDecay = makeChoice(commands, {
    id: "weight-decay", label: text.weightDecay, explanation: text.explainWeightDecay,
    read: (config) => ({ options: decays.options, current: decays.current(config) }),
  });
  const clip = makeChoice(commands, {
    id: "gradient-clip", label: text.clip, explanation: text.explainClip,
    read: (config) => ({ options: clips.options, current: clips.current(config) }),
  });
  const schedule = makeChoice(commands, {
    id: "schedule", label: text.schedule, explanation: text.explainSchedule,
    read: (config) => ({ options: schedules.options, current: schedules.current(config) }),
  });
  const scheduleEpochs = makeNumber(commands, {
    id: "schedule-epochs", label: text.scheduleEpochs, explanation: text.explainScheduleEpochs, field: "schedule_epochs",
    least: 1, most: MOST_SCHEDULE_EPOCHS, isWhole: true,
  });
  const factor = makeChoice(commands, {
    id: "schedule-factor", label: text.factor, explanation: text.explainFactor,
    read: (config) => ({ options: factors.options, current: factors.current(config) }),
  });
  const stopEpochs = makeNumber(commands, {
    id: "stop-epochs", label: text.stopEpochs, explanation: text.explainStopEpochs, field: "stop_epochs", least: 0, most: MOST_EPOCHS, isWhole: true,
    nothing: text.never,
  });
  const stopLoss = makeNumber(commands, {
    id: "stop-loss", label: text.stopLoss, explanation: text.explainStopLoss, field: "stop_loss", least: 0, most: MOST_LOSS, isWhole: false,
    nothing: text.never,
  });
  const stopAccuracy = makeChoice(commands, {
    id: "stop-accuracy", label: text.stopAccuracy, explanation: text.explainStopAccuracy,
    read: (config) => ({ options: accuracies.options, current: accuracies.current(config) }),
  });
  const curve = makeScheduleCurve(store);
  const settings = [loss, speed, weightDecay, clip, schedule, scheduleEpochs, factor, stopEpochs, stopLoss, stopAccuracy];

  find("#loss-choice", HTMLElement).append(loss.element);
  find("#speed", HTMLElement).append(speed.element);
  find("#training-more", HTMLElement).append(
    make("div", { class: "two" }, [weightDecay.element, clip.element]),
    make("h3", {}, [text.scheduleTitle]),
    make("div", { class: "three" }, [schedule.element, scheduleEpochs.element, factor.element]),
    curve,
    make("h3", {}, [text.stopTitle]),
    make("div", { class: "three" }, [stopEpochs.element, stopLoss.element, stopAccuracy.element]),
  );

  function draw() {
    const { config } = store.get().document;
    for (const setting of settings) setting.draw(config);
    setEnabled(scheduleEpochs.control, config.schedule !== "constant");
    setEnabled(factor.control, config.schedule === "step" || config.schedule === "exponential");
    stopAccuracy.element.hidden = config.problem === "regression";
  }

  store.subscribe((state, before) => {
    if (state.document.config !== before.document.config) draw();
  });
  draw();
}

/**
 * @param {number} speed
 * @param {RunConfig["speed_unit"]} unit
 * @returns {Option}
 */
function speedOption(speed, unit) {
  if (speed === 0) return { key: "full", name: words.setup.fullSpeed, patch: { speed: 0 } };
  return { key: `${speed} ${unit}`, name: words.setup.speeds[unit](formatSetting(speed)), patch: { speed, speed_unit: unit } };
}
