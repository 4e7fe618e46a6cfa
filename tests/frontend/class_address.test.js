import assert from "node:assert/strict";
import test from "node:test";

import { classAddress } from "../../frontend/class_address.js";

const answer = (body, status = 200) => () => Promise.resolve(new Response(body, { status }));

test("the address of a class is the one that the server tells", async () => {
  assert.equal(await classAddress(answer('{"class": true, "address": "http://192.168.1.23:8888/", "token": "x"}')), "http://192.168.1.23:8888/");
});

test("without a class, a network or an answer of ours there is none", async () => {
  for (const send of [
    answer('{"class": false, "address": null, "token": null}'), answer("<p>Log in first"), answer("<p>Code?", 403), answer('{"address": "http://192.168.1.1/"}', 502),
    () => Promise.reject(new TypeError("Failed to fetch")), () => Promise.reject(new DOMException("It took too long.", "TimeoutError")),
  ]) assert.equal(await classAddress(send), null);
});

test("what is wrong in the page is not swallowed", async () => {
  await assert.rejects(classAddress(() => Promise.reject(new RangeError("A fault."))), RangeError);
});
