// One recorded request and its answer, or one delivery of a webhook, against GitHub's description.

import { SchemaChecker } from "./schema.mjs";

const kJson = "application/json";

/**
 * A finding is {level: "error"|"warning", operation, place, message, value}; `place` is such as
 * "request path {ref}", "request query page", "request header accept", "request body/title",
 * "response 200/0/id" or "payload/comment/id".
 */
export class Checker {
  #description;
  #schemas;

  constructor(description) {
    this.#description = description;
    this.#schemas = new SchemaChecker(description);
  }

  /** Checks a record of the sandbox: {method, path, query, headers, body, status, response}. */
  checkRecord(record) {
    const path = record.path
      .replace(/^\/api\/v3(?=\/)/, "")
      .replace(/\?.*$/s, "")
      // GitHub's own page links name the repository by its number.
      .replace(/^\/repositories\/(\d+)(?=\/|$)/, "/repos/by-id/$1");
    const found = this.#description.find(record.method, path);
    if (found.problem) {
      return {
        operation: undefined,
        findings: [finding("error", `${record.method} ${path}`, "request path", found.problem, path)],
      };
    }
    const { operation, values } = found;
    const headers = lowerCaseKeys(record.headers);
    const findings = [
      ...this.#checkPath(operation, values),
      ...this.#checkQuery(operation, queryOf(record)),
      ...this.#checkHeaders(operation, headers),
      ...this.#checkBody(operation, headers, record.body),
      ...this.#checkAnswer(operation, headers, record),
    ];
    return { operation: operation.name, findings };
  }

  /** Checks what a webhook brought. */
  checkPayload(event, payload) {
    const operation = [event, payload.action].filter(Boolean).join(".");
    const schema = this.#description.payloadSchema(event, payload.action);
    if (schema === undefined) {
      return {
        operation,
        findings: [finding("error", operation, "payload", "GitHub has no such event", event)],
      };
    }
    const findings = this.#schemas.check(schema, payload).map((each) => {
      const level = each.isUnknown ? "warning" : "error";
      return finding(level, operation, `payload${each.pointer}`, each.message, each.value);
    });
    return { operation, findings };
  }

  #checkPath(operation, values) {
    return operation.parametersIn("path").flatMap((parameter) => {
      const value = this.#typed(parameter.schema, [values.get(parameter.name)]);
      return this.#schemas
        .check(parameter.schema, value)
        .map((each) =>
          finding("error", operation.name, `request path {${parameter.name}}`, each.message, each.value),
        );
    });
  }

  #checkQuery(operation, query) {
    const place = (name) => `request query ${name}`;
    const known = new Map(operation.parametersIn("query").map((each) => [each.name, each]));
    const findings = [];
    for (const [name, texts] of query) {
      const parameter = known.get(name);
      if (parameter === undefined) {
        findings.push(
          finding("error", operation.name, place(name), "is not in GitHub's description", texts.join()),
        );
        continue;
      }
      const value = this.#typed(parameter.schema, texts);
      for (const problem of this.#schemas.check(parameter.schema, value)) {
        findings.push(finding("error", operation.name, place(name), problem.message, problem.value));
      }
      // The description has this limit in its prose only.
      const most = /\bmax(?:imum)?:? (\d+)/i.exec(parameter.description ?? "");
      if (name === "per_page" && most && value > Number(most[1])) {
        findings.push(finding("error", operation.name, place(name), `must be at most ${most[1]}`, value));
      }
    }
    for (const parameter of known.values()) {
      if (parameter.required && !query.has(parameter.name)) {
        findings.push(finding("error", operation.name, place(parameter.name), "is missing"));
      }
    }
    return findings;
  }

  /** GitHub refuses a request without User-Agent, and asks for an Accept header. */
  #checkHeaders(operation, headers) {
    return ["accept", "user-agent"]
      .filter((name) => !headers[name])
      .map((name) => finding("error", operation.name, `request header ${name}`, "is missing"));
  }

  #checkBody(operation, headers, recorded) {
    const isPresent = recorded !== undefined && recorded !== null && recorded !== "";
    if (!operation.body) {
      if (!isPresent || isEmptyObject(recorded)) return [];
      return [finding("error", operation.name, "request body", "is sent, but none is expected", recorded)];
    }
    if (!isPresent) {
      return operation.body.required ? [finding("error", operation.name, "request body", "is missing")] : [];
    }
    const type = (headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();
    const content = operation.body.content[type];
    if (content === undefined) {
      const known = Object.keys(operation.body.content).join(" or ");
      return [finding("error", operation.name, "request header content-type", `must be ${known}`, type)];
    }
    if (type !== kJson) return [];
    const body = parsed(recorded);
    if (body === undefined)
      return [finding("error", operation.name, "request body", "is not JSON", recorded)];
    return this.#schemas
      .check(content.schema, body)
      .map((each) =>
        finding("error", operation.name, `request body${each.pointer}`, each.message, each.value),
      );
  }

  #checkAnswer(operation, headers, record) {
    // 0: the sandbox kept silent.
    if (record.status === undefined || record.status === 0) return [];
    const answer = operation.answer(record.status);
    if (answer === undefined) {
      const message = `status ${record.status} is not documented here`;
      return [finding("warning", operation.name, "response", message)];
    }
    const body = parsed(record.response);
    const schema = answer.content?.[kJson]?.schema;
    if (schema === undefined) {
      const isEmpty = body === undefined || body === null || body === "" || answer.content !== undefined;
      if (isEmpty || record.status === 304) return [];
      return [finding("error", operation.name, "response", `status ${record.status} has no body`, body)];
    }
    // Another media type was asked for: the file, the difference or the id itself.
    if (/vnd\.github\.(?:v3\.)?(?:raw|diff|patch|sha|html)\b/.test(headers.accept ?? "")) return [];
    return this.#schemas
      .check(schema, body ?? null)
      .filter((each) => !isUndocumentedButReal(record.status, each))
      .map((each) => {
        const level = each.isUnknown ? "warning" : "error";
        return finding(
          level,
          operation.name,
          `response ${record.status}${each.pointer}`,
          each.message,
          each.value,
        );
      });
  }

  /** A parameter's text as the value that its schema speaks of; the text itself if it is none. */
  #typed(schema, texts) {
    const node = this.#description.resolve(schema);
    if (node.type === "array") {
      return texts.flatMap((text) => text.split(",")).map((text) => this.#typed(node.items, [text]));
    }
    if (texts.length > 1) return texts;
    const [text] = texts;
    const isNumber = (node.type === "integer" || node.type === "number") && /^-?\d+(\.\d+)?$/.test(text);
    if (isNumber) return Number(text);
    if (node.type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
    return text;
  }
}

/** Every refusal repeats its status in the body, though only some are described so. */
function isUndocumentedButReal(status, problem) {
  return status >= 400 && problem.isUnknown && problem.pointer === "/status";
}

function finding(level, operation, place, message, value) {
  return { level, operation, place, message, value };
}

function lowerCaseKeys(headers) {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** Name to the texts given for it, from an object, a list of pairs, or a query string. */
function queryOf({ query, path }) {
  const inPath = new URLSearchParams(path.split("?")[1] ?? "");
  let pairs = query ?? [];
  if (typeof query === "string") {
    pairs = [...new URLSearchParams(query)];
  } else if (!Array.isArray(pairs)) {
    pairs = Object.entries(pairs).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  }
  const found = new Map();
  for (const [name, value] of [...inPath, ...pairs]) {
    const key = name.replace(/\[\]$/, "");
    found.set(key, [...(found.get(key) ?? []), String(value)]);
  }
  return found;
}

/** What a text of JSON means; other values stay as they are. Undefined for other text. */
function parsed(recorded) {
  if (typeof recorded !== "string" || recorded === "") return recorded;
  try {
    return JSON.parse(recorded);
  } catch {
    return undefined;
  }
}

function isEmptyObject(value) {
  return typeof value === "object" && Object.keys(value).length === 0;
}
