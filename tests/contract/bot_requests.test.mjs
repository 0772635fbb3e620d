// The bot carries out commands in the sandbox, with a token and as an App, and all that it asks of
// the forge on the way is as GitHub's description says.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { loadDescription } from "./openapi/description.mjs";
import { format, validate } from "./openapi/findings.mjs";
import { SandboxOctokit } from "./support/octokit.mjs";
import { eventually, startBot, startSandbox, temporaryDirectory, writeFiles } from "./support/programs.mjs";

const kCommands = [
  { login: "reader-rita", body: "/mlx list", reaction: "rocket" },
  { login: "writer-will", body: "/mlx add api-serving", reaction: "rocket" },
  { login: "writer-will", body: "/mlx add api-serving", reaction: "rocket" },
  { login: "stranger-sam", body: "/mlx add api-serving", reaction: "confused" },
  { login: "writer-will", body: "/mlx add no-such-component", reaction: "confused" },
  { login: "writer-will", body: "/mlx status", reaction: "rocket" },
];

const description = loadDescription();

for (const isApp of [false, true]) {
  describe(`the bot with ${isApp ? "an App's key" : "a token"}`, () => {
    let directory;
    let sandbox;
    let bot;
    let repository;
    let people;

    before(async () => {
      directory = temporaryDirectory();
      const project = join(directory.path, "shop");
      writeFiles(project, {
        "pyproject.toml":
          '[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.10"\ndependencies = []\n',
        "mlx.toml": '[bot]\nupdate = { schedule = "@hourly", timezone = "Europe/Berlin" }\n',
        "src/__init__.py": "",
      });
      sandbox = await startSandbox(project, { isRecorded: true });
      const { api_url: baseUrl, owner, name, users, webhook } = sandbox.description;
      bot = await startBot(sandbox, {
        secret: webhook.secret,
        database: join(directory.path, "queue.db"),
        isApp,
      });
      repository = { owner, repo: name };
      people = Object.fromEntries(
        Object.entries(users).map(([login, { token }]) => [
          login,
          new SandboxOctokit({ auth: token, baseUrl }),
        ]),
      );
      await people.octocat.rest.repos.createWebhook({
        ...repository,
        config: { url: `${bot.url}/webhooks/github`, content_type: "json", secret: webhook.secret },
        events: ["issue_comment"],
      });
    });

    after(async () => {
      await bot?.stop();
      await sandbox?.stop();
      directory?.remove();
    });

    it("answers commands and opens one pull request", async () => {
      const { rest } = people.octocat;
      const { data: issue } = await rest.issues.create({ ...repository, title: "Serve the model" });
      for (const { login, body, reaction } of kCommands) {
        const target = { ...repository, issue_number: issue.number };
        const { data: comment } = await people[login].rest.issues.createComment({ ...target, body });
        const found = await eventually(`a reaction to ${body}`, async () => {
          const { data } = await rest.reactions.listForIssueComment({
            ...repository,
            comment_id: comment.id,
          });
          return data.length > 1 ? data : undefined;
        });
        assert.deepEqual(
          found.map(({ content, user }) => [content, user.login]),
          [
            ["eyes", sandbox.description.bot_login],
            [reaction, sandbox.description.bot_login],
          ],
        );
      }
      const target = { ...repository, issue_number: issue.number, per_page: 100 };
      const comments = await people.octocat.paginate(rest.issues.listComments, target);
      const answers = comments.filter(({ user }) => user.login === sandbox.description.bot_login);
      assert.equal(answers.length, kCommands.length);
      const { data: pulls } = await rest.pulls.list({ ...repository, state: "all" });
      assert.deepEqual(
        pulls.map(({ head, base, user }) => [head.ref, base.ref, user.login]),
        [["mlx/add/api-serving", "main", sandbox.description.bot_login]],
      );
    });

    it("found by itself what is due by the schedule", async () => {
      const { full_name: name } = sandbox.description;
      const due = await eventually("a delivery", () =>
        bot.log().find(({ message, repository }) => message === "due" && repository === name),
      );
      assert.match(due.delivery, new RegExp(`^schedule:${name}:\\d{4}-\\d\\d-\\d\\dT\\d\\d:00:00Z$`));
    });

    it("asked for nothing that GitHub does not know", async () => {
      const records = (await sandbox.requests()).filter(({ headers }) => headers["user-agent"] === "mlx-bot");
      assert.ok(records.length > kCommands.length);
      const items = records.map((record) => ({ record, origin: "mlx serve" }));
      const { findings, operations } = validate(items, description);
      assert.deepEqual(findings.filter(({ level }) => level === "error").map(format), []);
      assert.equal(operations.has("POST /app/installations/{installation_id}/access_tokens"), isApp);
      assert.equal(operations.has("GET /installation/repositories"), isApp);
      assert.equal(operations.has("GET /user/repos"), !isApp);
      assert.ok(operations.has("POST /repos/{owner}/{repo}/git/trees"));
      assert.ok(operations.has("POST /repos/{owner}/{repo}/pulls"));
    });

    it("kept its secrets out of the log", () => {
      const { token, webhook, app } = sandbox.description;
      const log = JSON.stringify(bot.log());
      assert.ok(log.includes("job done"));
      const lines = app.private_key.split("\n").filter((line) => line !== "" && !line.startsWith("-"));
      const leaked = [token, webhook.secret, ...lines].filter((secret) => log.includes(secret));
      assert.deepEqual(leaked, []);
    });
  });
}
