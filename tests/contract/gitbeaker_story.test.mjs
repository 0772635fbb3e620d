// GitLab's own client in JavaScript lives through a merge request in the sandbox: what it sends is understood,
// and what it reads back is what happened. The objects are compared with git's view of them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";

import { Gitlab } from "@gitbeaker/rest";

import { startSandbox, temporaryDirectory, writeFiles } from "./support/programs.mjs";

const kFiles = {
  "README.md": "# Shop\n\nGrüße — 你好\n",
  "src/api/app.py": "app = 1\nsecond = 2\nthird = 3\n",
  "src/api/old.py": "legacy = True\n",
  "scripts/run.sh": { content: "#!/bin/sh\nexec true\n", mode: 0o755 },
  "data/model.bin": Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a]),
};
const kBranch = "mlx/add/api-serving";
const kSigningKey = Buffer.from("a key of twenty-four bytes");

/** What the client made of a refusal: its status and GitLab's words. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return { status: error.cause?.response?.status, words: error.cause?.description };
  }
  throw new assert.AssertionError({ message: "it was not refused" });
}

/** Takes webhooks, and keeps what came. */
async function startReceiver() {
  const events = [];
  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray()).toString("utf8");
    events.push({ headers: incoming.headers, body, payload: JSON.parse(body) });
    response.writeHead(200).end("ok");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    events,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("gitbeaker against the sandbox", () => {
  let directory;
  let sandbox;
  let receiver;
  let project;
  let bot;
  const people = {};
  const known = {};
  const git = (...args) =>
    execFileSync("git", ["--git-dir", sandbox.description.git, ...args], { encoding: "utf8" }).trimEnd();
  /** The events of a kind, when all were sent. */
  const sent = async (kind) => {
    await sandbox.idle();
    return receiver.events.filter(({ payload }) => payload.object_kind === kind);
  };

  before(async () => {
    directory = temporaryDirectory();
    writeFiles(directory.path, kFiles);
    sandbox = await startSandbox(directory.path);
    const { url: host, token, users, project: path } = sandbox.description.gitlab;
    project = path;
    bot = new Gitlab({ host, token });
    for (const [login, person] of Object.entries(users)) people[login] = new Gitlab({ host, token: person.token });
    receiver = await startReceiver();
  });

  after(async () => {
    receiver.stop();
    await sandbox.stop();
    directory.remove();
  });

  it("knows who asks, and refuses who is nobody", async () => {
    const me = await bot.Users.showCurrentUser();
    assert.equal(me.username, sandbox.description.gitlab.bot_username);
    assert.equal(me.bot, true);
    known.bot = me;
    const nobody = new Gitlab({ host: sandbox.description.gitlab.url, token: "glpat-nobody" });
    assert.deepEqual(await refusal(nobody.Users.showCurrentUser()), { status: 401, words: "401 Unauthorized" });
  });

  it("finds the project by its path and by its id", async () => {
    const byPath = await bot.Projects.show(project);
    const byId = await bot.Projects.show(byPath.id);
    assert.deepEqual(byPath, byId);
    assert.equal(byPath.path_with_namespace, project);
    assert.equal(byPath.default_branch, "main");
    assert.equal((await refusal(bot.Projects.show("octo-team/nothing"))).status, 404);
    const mine = await bot.Projects.all({ membership: true, minAccessLevel: 30 });
    assert.deepEqual(mine.map((each) => each.id), [byPath.id]);
  });

  it("tells what everybody may do", async () => {
    const levels = {};
    for (const login of ["octocat", "maintainer-mia", "writer-will", "triage-tom", "reader-rita"]) {
      const [user] = await bot.Users.all({ username: login });
      levels[login] = (await bot.ProjectMembers.show(project, user.id, { includeInherited: true })).access_level;
    }
    assert.deepEqual(Object.values(levels), [50, 40, 30, 20, 10]);
    const [stranger] = await bot.Users.all({ username: "stranger-sam" });
    const lookup = bot.ProjectMembers.show(project, stranger.id, { includeInherited: true });
    assert.equal((await refusal(lookup)).status, 404);
    assert.deepEqual(await bot.Users.all({ username: "nobody" }), []);
  });

  it("hears of what happens, signed both ways", async () => {
    const hook = await people.octocat.ProjectHooks.add(project, receiver.url, {
      noteEvents: true,
      issuesEvents: true,
      mergeRequestsEvents: true,
      pushEvents: true,
      token: "the secret token",
      signing_token: `whsec_${kSigningKey.toString("base64")}`,
    });
    assert.equal(hook.note_events, true);
    assert.equal((await refusal(people["writer-will"].ProjectHooks.all(project))).status, 403);
    assert.equal((await people.octocat.ProjectHooks.all(project)).length, 1);
  });

  it("lists the files as git has them", async () => {
    const tree = await bot.Repositories.allRepositoryTrees(project, { recursive: true, perPage: 2 });
    const listed = tree.map(({ mode, type, id, path }) => `${mode} ${type} ${id}\t${path}`);
    assert.deepEqual(listed, git("-c", "core.quotePath=false", "ls-tree", "-r", "-t", "main").split("\n"));
    const file = await bot.RepositoryFiles.show(project, "README.md", "main");
    assert.equal(Buffer.from(file.content, "base64").toString("utf8"), kFiles["README.md"]);
    assert.equal((await refusal(bot.RepositoryFiles.show(project, "nothing.md", "main"))).status, 404);
  });

  it("commits several changes at once, to a branch that it makes", async () => {
    const main = (await bot.Branches.show(project, "main")).commit.id;
    const commit = await bot.Commits.create(
      project,
      kBranch,
      "Add api-serving\n\nWith two lines.",
      [
        { action: "create", filePath: "src/web.py", content: "web = 1\n" },
        { action: "update", filePath: "src/api/app.py", content: "app = 1\nchanged = 2\nthird = 3\n" },
        { action: "delete", filePath: "src/api/old.py" },
        { action: "create", filePath: "bin/run", content: Buffer.from("#!/bin/sh\n").toString("base64"), encoding: "base64" },
        { action: "chmod", filePath: "bin/run", execute_filemode: true },
      ],
      { startSha: main },
    );
    assert.deepEqual(commit.parent_ids, [main]);
    assert.equal(git("rev-parse", kBranch), commit.id);
    assert.equal(git("show", `${kBranch}:src/web.py`), "web = 1");
    assert.match(git("ls-tree", kBranch, "bin/"), /^100755 blob/);
    assert.equal(git("log", "-1", "--format=%ae", kBranch), known.bot.commit_email);
    known.head = commit.id;
    const again = bot.Commits.create(project, kBranch, "x", [{ action: "create", filePath: "y", content: "" }], {
      startSha: main,
    });
    assert.match((await refusal(again)).words, /already exists/);
    const reader = people["reader-rita"].Commits.create(project, kBranch, "x", []);
    assert.equal((await refusal(reader)).status, 403);
  });

  it("compares the branches", async () => {
    const compared = await bot.Repositories.compare(project, "main", kBranch);
    assert.deepEqual(compared.commits.map(({ id }) => id), [known.head]);
    assert.deepEqual(
      compared.diffs.map(({ new_path }) => new_path).sort(),
      ["bin/run", "src/api/app.py", "src/api/old.py", "src/web.py"],
    );
    const base = await bot.Repositories.mergeBase(project, ["main", kBranch]);
    assert.equal(base.id, git("merge-base", "main", kBranch));
  });

  it("opens one merge request for a branch, and tells of it", async () => {
    const made = await bot.MergeRequests.create(project, kBranch, "main", "Draft: Add api-serving", {
      description: "What it adds",
      labels: "mlx,update",
    });
    assert.equal(made.draft, true);
    assert.equal(made.title, "Draft: Add api-serving");
    assert.deepEqual(made.labels, ["mlx", "update"]);
    assert.equal(made.diff_refs.head_sha, known.head);
    known.iid = made.iid;
    const second = await refusal(bot.MergeRequests.create(project, kBranch, "main", "Another"));
    assert.equal(second.status, 409);
    const missing = await refusal(bot.MergeRequests.create(project, "nowhere", "main", "Another"));
    assert.equal(missing.status, 400);
    const [listed] = await bot.MergeRequests.all({ projectId: project, sourceBranch: kBranch, state: "opened" });
    assert.equal(listed.iid, made.iid);
    const [event] = await sent("merge_request");
    assert.equal(event.payload.object_attributes.action, "open");
    assert.equal(event.payload.object_attributes.iid, made.iid);
    assert.equal(event.headers["x-gitlab-event"], "Merge Request Hook");
  });

  it("signs what it sends as the newer versions do, and names it by one id", async () => {
    const [{ headers, body }] = await sent("merge_request");
    assert.equal(headers["x-gitlab-token"], "the secret token");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const digest = createHmac("sha256", kSigningKey).update(signed).digest("base64");
    assert.equal(headers["webhook-signature"], `v1,${digest}`);
    assert.equal(headers["webhook-id"], headers["idempotency-key"]);
    assert.match(headers["x-gitlab-event-uuid"], /^[0-9a-f-]{36}$/);
  });

  it("keeps notes in order, and reactions once", async () => {
    const note = await people["writer-will"].MergeRequestNotes.create(project, known.iid, "/mlx add web");
    const emoji = await bot.MergeRequestNoteAwardEmojis.award(project, known.iid, note.id, "eyes");
    assert.equal(emoji.name, "eyes");
    const again = await refusal(bot.MergeRequestNoteAwardEmojis.award(project, known.iid, note.id, "eyes"));
    assert.equal(again.status, 404);
    const answer = await bot.MergeRequestNotes.create(project, known.iid, "Done.");
    const edited = await bot.MergeRequestNotes.edit(project, known.iid, answer.id, { body: "Done!" });
    assert.equal(edited.body, "Done!");
    const notes = await bot.MergeRequestNotes.all(project, known.iid, { sort: "asc" });
    assert.deepEqual(notes.map(({ body }) => body), ["/mlx add web", "Done!"]);
    const [first] = await sent("note");
    assert.equal(first.payload.object_attributes.note, "/mlx add web");
    assert.equal(first.payload.object_attributes.noteable_type, "MergeRequest");
    assert.equal(first.payload.merge_request.iid, known.iid);
    assert.equal(first.payload.user.username, "writer-will");
    await bot.MergeRequestNotes.remove(project, known.iid, answer.id);
    assert.equal((await refusal(bot.MergeRequestNotes.show(project, known.iid, answer.id))).status, 404);
  });

  it("puts remarks on lines that it shows, and on no others", async () => {
    const { diff_refs: refs } = await bot.MergeRequests.show(project, known.iid);
    const position = {
      positionType: "text",
      baseSha: refs.base_sha,
      startSha: refs.start_sha,
      headSha: refs.head_sha,
      newPath: "src/api/app.py",
      oldPath: "src/api/app.py",
    };
    const made = await bot.MergeRequestDiscussions.create(project, known.iid, "```suggestion:-0+0\nx\n```", {
      position: { ...position, newLine: 2 },
    });
    assert.equal(made.notes[0].type, "DiffNote");
    assert.equal(made.notes[0].position.new_line, 2);
    // A line that did not change is named by both numbers.
    const half = bot.MergeRequestDiscussions.create(project, known.iid, "x", { position: { ...position, newLine: 3 } });
    assert.equal((await refusal(half)).status, 400);
    await bot.MergeRequestDiscussions.create(project, known.iid, "x", {
      position: { ...position, newLine: 3, oldLine: 3 },
    });
    const discussions = await bot.MergeRequestDiscussions.all(project, known.iid);
    assert.equal(discussions.filter(({ individual_note }) => !individual_note).length, 2);
  });

  it("sets a commit's status once for each state", async () => {
    await bot.Commits.editStatus(project, known.head, "running", { name: "MLX" });
    await bot.Commits.editStatus(project, known.head, "success", { name: "MLX", description: "Nothing clashes" });
    const again = bot.Commits.editStatus(project, known.head, "success", { name: "MLX" });
    assert.match((await refusal(again)).words, /Cannot transition/);
    const statuses = await bot.Commits.allStatuses(project, known.head);
    assert.deepEqual(statuses.map(({ name, status, description }) => [name, status, description]), [
      ["MLX", "success", "Nothing clashes"],
    ]);
  });

  it("keeps issues apart from merge requests, and pages them", async () => {
    for (let number = 0; number < 45; ++number) {
      await people["writer-will"].Issues.create(project, `Issue ${number}`, { labels: "many" });
    }
    const all = await bot.Issues.all({ projectId: project, labels: "many", perPage: 20 });
    assert.equal(all.length, 45);
    assert.ok(all.every(({ state }) => state === "opened"));
    const { data, paginationInfo } = await bot.Issues.all({
      projectId: project,
      labels: "many",
      perPage: 20,
      page: 3,
      maxPages: 1,
      showExpanded: true,
    });
    assert.equal(data.length, 5);
    assert.deepEqual([paginationInfo.current, paginationInfo.total, paginationInfo.totalPages], [3, 45, 3]);
    assert.equal((await refusal(bot.Issues.show(known.iid, { projectId: project }))).status, 404);
    const edited = await people["writer-will"].Issues.edit(project, all[0].iid, {
      description: "- [x] done",
      stateEvent: "close",
      addLabels: "extra",
    });
    assert.equal(edited.state, "closed");
    assert.deepEqual(edited.labels.sort(), ["extra", "many"]);
    const events = await sent("issue");
    const changed = events.find(({ payload }) => payload.changes?.description !== undefined);
    assert.equal(changed.payload.changes.description.current, "- [x] done");
  });

  it("makes a draft ready by its title, merges, and tells of it", async () => {
    const ready = await bot.MergeRequests.edit(project, known.iid, { title: "Add api-serving" });
    assert.equal(ready.draft, false);
    const merged = await bot.MergeRequests.merge(project, known.iid);
    assert.equal(merged.state, "merged");
    assert.ok(merged.merged_at);
    const events = await sent("merge_request");
    assert.equal(events.at(-1).payload.object_attributes.action, "merge");
    await bot.Branches.remove(project, kBranch);
    assert.equal((await refusal(bot.Branches.show(project, kBranch))).status, 404);
  });
});
