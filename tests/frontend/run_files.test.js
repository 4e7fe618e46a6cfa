import assert from "node:assert/strict";
import test from "node:test";

import { fetchRunFile, openingAddress, runAddress, RunRefused, sendRun } from "../../frontend/run_files.js";

const { signal } = new AbortController();
const refusedWith = (pattern) => (error) => error instanceof RunRefused && pattern.test(error.message);

test("addresses are relative to the page, so that it may lie below any path", () => {
  assert.equal(openingAddress("ab12"), "runs/ab12");
  assert.equal(runAddress("ab12", "cd34"), "runs/ab12/cd34.zip");
  assert.equal(runAddress("ab12", "cd34", "train.py"), "runs/ab12/cd34/train.py");
});

test("a run is posted as a form with its files by their names", async () => {
  const asked = [];
  const parts = [{ name: "config.json", content: new Blob(["{}"]) }, { name: "points.csv", content: new Blob(["id\n"]) }];
  const name = await sendRun("runs/ab12", parts, signal, async (address, options) => {
    asked.push([address, options]);
    return Response.json({ run_id: "20261125T101530Z-4f3a9c1b" });
  });
  assert.equal(name, "20261125T101530Z-4f3a9c1b");
  const [[address, { method, body }]] = asked;
  assert.deepEqual([address, method], ["runs/ab12", "POST"]);
  assert.deepEqual([...body.keys()], ["config.json", "points.csv"]);
  assert.equal(body.get("points.csv").name, "points.csv");
  assert.equal(await body.get("config.json").text(), "{}");
});

test("settings alone have no name, and an answer that is none is told as a lost one", async () => {
  assert.equal(await sendRun("runs/ab12", [], signal, async () => Response.json({ run_id: null })), null);
  await assert.rejects(sendRun("runs/ab12", [], signal, async () => new Response("<!doctype html>")), refusedWith(/connection was lost/));
});

test("why the server does not take it is told in its words", async () => {
  const answer = async () => Response.json({ message: "points.csv: line 3 has no label.", file: "points.csv" }, { status: 400 });
  await assert.rejects(sendRun("runs/ab12", [], signal, answer), refusedWith(/^points\.csv: line 3 has no label\.$/));
});

test("a file that is at fault is told from a server that cannot take it now", async () => {
  for (const [status, isFaulty] of [[400, true], [404, false], [409, false], [429, false], [503, false]]) {
    const answer = async () => Response.json({ message: "No.", file: null }, { status });
    await assert.rejects(sendRun("runs/ab12", [], signal, answer), { name: "RunRefused", message: "No.", isFaulty }, String(status));
  }
});

for (const [name, answer] of [
  ["a page", () => new Response("<!doctype html>", { status: 413 })],
  ["JSON without a sentence", () => Response.json({ message: 7 }, { status: 413 })],
  ["nothing", () => new Response(null, { status: 413 })],
]) {
  test(`a refusal that says ${name} is told with its status`, async () => {
    await assert.rejects(sendRun("runs/ab12", [], signal, async () => answer()), refusedWith(/no reason \(413\)/));
  });
}

test("a lost connection is told as one, what is called off is not told at all", async () => {
  await assert.rejects(sendRun("runs/ab12", [], signal, async () => { throw new TypeError("Failed to fetch"); }), refusedWith(/connection was lost.*try again/));
  const called = new AbortController();
  called.abort();
  await assert.rejects(sendRun("runs/ab12", [], called.signal, async () => called.signal.throwIfAborted()), { name: "AbortError" });
});

test("a file that is made when asked for comes, or the sentence what is missing", async () => {
  const good = await fetchRunFile("runs/ab12/cd34/model.onnx", async () => new Response("onnx"));
  assert.equal(await good.text(), "onnx");
  const missing = async () => Response.json({ message: "ONNX needs requirements-export.txt." }, { status: 501 });
  await assert.rejects(fetchRunFile("runs/ab12/cd34/model.onnx", missing), refusedWith(/requirements-export/));
  await assert.rejects(fetchRunFile("x", async () => { throw new TypeError("Failed to fetch"); }), refusedWith(/cannot be reached/));
});
