/*
 * An engine of the kind that playgrounds in the browser have: an object for every unit and every link, a walk over them for every
 * example, an update after every batch. Tanh throughout, squared error of one output, plain gradient descent.
 *
 * Reads requests, a line of JSON each, `{"hiddenLayers": [8, 8, 8], "seconds": 0.4, "losses": false}`, and answers each with epochs
 * per second of processor time; with losses, each epoch is followed by the loss over the training points and over as many others.
 * A network is built, and its first epochs are run, when it is asked for first.
 */
"use strict";

const { createInterface } = require("node:readline");

const POINTS = 250;
const BATCH_SIZE = 10;
const LEARNING_RATE = 0.03;
const WARM_UP_EPOCHS = 100;

const TANH = {
  of: (sum) => Math.tanh(sum),
  derivative: (sum) => {
    const tanh = TANH.of(sum);
    return 1 - tanh * tanh;
  },
};

class Link {
  constructor(source, target, penalty) {
    this.source = source;
    this.target = target;
    this.penalty = penalty;
    this.weight = Math.random() - 0.5;
    this.gradient = 0;
    this.gradientSum = 0;
    this.examples = 0;
  }
}

class Unit {
  constructor(activation) {
    this.activation = activation;
    this.incoming = [];
    this.outgoing = [];
    this.bias = 0.1;
    this.sum = 0;
    this.output = 0;
    this.outputGradient = 0;
    this.gradient = 0;
    this.gradientSum = 0;
    this.examples = 0;
  }

  forward() {
    this.sum = this.bias;
    for (const link of this.incoming) this.sum += link.weight * link.source.output;
    this.output = this.activation.of(this.sum);
  }

  collectGradient() {
    this.outputGradient = 0;
    for (const link of this.outgoing) this.outputGradient += link.weight * link.target.gradient;
  }

  backward() {
    this.gradient = this.outputGradient * this.activation.derivative(this.sum);
    this.gradientSum += this.gradient;
    this.examples += 1;
  }

  backwardToLinks() {
    for (const link of this.incoming) {
      link.gradient = this.gradient * link.source.output;
      link.gradientSum += link.gradient;
      link.examples += 1;
    }
  }

  update(rate, penaltyRate) {
    if (this.examples > 0) {
      this.bias -= (rate * this.gradientSum) / this.examples;
      this.gradientSum = 0;
      this.examples = 0;
    }
    for (const link of this.incoming) {
      const penalty = link.penalty ? link.penalty.derivative(link.weight) : 0;
      if (link.examples > 0) {
        link.weight -= (rate / link.examples) * (link.gradientSum + penaltyRate * penalty);
        link.gradientSum = 0;
        link.examples = 0;
      }
    }
  }
}

class Network {
  constructor(sizes) {
    this.layers = sizes.map((size) => Array.from({ length: size }, () => new Unit(TANH)));
    for (let index = 1; index < this.layers.length; index += 1) {
      for (const target of this.layers[index]) {
        for (const source of this.layers[index - 1]) {
          const link = new Link(source, target, null);
          target.incoming.push(link);
          source.outgoing.push(link);
        }
      }
    }
  }

  forward(inputs) {
    const { layers } = this;
    for (const [index, unit] of layers[0].entries()) unit.output = inputs[index];
    for (let index = 1; index < layers.length; index += 1) {
      for (const unit of layers[index]) unit.forward();
    }
    return layers[layers.length - 1][0].output;
  }

  learn(inputs, wanted) {
    const { layers } = this;
    const last = layers.length - 1;
    this.forward(inputs);
    layers[last][0].outputGradient = layers[last][0].output - wanted;
    for (let index = last; index >= 1; index -= 1) {
      for (const unit of layers[index]) unit.backward();
      for (const unit of layers[index]) unit.backwardToLinks();
      if (index > 1) {
        for (const unit of layers[index - 1]) unit.collectGradient();
      }
    }
  }

  update() {
    for (let index = 1; index < this.layers.length; index += 1) {
      for (const unit of this.layers[index]) unit.update(LEARNING_RATE, 0);
    }
  }

  epoch(points) {
    for (let index = 0; index < points.length; index += 1) {
      const { x, y, wanted } = points[index];
      this.learn([x, y], wanted);
      if ((index + 1) % BATCH_SIZE === 0) this.update();
    }
  }

  loss(points) {
    let sum = 0;
    for (const { x, y, wanted } of points) sum += 0.5 * (this.forward([x, y]) - wanted) ** 2;
    return sum / points.length;
  }
}

/** Two arms of a spiral, from so far along them. */
function spiral(begin) {
  return Array.from({ length: POINTS }, (_, index) => {
    const along = (begin + Math.floor(index / 2)) / (POINTS / 2);
    const angle = 1.75 * along * 2 * Math.PI + (index % 2) * Math.PI;
    return { x: 5 * along * Math.sin(angle), y: 5 * along * Math.cos(angle), wanted: index % 2 === 0 ? 1 : -1 };
  });
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const points = spiral(0);
const testPoints = spiral(0.5);
const losses = { train: 0, test: 0 };
const networks = new Map();

function advance(network, withLosses) {
  network.epoch(points);
  if (!withLosses) return;
  losses.train = network.loss(points);
  losses.test = network.loss(testPoints);
}

function networkOf(hiddenLayers) {
  const name = hiddenLayers.join("-");
  if (!networks.has(name)) {
    const network = new Network([2, ...hiddenLayers, 1]);
    for (let count = 0; count < WARM_UP_EPOCHS; count += 1) advance(network, true);
    networks.set(name, network);
  }
  return networks.get(name);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { hiddenLayers, seconds, losses: withLosses } = JSON.parse(line);
  const network = networkOf(hiddenLayers);
  const began = cpuSeconds();
  let epochs = 0;
  let took = 0;
  while (took < seconds) {
    advance(network, withLosses);
    epochs += 1;
    took = cpuSeconds() - began;
  }
  console.log(epochs / took);
});
