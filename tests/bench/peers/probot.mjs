// A Probot app that verifies deliveries and does nothing else: what the ingress is measured
// beside. Prints its port. Usage: node probot.mjs NODE_MODULES SECRET
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , modules, secret] = process.argv;
const require = createRequire(`${modules}/.package-lock.json`);
const { createNodeMiddleware, Probot } = await import(pathToFileURL(require.resolve("probot")));
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const probot = new Probot({ appId: 1, privateKey, secret, logLevel: "warn" });
const handle = await createNodeMiddleware((app) => app.on("issue_comment", () => {}), {
  probot,
  webhooksPath: "/webhooks/github",
});
const server = createServer((request, response) => handle(request, response));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
