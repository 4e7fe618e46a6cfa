import assert from "node:assert/strict";
import test from "node:test";

import { isLoopback } from "../../frontend/loopback.js";

test("a loopback name is told from one that others can open", () => {
  for (const name of ["127.0.0.1", "127.1.2.3", "localhost", "lab.localhost", "[::1]"]) assert.ok(isLoopback(name), name);
  for (const name of ["192.168.1.20", "lab.example.org", "127.example.org", "localhost.example.org", "[fe80::1]"]) assert.ok(!isLoopback(name), name);
});
