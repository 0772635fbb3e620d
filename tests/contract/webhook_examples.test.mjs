// The bot gets every example payload that GitHub publishes, signed as GitHub does. None of them
// holds a command, so each is stored, looked at, and ignored. Those of a pull request with other
// commits are made to name one that is there, in a repository that is no platform.

import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { eventually, startBot, startSandbox, temporaryDirectory, writeFiles } from "./support/programs.mjs";

const kSecret = "a secret of the contract test";
const kInFlight = 8;

const require = createRequire(import.meta.url);
const kExamples = require("@octokit/webhooks-examples/api.github.com/index.json").flatMap(
  ({ name, examples }) => examples.map((payload) => ({ event: name, payload })),
);

const isAsking = ({ event, payload }) =>
  (event === "pull_request" && ["opened", "reopened", "synchronize"].includes(payload.action)) ||
  (event === "check_suite" && payload.action === "rerequested");

const hmac = (algorithm, body, secret = kSecret) => createHmac(algorithm, secret).update(body).digest("hex");

/** The headers of a delivery as GitHub sends them. */
function headersOf(event, body) {
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/044aadd",
    "X-GitHub-Delivery": randomUUID(),
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": "292430182",
    "X-GitHub-Hook-Installation-Target-ID": "79929171",
    "X-GitHub-Hook-Installation-Target-Type": "repository",
    "X-Hub-Signature": `sha1=${hmac("sha1", body)}`,
    "X-Hub-Signature-256": `sha256=${hmac("sha256", body)}`,
  };
}

describe("GitHub's webhook examples against the bot", () => {
  let directory;
  let sandbox;
  let bot;
  let taken = 0;

  /** Sends a body; `change` may replace headers, or remove them with undefined. Returns {status, answer}. */
  async function deliver(event, body, change = {}) {
    const headers = Object.entries({ ...headersOf(event, body), ...change });
    const response = await fetch(`${bot.url}/webhooks/github`, {
      method: "POST",
      headers: headers.filter(([, value]) => value !== undefined),
      body,
    });
    taken += response.status === 202 ? 1 : 0;
    return { status: response.status, answer: await response.json() };
  }

  const jobs = async (outcome) => (await bot.metrics()).get(`mlx_jobs_total{outcome="${outcome}"}`) ?? 0;

  /** Waits until every delivery that was taken has come to its end; returns the metrics then. */
  const finish = () =>
    eventually(
      "an empty queue",
      async () => {
        const metrics = await bot.metrics();
        const left = ["waiting", "running"].map((state) => metrics.get(`mlx_queue_jobs{state="${state}"}`));
        const ends = ["done", "ignored", "refused", "dead"].map(
          (end) => metrics.get(`mlx_jobs_total{outcome="${end}"}`) ?? 0,
        );
        const ended = ends.reduce((sum, count) => sum + count);
        return left.every((count) => count === 0) && ended >= taken ? metrics : undefined;
      },
      60_000,
    );

  /** Asks the sandbox's API as somebody who may write. */
  async function ask(method, path, body) {
    const { api_url: api, full_name: name, users } = sandbox.description;
    const response = await fetch(`${api}/repos/${name}${path}`, {
      method,
      headers: {
        Accept: "application/vnd.github+json",
        Authorization: `Bearer ${users["writer-will"].token}`,
        "Content-Type": "application/json",
        "User-Agent": "contract-test",
      },
      body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
  }

  /** The example as if it had happened in the sandbox. */
  function here({ event, payload }, changes) {
    const { full_name: name, owner } = sandbox.description;
    const moved = { ...structuredClone(payload), ...changes };
    if (moved.check_suite) moved.check_suite.pull_requests[0].number = changes.number;
    Object.assign(moved.repository, { name: name.split("/")[1], full_name: name });
    moved.repository.owner.login = owner;
    return { event, payload: moved };
  }

  async function openPullRequest() {
    const main = (await ask("GET", "/branches/main")).commit.sha;
    const tree = [{ path: "src/new.py", mode: "100644", type: "blob", content: "NEW = True\n" }];
    const { sha } = await ask("POST", "/git/trees", { base_tree: main, tree });
    const commit = await ask("POST", "/git/commits", { message: "Add it", tree: sha, parents: [main] });
    await ask("POST", "/git/refs", { ref: "refs/heads/feature", sha: commit.sha });
    return ask("POST", "/pulls", { title: "Add it", head: "feature", base: "main" });
  }

  const complaints = () => bot.log().filter(({ level }) => level === "error" || level === "warning");

  before(async () => {
    directory = temporaryDirectory();
    const project = join(directory.path, "shop");
    writeFiles(project, {
      "pyproject.toml":
        '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = []\n',
      "src/__init__.py": "",
    });
    sandbox = await startSandbox(project, { isRecorded: true });
    bot = await startBot(sandbox, { secret: kSecret, database: join(directory.path, "queue.db") });
  });

  after(async () => {
    await bot?.stop();
    await sandbox?.stop();
    directory?.remove();
  });

  it("are hundreds, of dozens of events, without a command", () => {
    assert.ok(kExamples.length > 300, `${kExamples.length} examples`);
    assert.ok(new Set(kExamples.map(({ event }) => event)).size > 50);
    const commands = kExamples.filter(({ payload }) => /^\s*\/mlx\b/m.test(payload.comment?.body ?? ""));
    assert.deepEqual(commands, []);
  });

  it("are all taken, and ignored without an error", async () => {
    const { number } = await openPullRequest();
    const waiting = kExamples.map((example) => (isAsking(example) ? here(example, { number }) : example));
    const refused = [];
    const send = async () => {
      for (let example = waiting.shift(); example !== undefined; example = waiting.shift()) {
        const { event, payload } = example;
        const { status, answer } = await deliver(event, JSON.stringify(payload));
        if (status !== 202) refused.push({ event, action: payload.action, status, answer });
      }
    };
    await Promise.all(Array.from({ length: kInFlight }, send));
    assert.deepEqual(refused, []);
    const metrics = await finish();
    assert.equal(metrics.get('mlx_jobs_total{outcome="ignored"}'), kExamples.length);
    assert.equal(metrics.get('mlx_queue_jobs{state="dead"}'), 0);
    assert.deepEqual(complaints(), []);
    const asked = (await sandbox.requests()).filter(({ headers }) => headers["user-agent"] === "mlx-bot");
    const asking = kExamples.filter(isAsking);
    assert.ok(asking.length > 0);
    const looks = asked.filter(({ path }) => path.endsWith(`/pulls/${number}`));
    assert.equal(looks.length, 2 * asking.length, "each pull request was looked at, and again before anything was said");
    const others = asked.filter(({ method, path }) => method !== "GET" && !path.includes("/check-runs"));
    assert.deepEqual(others, [], "the forge was asked to change something but a check run without a command");
  });

  it("are recognised when they come again", async () => {
    const [{ event, payload }] = kExamples;
    const body = JSON.stringify(payload);
    const id = { "X-GitHub-Delivery": randomUUID() };
    assert.equal((await deliver(event, body, id)).status, 202);
    assert.deepEqual(await deliver(event, body, id), {
      status: 200,
      answer: { delivery: id["X-GitHub-Delivery"], duplicate: true },
    });
    await finish();
    assert.equal(await jobs("ignored"), kExamples.length + 1);
  });

  for (const [what, change] of [
    [
      "a signature by another secret",
      (body) => ({ "X-Hub-Signature-256": `sha256=${hmac("sha256", body, "other")}` }),
    ],
    ["a signature of another body", () => ({ "X-Hub-Signature-256": `sha256=${hmac("sha256", "{}")}` })],
    [
      "a signature that is cut off",
      (body) => ({ "X-Hub-Signature-256": `sha256=${hmac("sha256", body).slice(1)}` }),
    ],
    ["a SHA-1 signature only", () => ({ "X-Hub-Signature-256": undefined })],
    ["no signature", () => ({ "X-Hub-Signature-256": undefined, "X-Hub-Signature": undefined })],
  ]) {
    it(`are refused with ${what}`, async () => {
      const [{ event, payload }] = kExamples;
      const body = JSON.stringify(payload);
      const before = await jobs("ignored");
      const { status, answer } = await deliver(event, body, change(body));
      assert.equal(status, 401);
      assert.match(answer.error, /signature/i);
      await finish();
      assert.equal(await jobs("ignored"), before);
    });
  }

  it("may be of an event that nobody knows", async () => {
    const before = await jobs("ignored");
    assert.equal((await deliver("an_event_of_the_future", '{"action":"begun"}')).status, 202);
    await finish();
    assert.equal(await jobs("ignored"), before + 1);
    assert.deepEqual(complaints(), []);
  });

  it("answer a command, once it is in one of them", async () => {
    const { bot_login: login } = sandbox.description;
    const issue = await ask("POST", "/issues", { title: "Serve the model" });
    const comment = await ask("POST", `/issues/${issue.number}/comments`, { body: "/mlx help" });
    const example = kExamples.find(
      ({ event, payload }) => event === "issue_comment" && payload.action === "created",
    );
    const { payload } = here(example);
    payload.issue.number = issue.number;
    payload.sender.login = "writer-will";
    Object.assign(payload.comment, { id: comment.id, body: comment.body, created_at: comment.created_at });
    payload.comment.user.login = "writer-will";
    assert.equal((await deliver("issue_comment", JSON.stringify(payload))).status, 202);
    await finish();
    assert.equal(await jobs("done"), 1);
    assert.deepEqual(complaints(), []);
    const comments = await ask("GET", `/issues/${issue.number}/comments`);
    const answers = comments.filter(({ user }) => user.login === login);
    assert.equal(answers.length, 1);
    assert.match(answers[0].body, /\/mlx add/);
  });

  // Last, because it leaves dead jobs and errors in the log, and ends the bot.
  it("are given up at once when they are not JSON, not tried for ever", async () => {
    for (const body of ['{"action":', "\u0000\u00ff", "[]"]) {
      assert.equal((await deliver("issue_comment", body)).status, 202);
    }
    assert.equal((await deliver("issue_comment", '{"action":"created"}')).status, 202);
    const metrics = await finish();
    const counts = ["dead", "retried", "postponed"].map(
      (end) => metrics.get(`mlx_jobs_total{outcome="${end}"}`) ?? 0,
    );
    assert.deepEqual(counts, [4, 0, 0]);
    assert.equal(metrics.get('mlx_queue_jobs{state="dead"}'), 4);
    assert.equal(await bot.stop(), 0);
    const found = complaints();
    assert.deepEqual(
      found.map(({ message, event }) => [message, event]),
      Array(4).fill(["job given up", "issue_comment"]),
    );
    assert.ok(found.every(({ reason }) => reason.length > 0));
  });
});
