// Preloaded into a program under test (node --require): connections to other machines fail, and are written
// to the file that LOOPBACK_ONLY_LOG names.
const { appendFileSync } = require("node:fs");
const dns = require("node:dns");
const net = require("node:net");

const kHome = new Set(["127.0.0.1", "::1", "localhost"]);

function refuse(what) {
  appendFileSync(process.env.LOOPBACK_ONLY_LOG, `${what}\n`);
  return Object.assign(new Error(`the test allows no connection to ${what}`), { code: "ECONNREFUSED" });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === "object" ? options.host : typeof args[1] === "string" ? args[1] : undefined;
  const isPipe = typeof options === "object" && options.path !== undefined;
  if (!isPipe && host !== undefined && !kHome.has(host)) {
    process.nextTick(() => this.destroy(refuse(host)));
    return this;
  }
  return connect.apply(this, args);
};

const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  if (kHome.has(name)) return lookup(name, ...rest);
  const error = refuse(name);
  process.nextTick(() => rest.at(-1)(error));
};
