import assert from "node:assert/strict";
import test from "node:test";

import {
  formatAccuracy, formatBound, formatBytes, formatCoordinate, formatCount, formatEpoch, formatLoss, formatNorm, formatPercent, formatRate, formatSetting, formatTick,
  formatValue, formatWeight,
} from "../../frontend/format.js";

test("a loss keeps three decimals as long as they say something", () => {
  assert.deepEqual([0.6931, 0.0241, 12.34, 345.6, 0.00042, 0.00001, 123456, 0].map(formatLoss),
    ["0.693", "0.024", "12.3", "346", "0.0004", "<10⁻⁴", "1.2e5", "<10⁻⁴"]);
});

test("what is not there is an en dash", () => {
  assert.deepEqual([formatLoss(null), formatLoss(Infinity), formatRate(null), formatAccuracy(null)], ["–", "–", "–", "–"]);
});

test("counts have commas and never round up", () => {
  assert.deepEqual([0, 999, 10300, 1234567, 411.97].map(formatCount), ["0", "999", "10,300", "1,234,567", "411"]);
});

test("an epoch that is one by all but a float's error counts as one", () => {
  assert.equal(formatCount(0.99999), "1");
});

test("rates become thousands with a thin space", () => {
  assert.deepEqual([0, 940.4, 999.6, 11512, 123456].map(formatRate), ["0", "940", "1.0\u2009k", "11.5\u2009k", "123\u2009k"]);
});

test("shares are percent with a thin space", () => {
  assert.deepEqual([formatAccuracy(0.99), formatPercent(0.1)], ["99.0\u2009%", "10\u2009%"]);
});

test("coordinates have a true minus, and zero has none", () => {
  assert.deepEqual([-1.1, 2.44, -0.01].map(formatCoordinate), ["−1.1", "2.4", "0.0"]);
});

test("settings are never written in exponents", () => {
  assert.deepEqual([0.00001, 0.00003, 0.0003, 0.01, 1, 10, 0].map(formatSetting), ["0.00001", "0.00003", "0.0003", "0.01", "1", "10", "0"]);
});

test("ticks are short: plain in the middle, a power of ten where they would be long", () => {
  assert.deepEqual([0, 0.01, 2.5, 1e-6, 1e4, 3e-5].map(formatTick), ["0", "0.01", "2.5", "10⁻⁶", "10⁴", "3e-5"]);
});

test("norms of gradients have two digits, and very small ones a power with a true minus", () => {
  assert.deepEqual([0.3412, 12.34, 0, 2.1e-7, 5000, null, NaN].map(formatNorm), ["0.34", "12", "0", "2.1e−7", "5.0e3", "–", "–"]);
});

test("the first epochs have a digit after the point where there is something in it", () => {
  assert.deepEqual([0.5, 3, 3.04, 9.9, 10.5].map(formatEpoch), ["0.5", "3", "3", "9.9", "10"]);
});

test("weights have a true minus, fewer digits as they grow, and none before a zero", () => {
  assert.deepEqual([0.7321, -12.34, 100, -0.0001, Infinity].map(formatWeight), ["0.732", "−12.3", "100", "0.000", "–"]);
});

test("values have a sign, but not zero", () => {
  assert.deepEqual([0.5, -0.5, 0.001, -0.001].map(formatValue), ["+0.50", "−0.50", "0.00", "0.00"]);
});

test("the ends of a scale have a sign and no digits they do not need", () => {
  assert.deepEqual([-3.5, 1, 0.123].map(formatBound), ["−3.5", "+1", "+0.12"]);
});

test("sizes of files are told in thousands and millions of bytes", () => {
  assert.deepEqual([0, 400, 312_400, 999_499, 1_400_000].map(formatBytes), ["1\u2009kB", "1\u2009kB", "312\u2009kB", "999\u2009kB", "1.4\u2009MB"]);
});
