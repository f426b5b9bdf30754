// Hold JSON from stdin against events.schema.json, and tell the faults as JSON.
import { readFile } from "node:fs/promises";
import Ajv from "ajv";
import formats from "ajv-formats";
let text = "";
for await (const part of process.stdin) text += part;
const ajv = new Ajv.default({ allErrors: true });
formats.default(ajv);
const holds = ajv.compile(JSON.parse(await readFile("events.schema.json", "utf8")));
holds(JSON.parse(text));
console.log(JSON.stringify((holds.errors || []).map((one) => `${one.instancePath} ${one.message}`)));
