// The client of the official SDK of the Model Context Protocol against `mlx mcp`: it holds every message against the
// protocol's schema, and every answer against the schema that the tool gives for it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { McpError } from "@modelcontextprotocol/sdk/types.js";

import { temporaryDirectory, writeFiles } from "./support/programs.mjs";

const kProgram = resolve(process.env.MLX_BINARY);
const kReading = ["list", "search", "info", "check", "recommend", "status"];
const kProject = {
  "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = []\n',
  "src/client.py":
    "import time\n\nimport requests\n\n\ndef fetch(url):\n    for attempt in range(3):\n        try:\n" +
    "            return requests.get(url, timeout=5).json()\n        except requests.RequestException:\n" +
    "            time.sleep(2**attempt)\n",
};

describe("the client of the official SDK", () => {
  let directory;
  let project;
  let client;
  let transport;

  beforeEach(() => {
    directory = temporaryDirectory();
    project = join(directory.path, "shop");
    writeFiles(project, kProject);
  });
  afterEach(async () => {
    await client?.close();
    directory.remove();
  });

  /** Starts the server and lists its tools, which makes the client check their answers. */
  async function connect(...options) {
    transport = new StdioClientTransport({ command: kProgram, args: ["mcp", "-C", project, ...options], stderr: "pipe" });
    client = new Client({ name: "contract", version: "1.0" });
    await client.connect(transport);
    const { tools } = await client.listTools();
    return Object.fromEntries(tools.map((tool) => [tool.name, tool]));
  }

  /** What a tool answers; its text says the same. */
  async function call(name, given = {}) {
    const result = await client.callTool({ name, arguments: given });
    assert.equal(result.isError, false, JSON.stringify(result.content));
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
    return result.structuredContent;
  }

  it("agrees on the latest revision that it knows, and on who is there", async () => {
    await connect();
    assert.equal(client.getServerVersion().name, "mlx");
    assert.match(client.getInstructions(), /search/);
    assert.deepEqual(client.getServerCapabilities(), { tools: {} });
    assert.deepEqual(await client.ping(), {});
  });

  it("lists tools that only read", async () => {
    const tools = await connect();
    assert.deepEqual(Object.keys(tools), [...kReading, "add"]);
    for (const [name, tool] of Object.entries(tools)) {
      assert.equal(tool.annotations.readOnlyHint, true, name);
      assert.ok(tool.title && tool.description && tool.outputSchema, name);
      assert.equal(tool.inputSchema.additionalProperties, false, name);
    }
    assert.ok(!("apply" in tools.add.inputSchema.properties));
  });

  it("calls every tool", async () => {
    await connect();
    const names = (answer) => answer.components.map((component) => component.name);
    assert.ok(names(await call("list")).includes("api-serving"));
    assert.deepEqual(names(await call("list", { installed: true })), []);
    assert.deepEqual(names(await call("search", { query: "ttlcache" })), ["utility-framework"]);
    assert.ok((await call("info", { component: "api-serving" })).provides.routes.length > 2);
    const checked = await call("check", { components: ["api-serving"] });
    assert.ok(checked.components.some((component) => component.name === "api-serving"));
    assert.deepEqual((await call("check")).findings, []);
    const [recommended] = (await call("recommend", { limit: 1 })).recommendations;
    assert.equal(recommended.component, "utility-framework");
    assert.equal(recommended.evidence[0].file, "src/client.py");
    assert.deepEqual((await call("status")).components, []);
    const planned = await call("add", { components: ["plugin-registry"] });
    assert.equal(planned.applied, false);
    assert.match(planned.diff, /^\+def plugin\($/m);
    assert.ok(!existsSync(join(project, "mlx.lock")), "nothing is written");
  });

  it("is told what a tool cannot do, in words", async () => {
    await connect();
    const said = async (name, given) => {
      const result = await client.callTool({ name, arguments: given });
      assert.equal(result.isError, true);
      assert.equal(result.structuredContent, undefined);
      return result.content[0].text;
    };
    assert.match(await said("info", { component: "api-servin" }), /did you mean `api-serving`/);
    assert.match(await said("info", { component: "../../etc/passwd" }), /there is no component/);
    assert.match(await said("info", {}), /needs the argument `component`/);
    assert.match(await said("add", { components: ["api-serving"], apply: true }), /no argument `apply`/);
    assert.match(await said("add", { components: [] }), /must be a list/);
    assert.match(await said("recommend", { limit: 0 }), /whole number/);
    assert.match(await said("list", { directory: "/" }), /no argument `directory`/);
    await assert.rejects(client.callTool({ name: "remove", arguments: {} }), McpError);
    assert.ok(!existsSync(join(project, "mlx.lock")));
  });

  it("adds a component where it may write, if asked to apply", async () => {
    const tools = await connect("--write");
    assert.equal(tools.add.annotations.readOnlyHint, false);
    for (const name of kReading) assert.equal(tools[name].annotations.readOnlyHint, true);
    assert.equal((await call("add", { components: ["plugin-registry"] })).applied, false);
    assert.ok(!existsSync(join(project, "mlx.lock")));
    const added = await call("add", { components: ["plugin-registry"], apply: true });
    assert.deepEqual([added.applied, added.diff], [true, null]);
    assert.match(readFileSync(join(project, "src/plugins/spec.py"), "utf8"), /def plugin/);
    const status = await call("status");
    assert.deepEqual(status.components.map((one) => one.name), ["config-management", "plugin-registry"]);
    const again = await call("add", { components: ["plugin-registry"], apply: true });
    assert.deepEqual([again.applied, again.files], [false, []]);
  });

  it("is told that nothing was written where something stands in the way", async () => {
    await connect("--write");
    writeFiles(project, { "src/plugins/spec.py": "MINE = 1\n" });
    const result = await client.callTool({ name: "add", arguments: { components: ["plugin-registry"], apply: true } });
    assert.equal(result.isError, true);
    assert.equal(result.structuredContent.blocked, true);
    assert.ok(!existsSync(join(project, "mlx.lock")));
  });

  it("sees what changed between two calls", async () => {
    await connect();
    writeFiles(project, { "mlx.toml": "source-rot = 1\n" });
    const broken = await client.callTool({ name: "status", arguments: {} });
    assert.equal(broken.isError, true);
    assert.match(broken.content[0].text, /mlx\.toml:1/);
    writeFiles(project, { "mlx.toml": "" });
    assert.deepEqual((await call("status")).components, []);
  });

  it("ends the server by closing", async () => {
    await connect();
    const ended = once(transport._process, "close");
    await client.close();
    assert.equal((await ended)[0], 0);
  });
});
