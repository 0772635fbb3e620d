// GitHub's OpenAPI description, and which of its operations a request means.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What one operation promises: its parameters, its body by media type, its answers by status. */
export class Operation {
  constructor(description, method, template, fields) {
    this.description = description;
    this.name = `${method.toUpperCase()} ${template}`;
    this.parameters = (fields.parameters ?? []).map((each) => description.resolve(each));
    this.body = fields.requestBody ? description.resolve(fields.requestBody) : undefined;
    this.answers = fields.responses ?? {};
  }

  parametersIn(place) {
    return this.parameters.filter((each) => each.in === place);
  }

  /** The answer documented for a status; undefined when there is none. */
  answer(status) {
    const found = this.answers[String(status)];
    return found ? this.description.resolve(found) : undefined;
  }
}

export class Description {
  constructor(document) {
    this.document = document;
    this.templates = Object.entries(document.paths).map(([template, methods]) =>
      this.#compile(template, methods),
    );
  }

  /** Follows `$ref`s until there is something else. */
  resolve(value) {
    let target = value;
    while (target?.$ref !== undefined) {
      const keys = target.$ref.slice(2).split("/").map(unescapePointer);
      target = keys.reduce((at, key) => at[key], this.document);
    }
    return target;
  }

  /**
   * The operation for a path below the API's address, still percent-encoded or not.
   *
   * Returns {operation, values: Map}, or {problem} when GitHub has no such path or method.
   * Several templates may fit, because a reference or a file path may hold slashes: the
   * one with most fixed segments that knows the method is meant.
   */
  find(method, path) {
    const fitting = this.templates
      .map((template) => ({ template, match: template.expression.exec(path) }))
      .filter(({ match }) => match !== null)
      .sort((a, b) => compareSpecificity(a.template, b.template));
    if (fitting.length === 0) return { problem: "GitHub has no such path" };
    const verb = method.toLowerCase();
    const found = fitting.find(({ template }) => template.methods[verb] !== undefined);
    if (found === undefined) {
      const [{ template }] = fitting;
      const known = Object.keys(template.methods).map((each) => each.toUpperCase());
      return { problem: `${template.text} has no ${method}, only ${known.join(", ")}` };
    }
    const { template, match } = found;
    const values = new Map(template.names.map((name, at) => [name, decode(match[at + 1])]));
    return { operation: this.#operation(template, verb), values };
  }

  /** What the payload of an event looks like; undefined for an event that GitHub does not have. */
  payloadSchema(event, action) {
    const key = [event, action].filter(Boolean).join("_").replaceAll("_", "-");
    return this.document["x-webhooks"][key]?.post.requestBody.content["application/json"].schema;
  }

  #operation(template, verb) {
    template.operations[verb] ??= new Operation(this, verb, template.text, template.methods[verb]);
    return template.operations[verb];
  }

  #compile(text, methods) {
    const long = this.#parametersWithSlashes(methods);
    const names = [];
    const kinds = [];
    const pattern = text
      .split("/")
      .slice(1)
      .map((segment) => {
        kinds.push(!segment.includes("{") ? "fixed" : long.has(segment.slice(1, -1)) ? "long" : "short");
        return segment.replace(/\{([^}]*)\}|[^{]+/g, (part, name) => {
          if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
          names.push(name);
          return long.has(name) ? "(.+)" : "([^/]+)";
        });
      });
    const expression = new RegExp(`^/${pattern.join("/")}/?$`);
    return { text, methods, names, kinds, expression, operations: {} };
  }

  #parametersWithSlashes(methods) {
    const parameters = Object.values(methods).flatMap((each) => each.parameters ?? []);
    const marked = parameters.map((each) => this.resolve(each)).filter((each) => each["x-multi-segment"]);
    return new Set(marked.map((each) => each.name));
  }
}

/** The description that the npm package holds: the form with references, a fifth of the other's size. */
export function loadDescription() {
  const require = createRequire(import.meta.url);
  const file = require.resolve("@octokit/openapi/generated/api.github.com.json");
  const document = JSON.parse(readFileSync(file, "utf8"));
  correct(document);
  return new Description(document);
}

/** Where the description contradicts itself. */
function correct(document) {
  // An account that is a user and an enterprise at once; the schema `installation` says either.
  const { schema } = document.paths["/app/installations"].get.responses["200"].content["application/json"];
  const { account } = schema.items.properties;
  account.anyOf ??= account.allOf;
  delete account.allOf;
  // What is outdated has no line any more, as the schemas of webhooks say of the same comments.
  const { properties } = document.components.schemas["pull-request-review-comment"];
  for (const name of ["line", "position"]) properties[name].nullable = true;
}

function compareSpecificity(a, b) {
  const count = (template, kind) => template.kinds.filter((each) => each === kind).length;
  const more = count(b, "fixed") - count(a, "fixed") || count(a, "long") - count(b, "long");
  if (more !== 0) return more;
  const difference = a.kinds.findIndex((kind, at) => kind !== b.kinds[at]);
  if (difference === -1) return 0;
  return a.kinds[difference] === "fixed" ? -1 : 1;
}

function unescapePointer(key) {
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
