// node validate.mjs [--requests-only] RECORD.jsonl|DIRECTORY…
//
// Checks what a sandbox recorded against GitHub's OpenAPI description. Exits with 1 if a request
// or an answer is wrong, or if there is nothing to check. Where a test made the sandbox answer
// wrongly, only the requests can be held against the description.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { format, validate } from "./findings.mjs";

/** The `.jsonl` files that the arguments name, those of directories sorted. */
function recordFiles(paths) {
  return paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith(".jsonl"));
    return names.sort().map((name) => join(path, name));
  });
}

/** The records of a file, or the line that is none. */
function readRecords(file) {
  const records = [];
  for (const [at, line] of readFileSync(file, "utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    const origin = `${file}:${at + 1}`;
    let record;
    try {
      record = JSON.parse(line);
    } catch (error) {
      throw new Error(`${origin}: not a record: ${error.message}`);
    }
    if (typeof record?.method !== "string" || typeof record?.path !== "string") {
      throw new Error(`${origin}: not a record: it has no method or no path`);
    }
    // GitLab's API is none that GitHub describes.
    if (record.path.startsWith("/api/v4/")) continue;
    records.push({ record, origin });
  }
  return records;
}

function main(words) {
  const isRequestsOnly = words[0] === "--requests-only";
  const paths = isRequestsOnly ? words.slice(1) : words;
  if (paths.length === 0) {
    console.error("usage: node validate.mjs [--requests-only] RECORD.jsonl|DIRECTORY…");
    return 2;
  }
  let files;
  let records;
  try {
    files = recordFiles(paths);
    records = files.flatMap(readRecords);
  } catch (error) {
    console.error(error.message);
    return 1;
  }
  if (records.length === 0) {
    console.error(`nothing was recorded in ${paths.join(", ")}: ${files.length} files, no requests`);
    return 1;
  }
  const { findings: all, operations } = validate(records);
  const findings = isRequestsOnly ? all.filter((each) => !each.place.startsWith("response")) : all;
  const errors = findings.filter((each) => each.level === "error");
  const warnings = findings.filter((each) => each.level === "warning");
  for (const each of warnings) console.log(`warning: ${format(each)}`);
  for (const each of errors) console.log(`error: ${format(each)}`);
  for (const [name, count] of [...operations].sort()) console.log(`${String(count).padStart(6)} ${name}`);
  console.log(
    `${records.length} requests of ${operations.size} operations in ${files.length} files: ` +
      `${errors.length} errors, ${warnings.length} warnings`,
  );
  return errors.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
