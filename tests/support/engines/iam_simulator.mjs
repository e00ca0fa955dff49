// Evaluates IAM policies: a JSON line {policies, calls} in, a JSON line [{result, ignored} or {error}] out, in the calls' order.
import { createInterface } from "node:readline";
import { runSimulation, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";

// these keys end in whatever the caller encrypts with, and the simulator only knows them without that
const OF_ENCRYPTION = /^kms:EncryptionContext:/;

// a policy with a name, as runSimulation makes them; without one, runUnsafeSimulation fails when it denies
function named(policy) {
  return policy ? { __validated: true, policyDocument: policy, metadata: { name: "resource" }, errors: [] } : undefined;
}

async function decide(policies, call) {
  const simulation = {
    request: {
      principal: call.principal,
      action: call.action,
      resource: { resource: call.resource, accountId: call.account },
      contextVariables: call.context,
    },
    identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: call.resourcePolicy ?? undefined,
  };
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === "error") return { error: JSON.stringify(answer.errors) };
  const results = answer.resultType === "single" ? [answer.result] : answer.results;
  const ignored = results.flatMap((result) => result.ignoredContextKeys);
  if (ignored.length > 0 && ignored.every((key) => OF_ENCRYPTION.test(key))) {
    // runSimulation has validated everything but these keys
    return { result: runUnsafeSimulation({ ...simulation, resourcePolicy: named(call.resourcePolicy) }, {}), ignored: [] };
  }
  return { result: answer.overallResult, ignored };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { policies, calls } = JSON.parse(line);
  const answers = [];
  for (const call of calls) {
    answers.push(await decide(policies, call).catch((error) => ({ error: String(error) })));
  }
  process.stdout.write(JSON.stringify(answers) + "\n");
}
