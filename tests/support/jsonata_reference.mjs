// Evaluates JSONata by the reference engine: a JSON line {expression, variables} in, a JSON line {value} or {error} out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import jsonata from "jsonata";

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { expression, variables } = JSON.parse(line);
    const parsed = jsonata(expression);
    parsed.registerFunction("hash", (text, algorithm) =>
      createHash(algorithm.replace("SHA-", "sha")).update(text).digest("hex"));
    parsed.registerFunction("uuid", () => "3f0c2c1e-0000-4000-8000-000000000000");
    parsed.registerFunction("random", () => 0.5);
    answer = { value: await parsed.evaluate(undefined, variables) };
  } catch (error) {
    answer = { error: `${error.code}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
