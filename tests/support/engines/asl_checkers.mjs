// Checks definitions of state machines: a line of JSON in, a line of JSON {service, validator} of lists of messages out.
import { createInterface } from "node:readline";
import asl from "amazon-states-language-service";
import validate from "asl-validator";

// an editor's service: it wants the text as a document with a name, and answers by a promise
async function serviceSays(definition) {
  const service = asl.getLanguageService({});
  const document = asl.TextDocument.create("file:///definition.asl.json", "asl", 1, JSON.stringify(definition, null, 1));
  const found = await service.doValidation(document, service.parseJSONDocument(document), {});
  return found.map(({ range, message }) => `${message} [${document.getText(range).slice(0, 40)}]`);
}

// it writes the query language into what it is given
function validatorSays(definition) {
  const { errors } = validate(structuredClone(definition), { checkPaths: true, checkArn: true });
  return errors.map((error) => `${error["Error code"]}: ${error.Message}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const definition = JSON.parse(line);
  const answer = { service: await serviceSays(definition), validator: validatorSays(definition) };
  process.stdout.write(JSON.stringify(answer) + "\n");
}
