// Validates JSON against a schema of docs/schema: node validate_json.mjs SCHEMA [FILE…]. Without files it reads
// standard input. Says what is wrong, ends with 1. Schemas may name their neighbours.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Ajv from "ajv/dist/2020.js";

const [schema, ...files] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
for (const name of readdirSync(dirname(schema))) ajv.addSchema(read(join(dirname(schema), name)), name);
const validate = ajv.getSchema(basename(schema));
for (const file of files.length > 0 ? files : [0]) {
  if (validate(read(file))) continue;
  console.error(`${file}: ${JSON.stringify(validate.errors, null, 2)}`);
  process.exitCode = 1;
}
