import assert from "node:assert/strict";
import test from "node:test";

import { diagnose } from "../../frontend/diagnosis.js";
import { Findings } from "../../frontend/findings.js";
import { LossHistory } from "../../frontend/loss_history.js";
import { DEFAULT_CONFIG } from "../../frontend/run_config.js";
import { findingText, remedyName } from "../../frontend/views/diagnosis.js";

const READINGS = 60;

/** What is found after readings of a train loss, a test loss and an accuracy, each a function of the reading's number. */
function found({ config = {}, loss = () => 0.7, testLoss = () => null, accuracy = () => 0.5, state = "TRAINING", metrics = null, readings = READINGS }) {
  const history = new LossHistory();
  for (let at = 1; at <= readings; at += 1) {
    history.push({ step: at * 20, epoch: at * 2, trainLoss: loss(at), testLoss: testLoss(at), trainAccuracy: accuracy(at) });
  }
  const run = { state, step: readings * 20, epoch: readings * 2 };
  return diagnose({ config: { ...DEFAULT_CONFIG, ...config }, run, history, metrics });
}

const kinds = (evidence) => found(evidence).map(({ kind }) => kind);
const jumping = (at) => [0.9, 2.4, 0.8, 1.9, 3.1, 1.2, 2.2][at % 7];
const metricsOf = (gradient_norms, dead_shares) => ({ type: "METRICS", step: 1, train_confusion: [], test_confusion: [], gradient_norms, dead_shares, learning_rate: 0.01 });
const deep = { hidden_layers: Array(8).fill(8), activation: "sigmoid" };

test("a run that learns is left in peace, whatever its loss does on the way down", () => {
  const metrics = metricsOf([0.2, 0.3, 0.4], [0.25, 0]);
  for (const loss of [(at) => 0.7 * 0.95 ** at, (at) => 0.7 / at, (at) => 0.7 * 0.95 ** at * (1 + 0.3 * (at % 2)), () => 1e-9, () => 0]) {
    assert.deepEqual(kinds({ loss, testLoss: (at) => loss(at) * 1.2, accuracy: (at) => Math.min(1, 0.5 + at / 20), metrics }), []);
  }
});

test("a small loss may jump as it likes, and a solved problem too", () => {
  assert.deepEqual(kinds({ loss: (at) => jumping(at) / 100 }), []);
  assert.deepEqual(kinds({ loss: () => 0.3, accuracy: () => 1, metrics: metricsOf([1e-9, 1, 1], [1, 1]), config: { activation: "relu" } }), []);
});

test("nothing is said before there is anything to look back on", () => {
  assert.deepEqual(kinds({ loss: jumping, readings: 20 }), []);
  assert.deepEqual(kinds({ loss: jumping, readings: 0 }), []);
});

test("a diverged run says where, and starts over with a rate that learns", () => {
  const [finding] = found({ state: "DIVERGED", config: { optimizer: "sgd", learning_rate: 1e6 } });
  assert.equal(findingText(finding), "At step 1,200 the loss had grown beyond all measure: a learning rate of 1000000 is too high.");
  assert.deepEqual(finding.remedy, { patch: { learning_rate: 0.03 }, startsOver: true });
  assert.equal(remedyName(finding.remedy), "Start over with learning rate 0.03");
});

test("a loss that jumps without falling shows a learning rate that is too high", () => {
  const [finding] = found({ loss: jumping, config: { optimizer: "sgd", learning_rate: 0.3 } });
  assert.equal(findingText(finding), "The train loss jumps between 0.800 and 3.100 without falling: a learning rate of 0.3 is too high.");
  assert.deepEqual(finding.remedy, { patch: { learning_rate: 0.1 }, startsOver: false });
  assert.equal(remedyName(finding.remedy), "Use learning rate 0.1");
  assert.deepEqual(found({ loss: jumping, config: { optimizer: "sgd", learning_rate: 10 } })[0].remedy, { patch: { learning_rate: 0.03 }, startsOver: true });
});

test("a loss that jumps while it falls is none", () => {
  assert.deepEqual(kinds({ loss: (at) => jumping(at) * 0.9 ** at + 0.2 }), []);
});

test("dead ReLUs are counted in the layer where they are most", () => {
  const metrics = metricsOf([0, 0.1, 0.1], [0.5, 0.75]);
  const [finding, ...more] = found({ metrics, config: { activation: "relu", initialisation: "large" } });
  assert.equal(findingText(finding), "In layer 2, 6 of 8 units give the same output for every training point and cannot learn (dead ReLUs).");
  assert.equal(remedyName(finding.remedy), "Start over with leaky ReLU and He initialisation");
  assert.deepEqual(more.map(({ kind }) => kind), ["vanishing"]);
  assert.deepEqual(kinds({ metrics, config: { activation: "tanh" } }), ["vanishing"]);
  assert.deepEqual(kinds({ metrics: metricsOf([0.1, 0.1, 0.1], [0.25, 0.375]), config: { activation: "relu" } }), []);
  assert.deepEqual(kinds({ metrics, config: { activation: "tanh", layer_activations: [null, "relu"] } }), ["dead", "vanishing"]);
});

test("a gradient that hardly reaches the first layer is measured beside the last one's", () => {
  const [finding] = found({ config: deep, metrics: metricsOf([1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.2, 0.42], Array(8).fill(0)) });
  assert.equal(findingText(finding), "The gradient of the first layer is 4,200,000 times smaller than that of the last, and the loss does not fall: the first layers hardly learn.");
  assert.equal(remedyName(finding.remedy), "Start over with ReLU and He initialisation");
  assert.match(findingText(found({ config: deep, metrics: metricsOf([0, 0.1], []) })[0]), /^No gradient at all/);
});

test("no gradient that cannot be measured is taken for a vanishing one", () => {
  for (const norms of [[null, 0.1], [0.1, null], [0, 0], [NaN, 1], []]) assert.deepEqual(kinds({ config: deep, metrics: metricsOf(norms, []) }), []);
  assert.deepEqual(kinds({ config: deep, metrics: metricsOf([1e-9, 0.5], []), loss: (at) => 0.9 ** at }), [], "the loss falls");
});

test("a network without a bend is told from one that only has not learned yet", () => {
  const [finding] = found({ config: { hidden_layers: [] }, accuracy: () => 0.52 });
  assert.equal(findingText(finding), "Nothing in this network bends, so it can only draw straight lines; it does not get beyond 52.0\u2009% of the training points.");
  assert.equal(remedyName(finding.remedy), "Start over with a hidden layer of 8 units");
  const [flat] = found({ config: { activation: "linear" } });
  assert.equal(remedyName(flat.remedy), "Start over with tanh");
  assert.deepEqual(kinds({ config: { hidden_layers: [], activation: "linear" } }), ["linear"]);
  for (const config of [{ hidden_layers: [], features: ["x1", "x1_x2"] }, { activation: "linear", layer_norm: true }, { activation: "tanh" },
    { activation: "linear", layer_activations: ["relu"] }, { hidden_layers: [], problem: "regression" }]) assert.deepEqual(kinds({ config }), []);
  assert.deepEqual(kinds({ config: { hidden_layers: [] }, accuracy: () => 0.97 }), [], "a line that splits them");
  assert.deepEqual(kinds({ config: { hidden_layers: [] }, loss: (at) => 0.7 * 0.98 ** at }), [], "it still learns");
});

test("a test loss that rises while the train loss falls is overfitting", () => {
  const evidence = { loss: (at) => 0.6 * 0.95 ** at, testLoss: (at) => (at < 30 ? 0.6 - at / 100 : 0.3 + (at - 30) / 50), accuracy: () => 0.97 };
  const [finding] = found(evidence);
  assert.equal(findingText(finding), "The test loss has risen from 0.320 to 0.860 since epoch 60 while the train loss fell: the network learns its points by heart.");
  assert.equal(remedyName(finding.remedy), "Use L2 0.003");
  assert.equal(remedyName(found({ ...evidence, config: { l2: 0.01 } })[0].remedy), "Use dropout 20\u2009%");
  assert.equal(remedyName(found({ ...evidence, config: { l2: 0.01, hidden_layers: [] } })[0].remedy), "Use L2 0.03");
  assert.deepEqual(kinds({ ...evidence, testLoss: (at) => (at < 30 ? 0.6 - at / 100 : 0.3 + (at - 30) / 500) }), [], "hardly risen");
  assert.deepEqual(kinds({ ...evidence, loss: () => 0.4 }), [], "the train loss stands still");
  assert.deepEqual(kinds({ ...evidence, testLoss: () => null }), [], "no test points");
});

test("no sentence and no remedy ever holds NaN, whatever the evidence", () => {
  const odd = [() => 0, () => 1e-300, (at) => (at % 2 ? 1e6 : 0), () => Infinity, () => NaN, () => null, jumping];
  for (const loss of odd) {
    for (const testLoss of odd) {
      for (const config of [{}, deep, { hidden_layers: [] }, { activation: "relu" }, { loss: "huber", problem: "regression" }]) {
        for (const finding of found({ loss, testLoss, config, metrics: metricsOf([0, null, 1e-20, 1], [1, 1]) })) {
          const text = findingText(finding) + remedyName(finding.remedy);
          assert.doesNotMatch(text, /NaN|Infinity|undefined|null/, text);
        }
      }
    }
  }
});

test("a finding appears once it has held, stays through a gap, and goes once it is over", () => {
  const findings = new Findings();
  const now = found({ loss: jumping });
  findings.look(now);
  assert.equal(findings.shown.length, 0);
  findings.look(now);
  assert.equal(findings.shown.length, 1);
  const { shown } = findings;
  for (const look of [[], [], now, [], now]) findings.look(look);
  assert.equal(findings.shown, shown, "no flicker, not even of the figures");
  for (let look = 0; look < 6; look += 1) findings.look([]);
  assert.equal(findings.shown.length, 0);
});

test("what was put away stays away until the network is reset", () => {
  const findings = new Findings();
  const now = found({ loss: jumping });
  for (let look = 0; look < 3; look += 1) findings.look(now);
  findings.dismiss("rate");
  for (let look = 0; look < 30; look += 1) findings.look(now);
  assert.equal(findings.shown.length, 0);
  findings.reset();
  for (let look = 0; look < 3; look += 1) findings.look(now);
  assert.equal(findings.shown.length, 1);
});

test("weights that began at zero are the cause of what looks like dead units", () => {
  const metrics = metricsOf([0, 0, 0.1], [1, 1]);
  const zeros = { activation: "relu", initialisation: "zeros" };
  const now = found({ metrics, config: zeros });
  assert.equal(findingText(now[0]), "All weights began at zero, so the units of a layer can never differ, and the loss does not fall.");
  assert.equal(remedyName(now[0].remedy), "Start over with PyTorch's usual first weights");
  assert.deepEqual(now[0].remedy.patch, { initialisation: "pytorch" });
  const findings = new Findings();
  for (let look = 0; look < 3; look += 1) findings.look(now);
  assert.deepEqual(findings.shown.map(({ kind }) => kind), ["zeros"]);
  assert.deepEqual(kinds({ config: { ...zeros, hidden_layers: [] } }), ["linear"], "without a hidden layer they are as good as any");
  assert.deepEqual(kinds({ config: zeros, loss: (at) => 0.7 * 0.95 ** at }), []);
});

test("the accuracy that a straight line does not get beyond is the highest of late", () => {
  const [finding] = found({ config: { hidden_layers: [] }, accuracy: (at) => [0.35, 0.43, 0.65][at % 3] });
  assert.match(findingText(finding), /does not get beyond 65\.0/);
});

test("what comes from another finding is not told beside it", () => {
  const findings = new Findings();
  const now = found({ metrics: metricsOf([0, 0.1, 0.1], [0.5, 0.75]), config: { activation: "relu" } });
  for (let look = 0; look < 3; look += 1) findings.look(now);
  assert.deepEqual(now.map(({ kind }) => kind), ["dead", "vanishing"]);
  assert.deepEqual(findings.shown.map(({ kind }) => kind), ["dead"]);
});

test("divergence is told at once", () => {
  const findings = new Findings();
  findings.look(found({ state: "DIVERGED" }));
  assert.deepEqual(findings.shown.map(({ kind }) => kind), ["diverged"]);
});
