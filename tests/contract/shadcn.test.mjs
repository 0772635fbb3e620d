// The client of shadcn, as its users run it, against `mlx registry serve`: on the catalogue that is extracted
// from the reference platform, in a plain Python repository. Nothing but the loopback is within its reach.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { runMlx, startRegistry, temporaryDirectory, writeFiles } from "./support/programs.mjs";

const kTop = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const kClient = join(kTop, "build/shadcn/node_modules/shadcn/dist");
const kPatience = 60_000;

/** What stands in the repository before. */
const kOwn = {
  "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = []\n',
  "src/own.py": "OWN = 1\n",
};
/** What `mlx add` does beside copying files, and shadcn's client does not. */
const kOursOnly = ["mlx.lock", ".env.example", "pyproject.toml"];

const [major, minor] = process.versions.node.split(".").map(Number);
const isOld = major < 20 || (major === 20 && minor < 19);
const skip = isOld && `the client of shadcn needs Node.js 20.19, and this is ${process.version}`;

/** {path: text} of all files below a directory. */
function readFiles(directory) {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Object.fromEntries(
    paths.map((path) => [path.slice(directory.length + 1), readFileSync(path, "utf8")]).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const without = (files, names) => Object.fromEntries(Object.entries(files).filter(([path]) => !names.includes(path)));

describe("shadcn's client", { skip }, () => {
  let directory;
  let catalogue;
  let registry;
  let repositories = 0;

  /** A repository of its own for a test. */
  function makeRepository(more = {}) {
    const path = join(directory.path, `shop-${(repositories += 1)}`);
    writeFiles(path, { ...kOwn, ...more });
    return path;
  }

  /** Runs the client in a directory, without standard input; asserts that it did not look outside. */
  function shadcn(where, ...args) {
    const log = join(directory.path, "connections");
    writeFileSync(log, "");
    const done = spawnSync(process.execPath, [join(kClient, "index.js"), ...args], {
      cwd: where,
      env: {
        PATH: process.env.PATH,
        HOME: join(directory.path, "home"),
        NODE_OPTIONS: `--require ${join(kTop, "tests/contract/support/loopback_only.cjs")}`,
        LOOPBACK_ONLY_LOG: log,
      },
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      timeout: kPatience,
    });
    assert.equal(readFileSync(log, "utf8"), "", "connections that it tried");
    assert.equal(done.status, 0, `shadcn ${args.join(" ")}\n${done.stdout}\n${done.stderr}`);
    return done.stdout + done.stderr;
  }

  const describeComponent = (name) => JSON.parse(readFileSync(join(catalogue, name, "component.json"), "utf8"));

  before(async () => {
    directory = temporaryDirectory();
    mkdirSync(join(directory.path, "home"));
    catalogue = join(directory.path, "catalogue");
    runMlx("extract", "-C", join(kTop, "examples/ml-platform"), "--out", catalogue);
    registry = await startRegistry(catalogue);
  });

  after(async () => {
    await registry?.stop();
    directory?.remove();
  });

  it("would be caught if it looked outside", () => {
    const log = join(directory.path, "outside");
    writeFileSync(log, "");
    spawnSync(process.execPath, ["-e", "fetch('http://192.0.2.1/').catch(() => fetch('http://mlx.example/')).catch(() => {})"], {
      env: {
        NODE_OPTIONS: `--require ${join(kTop, "tests/contract/support/loopback_only.cjs")}`,
        LOOPBACK_ONLY_LOG: log,
      },
    });
    assert.deepEqual(readFileSync(log, "utf8").split("\n"), ["192.0.2.1", "mlx.example", ""]);
  });

  it("adds a component and what it requires, as `mlx add` does", () => {
    const theirs = makeRepository();
    const said = shadcn(theirs, "add", `${registry.url}/r/api-serving.json`, "-y");
    assert.match(said, /Declare these dependencies of api-serving:\n +fastapi>=/);
    const ours = makeRepository();
    runMlx("add", "api-serving", "-C", ours, "--registry", catalogue);

    const files = readFiles(theirs);
    assert.deepEqual(without(files, kOursOnly), without(readFiles(ours), kOursOnly));
    assert.equal(files["pyproject.toml"], kOwn["pyproject.toml"]);
    const templates = ["api-serving", "config-management"].flatMap((name) =>
      describeComponent(name).files.map(({ path, target }) => [target, readFileSync(join(catalogue, name, path), "utf8")]),
    );
    assert.ok(templates.length > 30);
    assert.deepEqual(files, { ...files, ...Object.fromEntries(templates), ...kOwn });
    assert.equal(Object.keys(files).length, templates.length + Object.keys(kOwn).length);
  });

  it("adds a version that is asked for by name", () => {
    const repository = makeRepository();
    shadcn(repository, "add", `${registry.url}/r/utility-framework@1.0.0.json`, "-y");
    const targets = describeComponent("utility-framework").files.map(({ target }) => target);
    assert.deepEqual(Object.keys(readFiles(repository)).sort(), [...Object.keys(kOwn), ...targets].sort());
  });

  it("leaves the file alone to which a component adds lines, and says which they are", () => {
    const repository = makeRepository();
    shadcn(repository, "add", `${registry.url}/r/api-serving.json`, "-y");
    const before = readFiles(repository);
    const said = shadcn(repository, "add", `${registry.url}/r/rate-limiting.json`, "-y");
    assert.match(said, /Add to the application in src\/api\/app\.py:\n.*import add_rate_limiting\n +add_rate_limiting\(app\)/);
    const files = readFiles(repository);
    assert.deepEqual(files, { ...files, ...before });
    assert.ok("src/rate_limiting/middleware.py" in files);
    const ours = makeRepository();
    runMlx("add", "rate-limiting", "-C", ours, "--registry", catalogue);
    const enhanced = [...kOursOnly, "src/api/app.py"];
    assert.deepEqual(without(files, enhanced), without(readFiles(ours), enhanced));
  });

  it("does not overwrite an application that the user changed", () => {
    const app = "from fastapi import FastAPI\n\n\ndef create_app() -> FastAPI:\n    return FastAPI(title='mine')\n";
    const repository = makeRepository({ "src/api/app.py": app });
    shadcn(repository, "add", `${registry.url}/r/rate-limiting.json`, "-y");
    assert.equal(readFiles(repository)["src/api/app.py"], app);
  });

  it("gets a line end for a file that is empty", async () => {
    const platform = join(directory.path, "platform");
    writeFiles(platform, {
      "mlx.toml": 'source-root = "src"\nimport-root = "src"\n[components.tiny]\npaths = ["src/tiny"]\nversion = "1.0.0"\n',
      "pyproject.toml": kOwn["pyproject.toml"],
      "src/__init__.py": "",
      "src/tiny/__init__.py": "",
      "src/tiny/one.py": 'ONE = "\\u00e4 \u00e4 \ud83d\ude80"\r\n',
    });
    const tiny = join(directory.path, "tiny");
    runMlx("extract", "-C", platform, "--out", tiny);
    const server = await startRegistry(tiny);
    try {
      const repository = makeRepository();
      shadcn(repository, "add", `${server.url}/r/tiny.json`, "-y");
      const files = readFiles(repository);
      assert.equal(files["src/tiny/__init__.py"], "\n");
      assert.equal(files["src/tiny/one.py"], 'ONE = "\\u00e4 \u00e4 \ud83d\ude80"\r\n');
    } finally {
      await server.stop();
    }
  });

  it("shows a component", () => {
    const [item] = JSON.parse(shadcn(makeRepository(), "view", `${registry.url}/r/api-serving.json`));
    assert.equal(item.name, "api-serving");
    assert.deepEqual(item.registryDependencies, [`${registry.url}/r/config-management.json`]);
    const component = describeComponent("api-serving");
    assert.deepEqual(item.files.map(({ target }) => target), component.files.map(({ target }) => `~/${target}`));
    assert.deepEqual(JSON.parse(item.meta.mlx.component), component);
  });

  for (const verb of ["search", "list"]) {
    it(`finds components by their words (${verb})`, () => {
      const answer = (...args) => JSON.parse(shadcn(makeRepository(), verb, registry.index, "--json", ...args));
      const names = readdirSync(catalogue).filter((name) => name !== "r" && name !== "registry.json");
      assert.deepEqual(answer().items.map(({ name }) => name), names.sort());
      const [found] = answer("-q", "rate limit").items;
      assert.equal(found.name, "rate-limiting");
      assert.equal(found.addCommandArgument, `${registry.url}/r/rate-limiting.json`);
    });
  }

  it("finds and shows components of a registry that components.json names", () => {
    const repository = makeRepository({
      "components.json": JSON.stringify({ registries: { "@mlx": `${registry.url}/r/{name}.json` } }),
    });
    const found = JSON.parse(shadcn(repository, "search", "@mlx", "--json", "-q", "configuration"));
    assert.equal(found.items[0].addCommandArgument, "@mlx/config-management");
    const [item] = JSON.parse(shadcn(repository, "view", "@mlx/config-management"));
    assert.equal(item.name, "config-management");
  });

  it("says that the registry is valid", () => {
    const said = shadcn(catalogue, "registry", "validate", "./registry.json");
    assert.match(said, /Registry is valid/);
    assert.match(said, /10 items/);
  });

  it("has schemas that take everything that is written", async () => {
    const { registryItemSchema, registrySchema } = await import(pathToFileURL(join(kClient, "schema/index.js")).href);
    const read = (path) => JSON.parse(readFileSync(join(catalogue, path), "utf8"));
    for (const path of ["registry.json", "r/registry.json"]) registrySchema.parse(read(path));
    const items = readdirSync(join(catalogue, "r")).filter((name) => name !== "registry.json");
    assert.equal(items.length, 20);
    for (const name of items) registryItemSchema.parse(read(`r/${name}`));
  });
});
