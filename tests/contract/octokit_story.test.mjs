// GitHub's own client lives through a pull request in the sandbox: what it sends is understood,
// and what it reads back is what happened. The objects are compared with git's view of them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

import { App } from "octokit";

import { loadDescription } from "./openapi/description.mjs";
import { format, validate } from "./openapi/findings.mjs";
import { SandboxOctokit, kSilent, refusal, startReceiver } from "./support/octokit.mjs";
import { startSandbox, temporaryDirectory, writeFiles } from "./support/programs.mjs";

const kApp = "from fastapi import FastAPI\n\napp = FastAPI()\n";
const kBinary = Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a]);
const kFiles = {
  "README.md": "# Shop\n\nGrüße — 你好\n",
  "src/api/app.py": kApp,
  "src/api/old.py": "legacy = True\n",
  "scripts/run.sh": { content: "#!/bin/sh\nexec true\n", mode: 0o755 },
  "data/model.bin": kBinary,
};
const kBranch = "mlx/add/api-serving";
const kComments = 105;

const blobId = (content) =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest("hex");

describe("Octokit against the sandbox", () => {
  let directory;
  let sandbox;
  let receiver;
  let app;
  let repository;
  let people;
  let description;
  const known = {};
  const git = (...args) =>
    execFileSync("git", ["--git-dir", sandbox.description.git, ...args], { encoding: "utf8" }).trimEnd();

  before(async () => {
    description = loadDescription();
    directory = temporaryDirectory();
    writeFiles(directory.path, kFiles);
    sandbox = await startSandbox(directory.path);
    const { api_url: baseUrl, owner, name, users, webhook, app: credentials } = sandbox.description;
    repository = { owner, repo: name };
    people = Object.fromEntries(
      Object.entries(users).map(([login, { token }]) => [
        login,
        new SandboxOctokit({ auth: token, baseUrl }),
      ]),
    );
    app = new App({
      appId: credentials.id,
      privateKey: credentials.private_key,
      webhooks: { secret: webhook.secret },
      Octokit: SandboxOctokit.defaults({ baseUrl }),
      log: kSilent,
    });
    receiver = await startReceiver(app);
  });

  after(async () => {
    receiver?.stop();
    await sandbox?.stop();
    directory?.remove();
  });

  it("tells the repository, and what each user may do there", async () => {
    const { data } = await people.octocat.rest.repos.get(repository);
    assert.equal(data.full_name, `${repository.owner}/${repository.repo}`);
    assert.equal(data.default_branch, "main");
    assert.equal(data.permissions.admin, true);
    const reader = await people["reader-rita"].rest.repos.get(repository);
    assert.deepEqual([reader.data.permissions.push, reader.data.permissions.pull], [false, true]);
    const { data: user } = await people["writer-will"].rest.users.getAuthenticated();
    assert.equal(user.login, "writer-will");
    await refusal(people.octocat.rest.repos.get({ ...repository, repo: "no-such-repository" }), 404);
  });

  it("sends a signed ping to a new hook", async () => {
    const config = { url: receiver.url, content_type: "json", secret: sandbox.description.webhook.secret };
    const events = [
      "issues",
      "issue_comment",
      "pull_request",
      "pull_request_review_comment",
      "check_run",
      "push",
      "create",
      "delete",
    ];
    const { data, status } = await people.octocat.rest.repos.createWebhook({ ...repository, config, events });
    assert.equal(status, 201);
    assert.deepEqual([...data.events].sort(), [...events].sort());
    assert.notEqual(data.config.secret, config.secret, "a secret is never shown again");
    known.hook = data.id;
    await sandbox.idle();
    assert.deepEqual(
      receiver.events.map(({ name }) => name),
      ["ping"],
    );
    assert.equal(receiver.events[0].payload.hook_id, known.hook);
    await refusal(people["writer-will"].rest.repos.createWebhook({ ...repository, config, events }), 404);
  });

  it("takes an issue of a stranger", async () => {
    const { data } = await people["stranger-sam"].rest.issues.create({
      ...repository,
      title: "Serve the model",
      body: "Please.",
    });
    known.issue = data.number;
    const { data: again } = await people.octocat.rest.issues.get({
      ...repository,
      issue_number: known.issue,
    });
    assert.deepEqual(
      [again.title, again.body, again.state, again.user.login, again.author_association, again.comments],
      ["Serve the model", "Please.", "open", "stranger-sam", "NONE", 0],
    );
  });

  it("pages through more than a hundred comments", async () => {
    const issue = { ...repository, issue_number: known.issue };
    const { data: command } = await people["writer-will"].rest.issues.createComment({
      ...issue,
      body: "/mlx list",
    });
    known.comment = command.id;
    assert.equal(command.author_association, "COLLABORATOR");
    for (let at = 1; at < kComments; at += 1) {
      await people["reader-rita"].rest.issues.createComment({ ...issue, body: `comment ${at}` });
    }
    const { rest, paginate } = people.octocat;
    const expected = ["/mlx list", ...Array.from({ length: kComments - 1 }, (_, at) => `comment ${at + 1}`)];
    const all = await paginate(rest.issues.listComments, { ...issue, per_page: 100 });
    assert.deepEqual(
      all.map(({ body }) => body),
      expected,
    );
    const sizes = [];
    for await (const { data } of paginate.iterator(rest.issues.listComments, issue)) sizes.push(data.length);
    assert.deepEqual(sizes, [30, 30, 30, 15]);
    const { data: later } = await rest.issues.listComments({ ...issue, since: "2999-01-01T00:00:00Z" });
    assert.deepEqual(later, []);
    const { data: counted } = await rest.issues.get(issue);
    assert.equal(counted.comments, kComments);
  });

  it("adds a reaction once", async () => {
    const reaction = { ...repository, comment_id: known.comment, content: "eyes" };
    const { rest } = people["maintainer-mia"];
    const first = await rest.reactions.createForIssueComment(reaction);
    const second = await rest.reactions.createForIssueComment(reaction);
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(second.data.id, first.data.id);
    const { data: listed } = await rest.reactions.listForIssueComment({
      ...repository,
      comment_id: known.comment,
    });
    assert.deepEqual(
      listed.map(({ content, user }) => [content, user.login]),
      [["eyes", "maintainer-mia"]],
    );
    const { data: comment } = await rest.issues.getComment({ ...repository, comment_id: known.comment });
    assert.deepEqual([comment.reactions.eyes, comment.reactions.total_count], [1, 1]);
  });

  it("folds five roles into three, and names them beside", async () => {
    const expected = {
      octocat: ["admin", "admin"],
      "maintainer-mia": ["write", "maintain"],
      "writer-will": ["write", "write"],
      "triage-tom": ["read", "triage"],
      "reader-rita": ["read", "read"],
      "stranger-sam": ["read", "read"],
    };
    const found = {};
    for (const username of Object.keys(people)) {
      const { data } = await people["writer-will"].rest.repos.getCollaboratorPermissionLevel({
        ...repository,
        username,
      });
      assert.equal(data.user.login, username);
      found[username] = [data.permission, data.role_name];
    }
    assert.deepEqual(found, expected);
    const { rest } = people["writer-will"];
    await refusal(
      rest.repos.getCollaboratorPermissionLevel({ ...repository, username: "nobody-at-all" }),
      404,
    );
    const asked = people["reader-rita"].rest.repos.getCollaboratorPermissionLevel({
      ...repository,
      username: "octocat",
    });
    await refusal(asked, 403);
  });

  it("shows the head, the whole tree and the files as git has them", async () => {
    const { rest } = people["writer-will"];
    const { data: branch } = await rest.repos.getBranch({ ...repository, branch: "main" });
    known.main = branch.commit.sha;
    known.mainTree = branch.commit.commit.tree.sha;
    assert.equal(known.main, git("rev-parse", "refs/heads/main"));
    assert.equal(known.mainTree, git("rev-parse", "main^{tree}"));
    const { data: ref } = await rest.git.getRef({ ...repository, ref: "heads/main" });
    assert.deepEqual([ref.ref, ref.object.sha], ["refs/heads/main", known.main]);

    const { data } = await rest.git.getTree({ ...repository, tree_sha: known.mainTree, recursive: "1" });
    assert.equal(data.truncated, false);
    const blobs = data.tree.filter(({ type }) => type === "blob");
    const expected = Object.entries(kFiles).map(([path, file]) => {
      const content = file.content ?? file;
      return [path, file.mode ? "100755" : "100644", blobId(content), Buffer.byteLength(content)];
    });
    assert.deepEqual(
      blobs.map(({ path, mode, sha, size }) => [path, mode, sha, size]).sort(),
      expected.sort(),
    );
    const trees = data.tree.filter(({ type }) => type === "tree").map(({ path }) => path);
    assert.deepEqual(trees.sort(), ["data", "scripts", "src", "src/api"]);

    for (const [path, file] of Object.entries(kFiles)) {
      const content = Buffer.from(file.content ?? file);
      const { data: blob } = await rest.git.getBlob({ ...repository, file_sha: blobId(content) });
      assert.deepEqual(Buffer.from(blob.content, blob.encoding), content, path);
      const { data: entry } = await rest.repos.getContent({ ...repository, path });
      assert.deepEqual(Buffer.from(entry.content, entry.encoding), content, path);
    }
    const raw = { format: "raw" };
    const { data: text } = await rest.repos.getContent({
      ...repository,
      path: "src/api/app.py",
      mediaType: raw,
    });
    assert.equal(text, kApp);
    const { data: archive } = await rest.repos.downloadTarballArchive({ ...repository, ref: "main" });
    const tar = gunzipSync(Buffer.from(archive)).toString("latin1");
    assert.ok(tar.includes(`${repository.owner}-${repository.repo}-${known.main.slice(0, 7)}/src/api/app.py`));
    assert.ok(tar.includes(kApp));
    await refusal(rest.git.getBlob({ ...repository, file_sha: "0".repeat(40) }), 404);
    await refusal(rest.repos.getBranch({ ...repository, branch: "no/such/branch" }), 404);
  });

  it("tells by GraphQL who asks, as REST does of people only", async () => {
    const query = "query { viewer { login } }";
    assert.deepEqual(await people.octocat.graphql(query), { viewer: { login: "octocat" } });
    for await (const { octokit } of app.eachInstallation.iterator()) {
      const { viewer } = await octokit.graphql(query);
      assert.equal(viewer.login, sandbox.description.bot_login);
      await refusal(octokit.rest.users.getAuthenticated(), 403);
    }
  });

  it("signs in as an App, and narrows a token", async () => {
    const { id, installation_id: installationId } = sandbox.description.app;
    const { data: self } = await app.octokit.rest.apps.getAuthenticated();
    assert.deepEqual([self.id, `${self.slug}[bot]`], [id, sandbox.description.bot_login]);
    const { data: installation } = await app.octokit.rest.apps.getRepoInstallation(repository);
    assert.equal(installation.id, installationId);
    const names = [];
    await app.eachRepository(({ repository: each }) => names.push(each.full_name));
    assert.deepEqual(names, [sandbox.description.full_name]);

    known.bot = await app.getInstallationOctokit(installationId);
    const { token, permissions } = await known.bot.auth({
      type: "installation",
      repositoryNames: [repository.repo],
      permissions: { metadata: "read", issues: "read" },
    });
    assert.equal(permissions.issues, "read");
    const narrow = new SandboxOctokit({ auth: token, baseUrl: sandbox.description.api_url });
    const issue = { ...repository, issue_number: known.issue };
    assert.equal((await narrow.rest.issues.get(issue)).data.number, known.issue);
    await refusal(narrow.rest.issues.createComment({ ...issue, body: "no" }), 403);
    const asked = app.octokit.rest.apps.createInstallationAccessToken({
      installation_id: installationId,
      permissions: { administration: "write" },
    });
    await refusal(asked, 422);
    await refusal(people.octocat.rest.apps.getAuthenticated(), 401);
  });

  it("lists what the App and each user were given access to", async () => {
    const { data: installations } = await app.octokit.rest.apps.listInstallations();
    assert.deepEqual(
      installations.map(({ id, suspended_at: suspended }) => [id, suspended]),
      [[sandbox.description.app.installation_id, null]],
    );
    const names = [];
    for await (const { repository: found } of app.eachRepository.iterator()) names.push(found.full_name);
    assert.deepEqual(names, [sandbox.description.full_name]);
    const { data } = await people["writer-will"].rest.repos.listForAuthenticatedUser();
    assert.deepEqual(
      data.map(({ full_name: name, permissions }) => [name, permissions.push]),
      [[sandbox.description.full_name, true]],
    );
    const { data: none } = await people["stranger-sam"].rest.repos.listForAuthenticatedUser();
    assert.deepEqual(none, []);
    await refusal(known.bot.rest.repos.listForAuthenticatedUser(), 403);
  });

  it("writes a comment as the App's bot, and changes it", async () => {
    const { data } = await known.bot.rest.issues.createComment({
      ...repository,
      issue_number: known.issue,
      body: "Working on it.",
    });
    assert.deepEqual([data.user.login, data.user.type], [sandbox.description.bot_login, "Bot"]);
    assert.equal(data.performed_via_github_app.id, sandbox.description.app.id);
    const comment = { ...repository, comment_id: data.id };
    await known.bot.rest.issues.updateComment({ ...comment, body: "Done: 你好" });
    const { data: changed } = await people.octocat.rest.issues.getComment(comment);
    assert.equal(changed.body, "Done: 你好");
    await refusal(people["reader-rita"].rest.issues.updateComment({ ...comment, body: "mine" }), 403);
    const tooLong = known.bot.rest.issues.updateComment({ ...comment, body: "x".repeat(65_537) });
    assert.equal((await refusal(tooLong, 422)).response.data.message, "Validation Failed");
  });

  it("commits a tree with new, changed and deleted files", async () => {
    const { rest } = known.bot;
    const { data: blob } = await rest.git.createBlob({
      ...repository,
      content: kBinary.toString("base64"),
      encoding: "base64",
    });
    assert.equal(blob.sha, blobId(kBinary));
    const file = { mode: "100644", type: "blob" };
    const { data: tree } = await rest.git.createTree({
      ...repository,
      base_tree: known.mainTree,
      tree: [
        { ...file, path: "src/api/serving/routes.py", content: "ROUTES = ['/predict']\n" },
        { ...file, path: "src/api/app.py", content: `${kApp}# served\n` },
        { ...file, path: "src/api/old.py", sha: null },
        { ...file, path: "data/copy.bin", sha: blob.sha },
        { ...file, path: "scripts/serve.sh", mode: "100755", content: "#!/bin/sh\n" },
      ],
    });
    const { data: commit } = await rest.git.createCommit({
      ...repository,
      message: "Add api-serving\n\nWith routes.",
      tree: tree.sha,
      parents: [known.main],
    });
    assert.deepEqual(
      [commit.verification.verified, commit.author.name],
      [true, sandbox.description.bot_login],
    );
    assert.deepEqual(
      commit.parents.map(({ sha }) => sha),
      [known.main],
    );
    const { data: ref } = await rest.git.createRef({
      ...repository,
      ref: `refs/heads/${kBranch}`,
      sha: commit.sha,
    });
    assert.equal(ref.object.sha, commit.sha);
    known.head = commit.sha;

    assert.equal(git("rev-parse", `refs/heads/${kBranch}`), commit.sha);
    assert.equal(git("log", "-1", "--format=%B", commit.sha), "Add api-serving\n\nWith routes.");
    assert.deepEqual(git("diff", "--no-renames", "--name-status", "main", commit.sha).split("\n"), [
      "A\tdata/copy.bin",
      "A\tscripts/serve.sh",
      "M\tsrc/api/app.py",
      "D\tsrc/api/old.py",
      "A\tsrc/api/serving/routes.py",
    ]);
    assert.match(git("ls-tree", commit.sha, "scripts/serve.sh"), /^100755 blob /);
    git("fsck", "--strict");
    const { data: branch } = await rest.repos.getBranch({ ...repository, branch: kBranch });
    assert.equal(branch.commit.commit.tree.sha, tree.sha);
    const { data: read } = await rest.git.getCommit({ ...repository, commit_sha: commit.sha });
    assert.deepEqual([read.message, read.tree.sha], ["Add api-serving\n\nWith routes.", tree.sha]);
  });

  it("refuses trees, commits and references that make no sense", async () => {
    const { rest } = known.bot;
    const entry = { path: "a.txt", mode: "100644", type: "blob", content: "a" };
    const base = { ...repository, base_tree: known.mainTree };
    await refusal(rest.git.createTree({ ...base, tree: [{ ...entry, path: "../a.txt" }] }), 422);
    await refusal(
      rest.git.createTree({ ...base, tree: [{ ...entry, path: ".github/workflows/ci.yml" }] }),
      403,
    );
    const none = "1".repeat(40);
    await refusal(
      rest.git.createCommit({ ...repository, message: "m", tree: none, parents: [known.main] }),
      422,
    );
    const main = { ...repository, ref: "refs/heads/main", sha: known.main };
    assert.match((await refusal(rest.git.createRef(main), 422)).message, /Reference already exists/);
    await refusal(rest.git.createRef({ ...main, ref: "refs/heads/new", sha: none }), 422);
    await refusal(rest.git.createRef({ ...main, ref: "refs/heads/bad..name" }), 422);
    await refusal(people["reader-rita"].rest.git.createRef({ ...main, ref: "refs/heads/mine" }), 404);
  });

  it("compares branches", async () => {
    const { data } = await people["writer-will"].rest.repos.compareCommitsWithBasehead({
      ...repository,
      basehead: `main...${kBranch}`,
    });
    assert.deepEqual([data.status, data.ahead_by, data.behind_by, data.total_commits], ["ahead", 1, 0, 1]);
    assert.deepEqual(
      data.commits.map(({ sha }) => sha),
      [known.head],
    );
    assert.equal(data.merge_base_commit.sha, known.main);
    const changed = data.files.find(({ filename }) => filename === "src/api/app.py");
    assert.deepEqual([changed.status, changed.additions, changed.deletions], ["modified", 1, 0]);
    assert.match(changed.patch, /^\+# served$/m);
  });

  it("opens one pull request for a branch", async () => {
    const pull = {
      ...repository,
      title: "Add api-serving",
      head: kBranch,
      base: "main",
      body: "See the plan.",
    };
    const { data, status } = await known.bot.rest.pulls.create(pull);
    assert.equal(status, 201);
    known.pull = data.number;
    assert.deepEqual(
      [data.state, data.draft, data.merged, data.head.sha, data.base.sha, data.changed_files],
      ["open", false, false, known.head, known.main, 5],
    );
    const again = await refusal(known.bot.rest.pulls.create(pull), 422);
    assert.equal(
      again.response.data.errors[0].message,
      `A pull request already exists for ${repository.owner}:${kBranch}.`,
    );
    const nothing = await refusal(known.bot.rest.pulls.create({ ...pull, head: "main" }), 422);
    assert.equal(nothing.response.data.errors[0].message, "No commits between main and main");
  });

  it("finds a pull request by its head, changes it, and lists its files", async () => {
    const { rest, paginate } = known.bot;
    const head = `${repository.owner}:${kBranch}`;
    const found = await rest.pulls.list({ ...repository, state: "open", head });
    assert.deepEqual(
      found.data.map(({ number }) => number),
      [known.pull],
    );
    const other = await rest.pulls.list({ ...repository, state: "open", head: `${repository.owner}:other` });
    assert.deepEqual(other.data, []);
    const pull = { ...repository, pull_number: known.pull };
    await rest.pulls.update({ ...pull, title: "Add api-serving 1.1", body: "Changed." });
    const { data } = await people.octocat.rest.pulls.get(pull);
    assert.deepEqual([data.title, data.body, data.mergeable], ["Add api-serving 1.1", "Changed.", true]);
    const files = await paginate(rest.pulls.listFiles, { ...pull, per_page: 2 });
    assert.deepEqual(files.map(({ filename }) => filename).sort(), [
      "data/copy.bin",
      "scripts/serve.sh",
      "src/api/app.py",
      "src/api/old.py",
      "src/api/serving/routes.py",
    ]);
    const { data: diff } = await rest.pulls.get({ ...pull, mediaType: { format: "diff" } });
    assert.match(diff, /^\+# served$/m);
    const { data: asIssue } = await rest.issues.get({ ...repository, issue_number: known.pull });
    assert.match(asIssue.pull_request.url, new RegExp(`/pulls/${known.pull}$`));
    await refusal(people["reader-rita"].rest.pulls.update({ ...pull, title: "mine" }), 403);
  });

  it("puts labels on, and takes them off", async () => {
    const { rest } = known.bot;
    const issue = { ...repository, issue_number: known.pull };
    await rest.issues.addLabels({ ...issue, labels: ["mlx", "wait"] });
    const { data: added } = await rest.issues.addLabels({ ...issue, labels: ["MLX", "new"] });
    assert.deepEqual(
      added.map(({ name }) => name),
      ["mlx", "wait", "new"],
    );
    await people["triage-tom"].rest.issues.removeLabel({ ...issue, name: "wait" });
    await refusal(people["reader-rita"].rest.issues.removeLabel({ ...issue, name: "mlx" }), 403);
    await refusal(rest.issues.removeLabel({ ...issue, name: "wait" }), 404);
    await rest.issues.setLabels({ ...issue, labels: ["mlx"] });
    await refusal(rest.issues.addLabels({ ...issue, labels: ["x".repeat(51)] }), 422);
    const { data } = await rest.pulls.get({ ...repository, pull_number: known.pull });
    assert.deepEqual(
      data.labels.map(({ name }) => name),
      ["mlx"],
    );
  });

  it("reviews lines of the changes, and no others", async () => {
    const { rest } = known.bot;
    const pull = { ...repository, pull_number: known.pull };
    const review = { ...pull, commit_id: known.head, event: "COMMENT", body: "Two remarks." };
    const path = "src/api/app.py";
    const { data, status } = await rest.pulls.createReview({
      ...review,
      comments: [
        { path, line: 4, side: "RIGHT", body: "one" },
        { path, start_line: 2, start_side: "RIGHT", line: 4, side: "RIGHT", body: "three" },
      ],
    });
    assert.deepEqual([status, data.state, data.user.type], [200, "COMMENTED", "Bot"]);
    const { data: reviews } = await rest.pulls.listReviews(pull);
    assert.deepEqual(
      reviews.map(({ id }) => id),
      [data.id],
    );
    const { data: comments } = await rest.pulls.listReviewComments(pull);
    assert.deepEqual(
      comments.map(({ start_line: start, line, body }) => [start, line, body]),
      [
        [null, 4, "one"],
        [2, 4, "three"],
      ],
    );
    const wrong = { ...review, comments: [{ path, line: 99, side: "RIGHT", body: "nowhere" }] };
    const { response } = await refusal(rest.pulls.createReview(wrong), 422);
    assert.deepEqual(response.data.errors, ["Line could not be resolved"]);
  });

  it("changes, answers and deletes remarks on lines", async () => {
    const { rest, paginate } = known.bot;
    const pull = { ...repository, pull_number: known.pull };
    const { data: comments } = await rest.pulls.listReviewComments(pull);
    const [one, three] = comments.map(({ id }) => ({ ...repository, comment_id: id }));
    const { data: struck } = await rest.pulls.updateReviewComment({ ...one, body: "~~one~~" });
    assert.deepEqual([struck.body, struck.line, struck.position], ["~~one~~", 4, 4]);
    const { data: answer } = await people["writer-will"].rest.pulls.createReplyForReviewComment({
      ...pull,
      comment_id: one.comment_id,
      body: "why?",
    });
    assert.equal(answer.in_reply_to_id, one.comment_id);
    await refusal(people["reader-rita"].rest.pulls.updateReviewComment({ ...one, body: "mine" }), 403);
    assert.equal((await rest.pulls.deleteReviewComment(three)).status, 204);
    await refusal(rest.pulls.deleteReviewComment(three), 404);
    await refusal(rest.pulls.getReviewComment(three), 404);
    const { data: alone } = await rest.pulls.createReviewComment({
      ...pull,
      commit_id: known.head,
      path: "src/api/app.py",
      line: 1,
      side: "RIGHT",
      body: "alone",
    });
    const left = await paginate(rest.pulls.listReviewComments, { ...pull, per_page: 2 });
    assert.deepEqual(
      left.map(({ id, body }) => [id, body]),
      [
        [one.comment_id, "~~one~~"],
        [answer.id, "why?"],
        [alone.id, "alone"],
      ],
    );
  });

  it("makes a check run, adds to it, and lists what it says", async () => {
    const { rest, paginate } = known.bot;
    const annotation = (line) => ({
      path: "src/api/app.py",
      start_line: line,
      end_line: line,
      annotation_level: "warning",
      title: "Title",
      message: `message ${line}`,
    });
    const annotations = Array.from({ length: 50 }, (_, at) => annotation(at + 1));
    const check = { ...repository, name: "MLX review", head_sha: known.head };
    const output = { title: "51 findings", summary: "**all of them**" };
    const { data: made, status } = await rest.checks.create({
      ...check,
      status: "in_progress",
      external_id: `mlx:${known.pull}:0`,
      output: { ...output, annotations },
    });
    assert.deepEqual([status, made.status, made.conclusion], [201, "in_progress", null]);
    assert.deepEqual(
      made.pull_requests.map(({ number }) => number),
      [known.pull],
    );
    known.check = { ...repository, check_run_id: made.id };
    const tooMany = { ...check, output: { ...output, annotations: [...annotations, annotation(51)] } };
    assert.match((await refusal(rest.checks.create(tooMany), 422)).message, /No more than 50 items/);
    const action = { label: "Add", description: "Adds api-serving", identifier: "add api-serving" };
    const long = { ...known.check, actions: [{ ...action, label: "Add it to this branch" }] };
    assert.match((await refusal(rest.checks.update(long), 422)).message, /Only 20 characters/);
    const { data: changed } = await rest.checks.update({
      ...known.check,
      conclusion: "neutral",
      output: { ...output, annotations: [annotation(51)] },
      actions: [action],
    });
    assert.deepEqual([changed.status, changed.output.annotations_count], ["completed", 51]);
    const listed = await paginate(rest.checks.listAnnotations, { ...known.check, per_page: 30 });
    assert.deepEqual(
      listed.map(({ message }) => message),
      Array.from({ length: 51 }, (_, at) => `message ${at + 1}`),
    );
    const { data: found } = await rest.checks.listForRef({
      ...repository,
      ref: kBranch,
      check_name: "MLX review",
      filter: "latest",
    });
    assert.deepEqual([found.total_count, found.check_runs[0].id], [1, made.id]);
    assert.equal((await people.octocat.rest.checks.get(known.check)).data.conclusion, "neutral");
    const { message } = await refusal(people.octocat.rest.checks.create(check), 403);
    assert.match(message, /must authenticate via a GitHub App/);
  });

  it("opens a draft, which is not merged, and closes it", async () => {
    const { rest } = known.bot;
    await rest.git.createRef({ ...repository, ref: "refs/heads/mlx/draft", sha: known.head });
    const { data } = await rest.pulls.create({
      ...repository,
      title: "Wait",
      head: "mlx/draft",
      base: "main",
      draft: true,
    });
    assert.equal(data.draft, true);
    const pull = { ...repository, pull_number: data.number };
    await refusal(people["writer-will"].rest.pulls.merge(pull), 405);
    await rest.pulls.update({ ...pull, state: "closed" });
    const { data: all } = await rest.pulls.list({ ...repository, state: "closed", sort: "created" });
    assert.deepEqual(
      all.map(({ number, draft, merged_at: merged }) => [number, draft, merged]),
      [[data.number, true, null]],
    );
    await rest.git.deleteRef({ ...repository, ref: "heads/mlx/draft" });
    await refusal(rest.pulls.update({ ...pull, state: "open" }), 422);
  });

  it("keeps an issue of the bot up to date, and tells who ticks a box in it", async () => {
    const { rest } = known.bot;
    const body = "<!-- mlx-dashboard -->\n- [ ] now";
    const { data } = await rest.issues.create({
      ...repository,
      title: "Dashboard",
      body,
      labels: ["mlx"],
    });
    const issue = { ...repository, issue_number: data.number };
    assert.deepEqual(
      data.labels.map(({ name }) => name),
      ["mlx"],
    );
    const creator = sandbox.description.bot_login;
    const mine = await rest.issues.listForRepo({ ...repository, creator, state: "all", direction: "asc" });
    assert.ok(mine.data.every(({ user }) => user.login === creator));
    assert.ok(mine.data.some(({ number }) => number === data.number));
    await people["writer-will"].rest.issues.update({ ...issue, body: body.replace("[ ]", "[x]") });
    await rest.issues.update({ ...issue, state: "closed" });
    await rest.issues.update({ ...issue, state: "open", title: "Updates", body });
    await sandbox.idle();
    const edits = receiver.events.filter(
      ({ name, payload }) => name === "issues" && payload.action === "edited",
    );
    assert.deepEqual(
      edits.map(({ payload }) => [payload.sender.login, payload.changes.body?.from]),
      [
        ["writer-will", body],
        [creator, body.replace("[ ]", "[x]")],
      ],
    );
  });

  it("moves a branch forward, and back only by force", async () => {
    const { rest } = known.bot;
    const { data: next } = await rest.git.createCommit({
      ...repository,
      message: "Fix it",
      tree: known.mainTree,
      parents: [known.head],
    });
    const ref = { ...repository, ref: `heads/${kBranch}` };
    await rest.git.updateRef({ ...ref, sha: next.sha });
    assert.equal(git("rev-parse", kBranch), next.sha);
    const { data: moved } = await rest.pulls.get({ ...repository, pull_number: known.pull });
    assert.deepEqual([moved.head.sha, moved.commits], [next.sha, 2]);
    const { data: remarks } = await rest.pulls.listReviewComments({ ...repository, pull_number: known.pull });
    assert.deepEqual(
      remarks.map(({ line, original_line: original }) => [line, original]),
      [
        [null, 4],
        [null, 4],
        [null, 1],
      ],
    );
    const back = await refusal(rest.git.updateRef({ ...ref, sha: known.head }), 422);
    assert.match(back.message, /Update is not a fast forward/);
    await refusal(rest.git.updateRef({ ...ref, sha: "1".repeat(40) }), 422);
    await refusal(rest.git.updateRef({ ...ref, ref: "heads/nowhere", sha: known.head }), 422);
    await rest.git.updateRef({ ...ref, sha: known.head, force: true });
    assert.equal(git("rev-parse", kBranch), known.head);
  });

  it("merges for who may push, once", async () => {
    const pull = { ...repository, pull_number: known.pull };
    await refusal(people["triage-tom"].rest.pulls.merge(pull), 403);
    await refusal(people["writer-will"].rest.pulls.merge({ ...pull, sha: known.main }), 409);
    const { data } = await people["writer-will"].rest.pulls.merge({ ...pull, sha: known.head });
    assert.equal(data.merged, true);
    assert.equal(git("rev-parse", "main"), data.sha);
    assert.equal(git("log", "-1", "--format=%P", "main"), `${known.main} ${known.head}`);
    assert.equal(git("show", "main:src/api/app.py"), `${kApp}# served`);
    const { data: merged } = await people.octocat.rest.pulls.get(pull);
    assert.deepEqual(
      [merged.state, merged.merged, merged.merge_commit_sha, merged.merged_by.login],
      ["closed", true, data.sha, "writer-will"],
    );
    assert.equal((await people.octocat.rest.pulls.checkIfMerged(pull)).status, 204);
    await refusal(people["writer-will"].rest.pulls.merge(pull), 405);
    await known.bot.rest.git.deleteRef({ ...repository, ref: `heads/${kBranch}` });
    assert.equal(git("branch", "--list", kBranch), "");
  });

  it("answers 304 to who has the answer already, for nothing", async () => {
    const { rest } = people["writer-will"];
    const first = await rest.repos.getBranch({ ...repository, branch: "main" });
    const headers = { "if-none-match": first.headers.etag };
    const error = await refusal(rest.repos.getBranch({ ...repository, branch: "main", headers }), 304);
    const used = Number(first.headers["x-ratelimit-used"]);
    assert.equal(Number(error.response.headers["x-ratelimit-used"]), used);
    const { data: limits } = await rest.rateLimit.get();
    assert.equal(limits.resources.core.used, used);
    assert.equal(limits.resources.core.remaining, limits.resources.core.limit - used);
    await rest.issues.createComment({ ...repository, issue_number: known.issue, body: "thanks" });
    const list = { ...repository, issue_number: known.issue, headers };
    assert.equal((await rest.issues.listComments(list)).status, 200);
  });

  it("refuses bad credentials, nobody, and a body that lacks a field", async () => {
    const { api_url: baseUrl } = sandbox.description;
    const issue = { ...repository, issue_number: known.issue };
    const wrong = new SandboxOctokit({ auth: "ghp_wrong", baseUrl });
    assert.match((await refusal(wrong.rest.repos.get(repository), 401)).message, /^Bad credentials/);
    const anonymous = new SandboxOctokit({ baseUrl });
    assert.equal((await anonymous.rest.issues.get(issue)).data.number, known.issue);
    await refusal(anonymous.rest.issues.createComment({ ...issue, body: "hello" }), 401);
    const untitled = await refusal(
      people.octocat.request("POST /repos/{owner}/{repo}/issues", repository),
      422,
    );
    assert.match(JSON.stringify(untitled.response.data), /title/);
  });

  it("shows faults as the client knows them, and does what it says it did not", async () => {
    const issue = { ...repository, issue_number: known.issue };
    await sandbox.addFault({ method: "POST", path: "/comments$", when: "after", status: 502 });
    await refusal(people.octocat.rest.issues.createComment({ ...issue, body: "sent in spite of it" }), 502);
    const all = await people.octocat.paginate(people.octocat.rest.issues.listComments, issue);
    assert.equal(all.at(-1).body, "sent in spite of it");
    const headers = { "retry-after": "7" };
    await sandbox.addFault({
      path: "/issues/",
      status: 403,
      headers,
      body: { message: "secondary rate limit" },
    });
    const limited = await refusal(people.octocat.rest.issues.get(issue), 403);
    assert.equal(limited.response.headers["retry-after"], "7");
  });

  it("told the hook what happened, in signed deliveries", async () => {
    await sandbox.idle();
    assert.deepEqual(receiver.failures, []);
    const seen = receiver.events.map(({ name, payload }) =>
      payload.action ? `${name}.${payload.action}` : name,
    );
    for (const expected of [
      "ping",
      "issues.opened",
      "issues.labeled",
      "issues.edited",
      "issues.reopened",
      "issue_comment.created",
      "issue_comment.edited",
      "create",
      "push",
      "pull_request.opened",
      "pull_request.edited",
      "pull_request.labeled",
      "pull_request.unlabeled",
      "pull_request.synchronize",
      "pull_request.closed",
      "pull_request_review_comment.created",
      "pull_request_review_comment.edited",
      "pull_request_review_comment.deleted",
      "check_run.created",
      "check_run.completed",
      "delete",
    ]) {
      assert.ok(seen.includes(expected), `${expected} is missing`);
    }
    assert.equal(new Set(receiver.events.map(({ id }) => id)).size, receiver.events.length);
    const edited = receiver.events.find(({ payload }) => payload.action === "edited" && payload.comment);
    assert.equal(edited.payload.changes.body.from, "Working on it.");
    assert.equal(edited.payload.sender.login, sandbox.description.bot_login);
    assert.equal(edited.payload.installation.id, sandbox.description.app.installation_id);
    const closed = receiver.events.find(
      ({ payload }) => payload.action === "closed" && payload.number === known.pull,
    );
    assert.deepEqual(
      [closed.payload.pull_request.merged, closed.payload.sender.login],
      [true, "writer-will"],
    );
    const push = receiver.events.find(
      ({ name, payload }) => name === "push" && payload.ref === "refs/heads/main",
    );
    assert.deepEqual([push.payload.before, push.payload.after], [known.main, git("rev-parse", "main")]);
  });

  it("lists deliveries and sends one again under the same id", async () => {
    const { rest, paginate } = people.octocat;
    const hook = { ...repository, hook_id: known.hook };
    const deliveries = await paginate(rest.repos.listWebhookDeliveries, { ...hook, per_page: 50 });
    assert.deepEqual(deliveries.map(({ guid }) => guid).sort(), receiver.events.map(({ id }) => id).sort());
    const opened = deliveries.findLast(({ event, action }) => event === "pull_request" && action === "opened");
    assert.deepEqual([opened.status, opened.status_code, opened.redelivery], ["OK", 200, false]);
    const { data: full } = await rest.repos.getWebhookDelivery({ ...hook, delivery_id: opened.id });
    assert.equal(full.request.payload.pull_request.number, known.pull);
    assert.equal(full.request.headers["X-GitHub-Event"], "pull_request");

    const before = receiver.events.length;
    const { status } = await rest.repos.redeliverWebhookDelivery({ ...hook, delivery_id: opened.id });
    assert.equal(status, 202);
    await sandbox.idle();
    assert.deepEqual(
      receiver.events.slice(before).map(({ id, name }) => [id, name]),
      [[opened.guid, "pull_request"]],
    );
    const { data: latest } = await rest.repos.listWebhookDeliveries({ ...hook, per_page: 1 });
    assert.deepEqual([latest[0].guid, latest[0].redelivery], [opened.guid, true]);
  });

  it("lets the App look after its own hook", async () => {
    const { rest } = app.octokit;
    const { secret } = sandbox.description.webhook;
    // Beside `data`, a parameter named `url` would be taken for the address of the request.
    await rest.apps.updateWebhookConfigForApp({ data: { url: receiver.url, content_type: "json", secret } });
    await people.octocat.rest.repos.deleteWebhook({ ...repository, hook_id: known.hook });
    const before = receiver.events.length;
    await people.octocat.rest.issues.update({ ...repository, issue_number: known.issue, state: "closed" });
    await sandbox.idle();
    const [event] = receiver.events.slice(before);
    assert.deepEqual([event.name, event.payload.action], ["issues", "closed"]);
    const { data: deliveries } = await rest.apps.listWebhookDeliveries({ per_page: 1 });
    assert.equal(deliveries[0].guid, event.id);
    const { data: full } = await rest.apps.getWebhookDelivery({ delivery_id: deliveries[0].id });
    assert.equal(full.request.payload.action, "closed");
    assert.equal((await rest.apps.redeliverWebhookDelivery({ delivery_id: deliveries[0].id })).status, 202);
    await sandbox.idle();
    assert.equal(receiver.events.at(-1).id, event.id);
    assert.equal(receiver.events.length, before + 2);
    assert.deepEqual(receiver.failures, []);
  });

  it("tells the App which button was pressed, and by whom", async () => {
    const before = receiver.events.length;
    const page = `${sandbox.description.url}/${sandbox.description.full_name}/runs/${known.check.check_run_id}`;
    const press = (button, form) =>
      fetch(`${page}/${button}`, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
    const form = { user: "writer-will", identifier: "add api-serving" };
    assert.equal((await press("actions", form)).status, 303);
    assert.equal((await press("actions", { ...form, user: "reader-rita" })).status, 403);
    assert.equal((await press("rerequest", { user: "writer-will" })).status, 303);
    assert.equal((await known.bot.rest.checks.rerequestRun(known.check)).status, 201);
    await sandbox.idle();
    assert.deepEqual(
      receiver.events
        .slice(before)
        .map(({ payload }) => [payload.action, payload.requested_action?.identifier, payload.sender.login]),
      [
        ["requested_action", "add api-serving", "writer-will"],
        ["rerequested", undefined, "writer-will"],
        ["rerequested", undefined, sandbox.description.bot_login],
      ],
    );
    const { check_run: run } = receiver.events[before].payload;
    assert.deepEqual([run.external_id, run.head_sha], [`mlx:${known.pull}:0`, known.head]);
  });

  it("sent payloads as GitHub's description says", () => {
    const deliveries = receiver.events.map(({ id, name, payload }) => ({ event: name, payload, origin: id }));
    const { findings } = validate(deliveries, description);
    const errors = findings.filter(({ level }) => level === "error");
    assert.deepEqual(errors.map(format), []);
  });

  it("answered as GitHub's description says, and only the wrong requests were wrong", async () => {
    const records = await sandbox.requests();
    const items = records.map((record, at) => ({ record, origin: `request ${at + 1}` }));
    const { findings } = validate(items, description);
    const errors = findings.filter(({ level }) => level === "error");
    assert.deepEqual(
      errors.map(({ operation, place, message }) => `${operation}: ${place}: ${message}`).sort(),
      [
        "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}: request body/actions/0/label: " +
          "must NOT have more than 20 characters",
        "POST /repos/{owner}/{repo}/check-runs: request body/output/annotations: " +
          "must NOT have more than 50 items",
        "POST /repos/{owner}/{repo}/issues: request body: is missing",
      ],
      errors.map(format).join("\n"),
    );
  });
});
