// Starts the programs under test and stops them again.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const kPatience = 20_000;
const kInterval = 50;

/** A directory for one test; `remove` it when done. */
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), "mlx-contract-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes {path: text, bytes, or {content, mode}} below a directory. */
export function writeFiles(directory, files) {
  for (const [path, file] of Object.entries(files)) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.content ?? file, { mode: file.mode ?? 0o644 });
  }
}

/** Asks again and again until the answer is not undefined; rejects when that takes too long. */
export async function eventually(what, ask, patience = kPatience) {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patience / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, kInterval));
  }
}

/** A running `mlx`, with the lines that it has printed so far. */
class Program {
  output = [];
  errors = [];

  constructor(args, environment) {
    const binary = process.env.MLX_BINARY;
    if (!binary) throw new Error("set MLX_BINARY to the mlx program that is to be tested");
    this.child = spawn(binary, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    this.failed = once(this.child, "error").then(([error]) => {
      throw error;
    });
    this.failed.catch(() => {});
    this.closed = once(this.child, "close");
    // A test run that is cut short leaves nothing behind.
    process.once("exit", () => this.child.kill("SIGKILL"));
    for (const [stream, lines] of [
      [this.child.stdout, this.output],
      [this.child.stderr, this.errors],
    ]) {
      createInterface({ input: stream }).on("line", (line) => lines.push(line));
    }
  }

  /** The first thing that `find` makes of a printed line; rejects if the program ends before. */
  waitFor(what, find) {
    const search = eventually(what, () => {
      const { exitCode, signalCode } = this.child;
      const found = [...this.output, ...this.errors].map(find).find((each) => each !== undefined);
      if (found === undefined && (exitCode !== null || signalCode !== null)) {
        throw new Error(
          `${what}: the program ended with ${exitCode ?? signalCode}\n${this.errors.join("\n")}`,
        );
      }
      return found;
    });
    return Promise.race([search, this.failed]);
  }

  /** Ends the program, and returns its exit status when all that it printed is here. */
  async stop() {
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), kPatience);
    const [code] = await this.closed;
    clearTimeout(timer);
    return code;
  }
}

/** The environment without settings of MLX that the caller happens to have. */
function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MLX_")));
}

/**
 * A sandbox for the files of a directory. What it says of itself is in `description`.
 * With `isRecorded` it writes its requests where the caller's environment wants them.
 */
export async function startSandbox(project, { isRecorded = false } = {}) {
  const environment = plainEnvironment();
  const directory = process.env.MLX_SANDBOX_RECORD_DIR;
  if (isRecorded && directory) environment.MLX_SANDBOX_RECORD_DIR = directory;
  const program = new Program(["sandbox", "--listen", "127.0.0.1:0", "--project", project], environment);
  const description = await program.waitFor("the sandbox's description", (line) =>
    line.startsWith("{") ? JSON.parse(line) : undefined,
  );
  const control = async (path, options) => {
    const response = await fetch(`${description.url}/_sandbox/${path}`, options);
    if (!response.ok) throw new Error(`/_sandbox/${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  return {
    description,
    /** Every API request so far, with its answer. */
    requests: () => control("requests"),
    /** Returns when every webhook that is due was sent. */
    idle: () => control("idle"),
    addFault: (fault) => control("faults", { method: "POST", body: JSON.stringify(fault) }),
    stop: () => program.stop(),
  };
}

/**
 * `mlx serve` on a sandbox. `secret` signs its webhooks; `database` is the file of its queue.
 * It acts with a token, or with `isApp` as the sandbox's App.
 */
export async function startBot(sandbox, { secret, database, isApp = false }) {
  const { api_url: apiUrl, token, app } = sandbox.description;
  const credentials = isApp
    ? { MLX_GITHUB_APP_ID: String(app.id), MLX_GITHUB_PRIVATE_KEY: app.private_key }
    : { MLX_GITHUB_TOKEN: token };
  const program = new Program(["serve"], {
    ...plainEnvironment(),
    MLX_LISTEN: "127.0.0.1:0",
    MLX_DATABASE: database,
    MLX_WEBHOOK_SECRET: secret,
    MLX_GITHUB_API_URL: apiUrl,
    ...credentials,
    MLX_LOG_FORMAT: "json",
    MLX_LOG_LEVEL: "debug",
  });
  const url = await program.waitFor("the bot's address", (line) => {
    const entry = line.startsWith("{") ? JSON.parse(line) : {};
    return entry.message === "listening" ? entry.address : undefined;
  });
  return {
    url,
    /** What was logged so far, as objects. */
    log: () => program.errors.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)),
    /** The samples in /metrics by name and labels: `mlx_queue_jobs{state="dead"}`. */
    metrics: async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      return new Map(
        lines.map((line) => {
          const space = line.lastIndexOf(" ");
          return [line.slice(0, space), Number(line.slice(space + 1))];
        }),
      );
    },
    stop: () => program.stop(),
  };
}

/** Runs `mlx` to its end, and returns what it printed. */
export function runMlx(...args) {
  const binary = process.env.MLX_BINARY;
  if (!binary) throw new Error("set MLX_BINARY to the mlx program that is to be tested");
  return execFileSync(binary, args, { env: plainEnvironment(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** `mlx registry serve` on a catalogue. */
export async function startRegistry(catalogue) {
  const program = new Program(["registry", "serve", catalogue, "--listen", "127.0.0.1:0"], plainEnvironment());
  const index = await program.waitFor("the registry's address", (line) =>
    line.startsWith("http://") ? line : undefined,
  );
  return { index, url: new URL(index).origin, stop: () => program.stop() };
}
