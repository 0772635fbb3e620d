import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { temporaryDirectory } from "../support/programs.mjs";
import { loadDescription } from "./description.mjs";
import { format, validate } from "./findings.mjs";

const description = loadDescription();

const kHeaders = {
  accept: "application/vnd.github+json",
  "content-type": "application/json",
  "user-agent": "mlx-bot",
};

const request = (method, path, body, more = {}) => ({
  method,
  path: `/api/v3${path}`,
  query: {},
  headers: kHeaders,
  body: body ?? null,
  status: 0,
  response: null,
  ...more,
});

const findingsOf = (record) => validate([{ record, origin: "here" }], description).findings;
const errorsOf = (record) =>
  findingsOf(record)
    .filter(({ level }) => level === "error")
    .map(({ place, message }) => `${place}: ${message}`);
const operationOf = (method, path) =>
  [...validate([{ record: request(method, path), origin: "here" }], description).operations.keys()][0];

const kIssues = "/repos/o/r/issues";
const kTree = {
  base_tree: "a".repeat(40),
  tree: [
    { path: "a.txt", mode: "100644", type: "blob", content: "a" },
    { path: "b.txt", mode: "100644", type: "blob", sha: null },
  ],
};

describe("which operation a request means", () => {
  for (const [method, path, template] of [
    ["GET", "/repos/o/r", "/repos/{owner}/{repo}"],
    ["GET", "/repos/o/r/issues/comments/7", "/repos/{owner}/{repo}/issues/comments/{comment_id}"],
    ["GET", "/repos/o/r/issues/7/comments", "/repos/{owner}/{repo}/issues/{issue_number}/comments"],
    ["PATCH", "/repos/o/r/git/refs/heads/mlx/add/x", "/repos/{owner}/{repo}/git/refs/{ref}"],
    ["PATCH", "/repos/o/r/git/refs/heads%2Fmlx%2Fadd%2Fx", "/repos/{owner}/{repo}/git/refs/{ref}"],
    ["GET", "/repos/o/r/branches/mlx/add/x", "/repos/{owner}/{repo}/branches/{branch}"],
    ["GET", "/repos/o/r/branches/mlx%2Fx/protection", "/repos/{owner}/{repo}/branches/{branch}/protection"],
    ["GET", "/repos/o/r/branches/mlx/rename", "/repos/{owner}/{repo}/branches/{branch}"],
    ["GET", "/repos/o/r/contents/src/api/app.py", "/repos/{owner}/{repo}/contents/{path}"],
    ["GET", "/repos/o/r/compare/main...mlx/add/x", "/repos/{owner}/{repo}/compare/{basehead}"],
    ["GET", "/repositories/1296269/issues", "/repos/{owner}/{repo}/issues"],
  ]) {
    it(`${method} ${path}`, () => assert.equal(operationOf(method, path), `${method} ${template}`));
  }
});

describe("a right request", () => {
  for (const [what, record] of [
    [
      "creates an issue",
      request("POST", kIssues, { title: "t", labels: ["a", { name: "b" }], milestone: null }),
    ],
    ["creates a tree", request("POST", "/repos/o/r/git/trees", kTree)],
    ["lists with a query", request("GET", kIssues, null, { query: { per_page: "100", state: "all" } })],
    ["is recorded as text", request("POST", kIssues, JSON.stringify({ title: "t" }))],
    [
      "has free properties",
      request("POST", "/repos/o/r/dispatches", { event_type: "e", client_payload: { a: 1 } }),
    ],
    [
      "finishes a check run",
      request("POST", "/repos/o/r/check-runs", {
        name: "mlx",
        head_sha: "a",
        status: "completed",
        conclusion: "success",
      }),
    ],
  ]) {
    it(what, () => assert.deepEqual(errorsOf(record), []));
  }
});

describe("a wrong request", () => {
  const unknown = "is not in GitHub's description";
  const tree = (entry) => request("POST", "/repos/o/r/git/trees", { tree: [{ ...kTree.tree[0], ...entry }] });
  for (const [what, record, ...expected] of [
    [
      "has a misspelt field",
      request("POST", kIssues, { title: "t", boddy: "b" }),
      `request body/boddy: ${unknown}`,
    ],
    ["has one deeper down", tree({ shaa: "b" }), `request body/tree/0/shaa: ${unknown}`],
    [
      "has one beside alternatives",
      request("POST", "/repos/o/r/check-runs", { name: "mlx", head_sha: "a", outputs: {} }),
      `request body/outputs: ${unknown}`,
    ],
    [
      "has a wrong type",
      request("POST", kIssues, { title: "t", body: 5 }),
      "request body/body: must be of type string",
    ],
    [
      "has a number for a flag",
      request("PATCH", "/repos/o/r/git/refs/heads/x", { sha: "a", force: 1 }),
      "request body/force: must be of type boolean",
    ],
    ["lacks a field", request("POST", kIssues, { body: "b" }), "request body: lacks the property title"],
    ["lacks the body", request("POST", kIssues), "request body: is missing"],
    ["is not JSON", request("POST", kIssues, "{"), "request body: is not JSON"],
    [
      "has a value that is no choice",
      request("POST", "/repos/o/r/issues/comments/1/reactions", { content: "party" }),
      "request body/content: must be one of +1, -1, laugh, confused, heart, hooray, rocket, eyes",
    ],
    [
      "has one deeper down that is no choice",
      tree({ mode: "644" }),
      "request body/tree/0/mode: must be one of 100644, 100755, 040000, 160000, 120000",
    ],
    ["goes nowhere", request("GET", "/repos/o/r/isues"), "request path: GitHub has no such path"],
    [
      "uses another method",
      request("PUT", "/repos/o/r/pulls"),
      "request path: /repos/{owner}/{repo}/pulls has no PUT, only GET, POST",
    ],
    [
      "has no number where one belongs",
      request("GET", "/repos/o/r/pulls/x"),
      "request path {pull_number}: must be of type integer",
    ],
    [
      "has an unknown query",
      request("GET", kIssues, null, { query: { pre_page: "5" } }),
      `request query pre_page: ${unknown}`,
    ],
    [
      "has a query of a wrong type",
      request("GET", kIssues, null, { query: { page: "one" } }),
      "request query page: must be of type integer",
    ],
    [
      "has a query that is no choice",
      request("GET", "/repos/o/r/pulls", null, { query: { state: "opened" } }),
      "request query state: must be one of open, closed, all",
    ],
    [
      "asks for too long a page",
      request("GET", kIssues, null, { query: { per_page: "500" } }),
      "request query per_page: must be at most 100",
    ],
    [
      "has its query in the path",
      request("GET", `${kIssues}?pre_page=5`),
      `request query pre_page: ${unknown}`,
    ],
    ["lacks a query", request("GET", "/search/issues"), "request query q: is missing"],
    [
      "says nothing about itself",
      request("GET", kIssues, null, { headers: {} }),
      "request header accept: is missing",
      "request header user-agent: is missing",
    ],
    [
      "is a form",
      request("POST", kIssues, "title=t", {
        headers: { ...kHeaders, "content-type": "application/x-www-form-urlencoded" },
      }),
      "request header content-type: must be application/json",
    ],
    [
      "has a body for nothing",
      request("GET", kIssues, { state: "all" }),
      "request body: is sent, but none is expected",
    ],
  ]) {
    it(what, () => assert.deepEqual(errorsOf(record), expected));
  }
});

describe("an answer", () => {
  const reaction = {
    id: 1,
    node_id: "n",
    user: null,
    content: "eyes",
    created_at: "2026-01-31T12:00:00Z",
  };
  const answered = (status, response) =>
    request("POST", "/repos/o/r/issues/comments/1/reactions", { content: "eyes" }, { status, response });

  it("is right", () => assert.deepEqual(findingsOf(answered(201, reaction)), []));

  it("lacks a field", () => {
    const { content, ...rest } = reaction;
    assert.deepEqual(errorsOf(answered(200, rest)), ["response 200: lacks the property content"]);
  });

  it("has a wrong format", () => {
    assert.deepEqual(errorsOf(answered(200, { ...reaction, created_at: "today" })), [
      'response 200/created_at: must match format "date-time"',
    ]);
  });

  it("is missing", () =>
    assert.deepEqual(errorsOf(answered(200, null)), ["response 200: must be of type object"]));

  it("is there where none belongs", () => {
    const record = request("DELETE", "/repos/o/r/git/refs/heads/x", null, { status: 204, response: {} });
    assert.deepEqual(errorsOf(record), ["response: status 204 has no body"]);
  });

  it("is only warned of when it says more, or has a status of its own", () => {
    const levels = (record) => findingsOf(record).map(({ level, message }) => `${level}: ${message}`);
    assert.deepEqual(levels(answered(201, { ...reaction, mood: "good" })), [
      "warning: is not in GitHub's description",
    ]);
    assert.deepEqual(levels(answered(502, null)), ["warning: status 502 is not documented here"]);
  });

  it("of another media type is not looked at", () => {
    const headers = { ...kHeaders, accept: "application/vnd.github.raw" };
    const record = request("GET", "/repos/o/r/contents/a", null, { headers, status: 200, response: "text" });
    assert.deepEqual(findingsOf(record), []);
  });
});

describe("a payload of a webhook", () => {
  const errors = (event, payload) =>
    validate([{ event, payload, origin: "here" }], description).findings.map(
      ({ place, message }) => `${place}: ${message}`,
    );

  it("lacks what GitHub sends", () => {
    const found = errors("issue_comment", { action: "created" });
    assert.ok(found.includes("payload: lacks the property comment"), found.join("\n"));
  });

  it("is of no event", () =>
    assert.deepEqual(errors("comment", { action: "made" }), ["payload: GitHub has no such event"]));
});

describe("a finding", () => {
  it("is one line, with a long value shortened", () => {
    const record = request("POST", kIssues, { title: "t", boddy: "b".repeat(500) });
    const [finding] = findingsOf(record).filter(({ level }) => level === "error");
    const line = format({ ...finding, origin: "run.jsonl:3" });
    assert.match(
      line,
      /^run\.jsonl:3: POST \/repos\/\{owner\}\/\{repo\}\/issues: request body\/boddy: is not in GitHub's description; it is "b+…$/,
    );
    assert.ok(line.length < 250, line);
  });

  it("is counted, not repeated", () => {
    const wrong = {
      record: request("POST", "/repos/o/r/git/trees", { tree: [{ shaa: 1 }, { shaa: 2 }] }),
      origin: "here",
    };
    const errors = validate([wrong, wrong], description).findings.filter(({ level }) => level === "error");
    assert.deepEqual(
      errors.map(({ place, count }) => [place, count]),
      [["request body/tree/0/shaa", 4]],
    );
  });
});

describe("the command", () => {
  let directory;
  const tool = fileURLToPath(new URL("validate.mjs", import.meta.url));
  const run = (...paths) =>
    spawnSync(process.execPath, [tool, ...paths], { cwd: directory.path, encoding: "utf8" });
  const write = (name, ...lines) =>
    writeFileSync(join(directory.path, name), lines.map((line) => `${line}\n`).join(""));
  const right = JSON.stringify(request("GET", kIssues));
  const wrong = JSON.stringify(request("GET", "/repos/o/r/isues"));

  before(() => {
    directory = temporaryDirectory();
    mkdirSync(join(directory.path, "right"));
    mkdirSync(join(directory.path, "empty"));
    write("right/a.jsonl", right, "", right);
    write("right/notes.txt", "no record");
    write("wrong.jsonl", right, wrong);
    write("cut.jsonl", right, right.slice(0, 40));
  });
  after(() => directory.remove());

  it("takes the files of a directory", () => {
    const { status, stdout } = run("right");
    assert.equal(status, 0, stdout);
    assert.match(stdout, /2 requests of 1 operations in 1 files: 0 errors/);
  });

  it("fails for a wrong request, and says where it is", () => {
    const { status, stdout } = run("right", "wrong.jsonl");
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^error: wrong\.jsonl:2: GET \/repos\/o\/r\/isues: request path: GitHub has no such path/m,
    );
  });

  for (const [what, path, said] of [
    ["a directory without records", "empty", /nothing was recorded in empty/],
    ["a file that is not there", "none.jsonl", /none\.jsonl/],
    ["a line that is cut off", "cut.jsonl", /cut\.jsonl:2: not a record/],
  ]) {
    it(`fails for ${what}`, () => {
      const { status, stderr } = run(path);
      assert.equal(status, 1);
      assert.match(stderr, said);
    });
  }
});
