// Evaluates JSONata by the reference engine: a JSON line {expression, variables} in, a JSON line {value} or {error} out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import jsonata from "jsonata";

const parsed = new Map();
let depth = 0;
let deepest = 0;

function read(expression) {
  if (!parsed.has(expression)) {
    const read = jsonata(expression);
    read.registerFunction("hash", (text, algorithm) =>
      createHash(algorithm.replace("SHA-", "sha")).update(text).digest("hex"));
    read.registerFunction("uuid", () => "3f0c2c1e-0000-4000-8000-000000000000");
    read.registerFunction("random", () => 0.5);
    read.registerFunction("parse", (text) => JSON.parse(text));
    // as jsonata-js's own timeboxExpression counts, which leaks a level for each constructor of two or more members
    read.assign(Symbol.for("jsonata.__evaluate_entry"), (_expression, _input, environment) => {
      if (!environment.isParallelCall) deepest = Math.max(deepest, ++depth);
    });
    read.assign(Symbol.for("jsonata.__evaluate_exit"), (_expression, _input, environment) => {
      if (!environment.isParallelCall) depth--;
    });
    parsed.set(expression, read);
  }
  return parsed.get(expression);
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { expression, variables } = JSON.parse(line);
    depth = deepest = 0;
    const begun = performance.now();
    const value = await read(expression).evaluate(undefined, variables);
    answer = { value, depth: deepest, milliseconds: performance.now() - begun };
  } catch (error) {
    answer = { error: `${error.code}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
