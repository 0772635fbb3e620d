// GitHub's own client, set up for a sandbox.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

import { Octokit } from "octokit";

/** A log for clients whose refusals are expected. */
export const kSilent = { debug() {}, info() {}, warn: console.warn, error() {} };

// The client waits a second between writes, as GitHub asks for; here nobody is to be spared.
export const SandboxOctokit = Octokit.defaults({
  throttle: { enabled: false },
  retry: { enabled: false },
  log: kSilent,
});

/** The error of a request that must fail with the status. */
export async function refusal(request, status) {
  const error = await request.then(
    () => assert.fail(`expected ${status}, but it succeeded`),
    (reason) => reason,
  );
  assert.equal(error.status, status, error.stack);
  return error;
}

/** Receives webhooks; the client verifies their signatures and parses them. */
export async function startReceiver(app) {
  const events = [];
  const failures = [];
  app.webhooks.onAny(({ id, name, payload }) => {
    events.push({ id, name, payload });
  });
  const receive = async (request) => {
    const chunks = await request.toArray();
    await app.webhooks.verifyAndReceive({
      id: request.headers["x-github-delivery"],
      name: request.headers["x-github-event"],
      signature: request.headers["x-hub-signature-256"] ?? "",
      payload: Buffer.concat(chunks).toString("utf8"),
    });
  };
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(200).end("ok"),
      (error) => {
        failures.push(error);
        response.writeHead(400).end("refused");
      },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/webhooks`,
    events,
    failures,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
