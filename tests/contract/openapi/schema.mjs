// Values against the schemas of an OpenAPI 3.0 description.
//
// The walk over properties, items and alternatives is done here, and Ajv is asked about each
// node by itself. So a property that no schema knows can be reported, although GitHub's
// schemas are open, and of several alternatives only the nearest one is complained about.

import Ajv from "ajv";
import addFormats from "ajv-formats";

const kAssertions = [
  "type",
  "enum",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "required",
  "minProperties",
  "maxProperties",
  "minItems",
  "maxItems",
  "uniqueItems",
];

/**
 * Says what is wrong with a value; a problem is {pointer, message, value, isUnknown}. `isUnknown`:
 * no schema has the property, but none forbids it either.
 */
export class SchemaChecker {
  #description;
  #ajv = addFormats(new Ajv({ strict: false, allErrors: true, logger: false }))
    // GitHub gives its bots such addresses as `41898282+github-actions[bot]@users.noreply.github.com`.
    .addFormat("email", /^[^\s@]+@[^\s@]+$/);
  #validators = new Map();

  constructor(description) {
    this.#description = description;
  }

  check(schema, value) {
    return this.#visit([schema], value, "");
  }

  /** Checks one place of the value against all schemas that speak about it. */
  #visit(schemas, value, pointer) {
    const parts = schemas.map((schema) => this.#expand(schema, value, pointer, false));
    const problems = parts.flatMap((part) => part.problems);
    const nodes = parts.flatMap((part) => part.nodes);
    for (const { schema } of nodes) problems.push(...this.#assert(schema, value, pointer));
    if (Array.isArray(value)) {
      problems.push(...this.#visitItems(nodes, value, pointer));
    } else if (value !== null && typeof value === "object") {
      problems.push(...this.#visitProperties(nodes, value, pointer));
    }
    return problems;
  }

  /** The schemas that a schema consists of for this value: references followed, alternatives chosen. */
  #expand(schema, value, pointer, isAlternative) {
    const node = this.#description.resolve(schema);
    if (value === null && node.nullable) return { nodes: [], problems: [] };
    const parts = [{ nodes: [{ schema: node, isAlternative }], problems: [] }];
    for (const part of node.allOf ?? []) parts.push(this.#expand(part, value, pointer, isAlternative));
    for (const list of [node.anyOf, node.oneOf]) {
      if (list !== undefined) parts.push(this.#choose(list, value, pointer));
    }
    return {
      nodes: parts.flatMap((part) => part.nodes),
      problems: parts.flatMap((part) => part.problems),
    };
  }

  /**
   * The alternatives that fit, or else the nearest, whose problems are then found.
   * `oneOf` is read as `anyOf`: in an open description several may fit.
   */
  #choose(alternatives, value, pointer) {
    const tried = alternatives.map((schema) => {
      const problems = this.#visit([schema], value, pointer).filter((each) => !each.isUnknown);
      return { schema, distance: distance(problems, pointer) };
    });
    const fitting = tried.filter((each) => each.distance === 0);
    const [nearest] = tried.sort((a, b) => a.distance - b.distance);
    const chosen = fitting.length > 0 ? fitting : [nearest];
    const parts = chosen.map((each) => this.#expand(each.schema, value, pointer, true));
    return {
      nodes: parts.flatMap((part) => part.nodes),
      problems: parts.flatMap((part) => part.problems),
    };
  }

  #visitItems(nodes, value, pointer) {
    const schemas = nodes.map(({ schema }) => schema.items).filter((items) => items !== undefined);
    if (schemas.length === 0) return [];
    return value.flatMap((item, at) => this.#visit(schemas, item, `${pointer}/${at}`));
  }

  #visitProperties(nodes, value, pointer) {
    const isFree = isFreeForm(nodes);
    const isUnknown = !nodes.some(({ schema }) => isClosed(schema));
    return Object.entries(value).flatMap(([name, member]) => {
      const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const schemas = nodes.flatMap(({ schema }) => schemaOfProperty(schema, name));
      if (schemas.length > 0) return this.#visit(schemas, member, at);
      if (isFree) return [];
      return [{ pointer: at, message: "is not in GitHub's description", value: member, isUnknown }];
    });
  }

  #assert(schema, value, pointer) {
    const asserted = kAssertions.filter((name) => schema[name] !== undefined);
    const key = JSON.stringify(asserted.map((name) => [name, schema[name]]));
    if (!this.#validators.has(key)) {
      this.#validators.set(key, this.#ajv.compile(Object.fromEntries(JSON.parse(key))));
    }
    const validate = this.#validators.get(key);
    if (validate(value)) return [];
    return validate.errors.map((error) => ({ pointer, message: wording(error), value, isUnknown: false }));
  }
}

function schemaOfProperty(schema, name) {
  if (schema.properties && Object.hasOwn(schema.properties, name)) return [schema.properties[name]];
  const isSchema = schema.additionalProperties !== null && typeof schema.additionalProperties === "object";
  return isSchema ? [schema.additionalProperties] : [];
}

/**
 * Whether an object may hold whatever the client likes. An alternative that is open says nothing
 * of the sort: those of a check run are open only because the properties are listed beside them.
 */
function isFreeForm(nodes) {
  const lists = nodes.some(
    ({ schema }) => schema.properties || typeof schema.additionalProperties === "object",
  );
  const isOpened = nodes.some(
    ({ schema, isAlternative }) => schema.additionalProperties === true && !isAlternative,
  );
  return isOpened || (!lists && !nodes.some(({ schema }) => isClosed(schema)));
}

function isClosed(schema) {
  return schema.additionalProperties === false;
}

/** An alternative of another type altogether is farther away than one with several wrong members. */
function distance(problems, pointer) {
  const isOtherType = problems.some(
    (each) => each.pointer === pointer && each.message.startsWith("must be of type"),
  );
  return problems.length + (isOtherType ? 1000 : 0);
}

function wording(error) {
  if (error.keyword === "enum") return `must be one of ${error.params.allowedValues.join(", ")}`;
  if (error.keyword === "required") return `lacks the property ${error.params.missingProperty}`;
  if (error.keyword === "type") return `must be of type ${error.params.type}`;
  return error.message;
}
