// Many records and payloads together: what is wrong with them, once for each kind.

import { Checker } from "./check.mjs";
import { loadDescription } from "./description.mjs";

/**
 * Checks [{record, origin}] and [{event, payload, origin}]. Findings of one kind are one, with the
 * origin of the first and a count.
 */
export function validate(items, description = loadDescription()) {
  const checker = new Checker(description);
  const findings = new Map();
  const operations = new Map();
  for (const { record, event, payload, origin } of items) {
    const { operation, findings: found } = record
      ? checker.checkRecord(record)
      : checker.checkPayload(event, payload);
    if (operation) operations.set(operation, (operations.get(operation) ?? 0) + 1);
    for (const each of found) {
      const place = each.place.replace(/\/\d+(?=\/|$)/g, "/*");
      const key = JSON.stringify([each.level, each.operation, place, each.message]);
      const known = findings.get(key);
      if (known) known.count += 1;
      else findings.set(key, { ...each, origin, count: 1 });
    }
  }
  return { findings: [...findings.values()], operations };
}

export function format({ operation, place, message, value, origin, count }) {
  const kLongest = 120;
  const text = value === undefined ? "" : JSON.stringify(value);
  const shown = text.length > kLongest ? `${text.slice(0, kLongest)}…` : text;
  const times = count > 1 ? ` (${count} times)` : "";
  return `${origin}: ${operation}: ${place}: ${message}${shown ? `; it is ${shown}` : ""}${times}`;
}
