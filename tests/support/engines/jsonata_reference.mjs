// Evaluates JSONata by the reference engine: a JSON line {expression, variables} in, a JSON line {value} or {error} out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import jsonata from "jsonata";

const parsed = new Map();

function read(expression) {
  if (!parsed.has(expression)) {
    const read = jsonata(expression);
    read.registerFunction("hash", (text, algorithm) =>
      createHash(algorithm.replace("SHA-", "sha")).update(text).digest("hex"));
    read.registerFunction("uuid", () => "3f0c2c1e-0000-4000-8000-000000000000");
    read.registerFunction("random", () => 0.5);
    parsed.set(expression, read);
  }
  return parsed.get(expression);
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { expression, variables } = JSON.parse(line);
    answer = { value: await read(expression).evaluate(undefined, variables) };
  } catch (error) {
    answer = { error: `${error.code}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
