// The package in node, against what zirc says on this machine.
//
//   node web/test/package.mjs PACKAGE FIXTURES    with FIXTURES as web/test/fixtures.sh makes them
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const [home, fixtures] = process.argv.slice(2);
const from = (name) => import(pathToFileURL(`${home}/${name}`).href);
const { ZircError, commit, prove, verify } = await from("index.js");
const { engine } = await from("engine.js");

/** Most bytes of what a reader of receipts downloads. */
const LIMIT = 1_000_000;

const read = (name) => readFileSync(`${fixtures}/${name}`);
const text = (name) => readFileSync(`${fixtures}/${name}`, "utf8");
const json = (name) => JSON.parse(text(name));
const digest = (name) => json(name).verifying_key_digest;
const zirc = (...args) => JSON.parse(execFileSync("./zirc", [...args, "--json"], { cwd: fixtures, stdio: ["ignore", "pipe", "ignore"] }));
const write = (name, content) => writeFileSync(`${fixtures}/${name}`, content);

/** The error that a call ends in. */
async function refused(call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof ZircError, `${error?.stack}`);
    return error;
  }
  return assert.fail("nothing was refused");
}

test("the verifier is small", () => {
  const size = statSync(`${home}/wasm/zirc_verify_bg.wasm`).size;
  assert.ok(size < LIMIT, `${size} bytes, the limit is ${LIMIT}`);
});

for (const name of ["loan", "score"]) {
  test(`a good receipt of ${name} is accepted, in the words of zirc verify`, async () => {
    const receipt = text(`${name}.json`);
    const keyDigest = digest(`${name}.json`);
    const said = await verify(receipt, { keyDigest });
    const { command, ok, code, verify_ms: _, ...native } = json(`${name}.said.json`);
    assert.deepEqual([command, ok, code], ["verify", true, 0]);
    for (const [field, value] of Object.entries(native)) assert.deepEqual(said[field], value, field);
    const [headline, ...rest] = execFileSync("./zirc", ["verify", `${name}.json`, "--key-digest", keyDigest],
      { cwd: fixtures, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n");
    assert.equal(headline.replace(/ \([^)]*\)$/, "").replace(`${name}.json`, "the receipt"), said.headline);
    assert.equal(rest.join("\n"), `\n${said.text}`);
    for (const { title, lines } of said.sections) {
      assert.ok(said.text.includes(`\n${title}\n${lines.map((line) => `  ${line}\n`).join("")}`), title);
    }
  });

  test(`every forgery of ${name} is refused, for the same reason as on this machine`, async () => {
    const forged = text(`${name}.forged`).trim().split("\n").map((line) => JSON.parse(line));
    assert.ok(forged.length > 60, `${forged.length} forgeries`);
    for (const { part, change, keyDigest, message, wrong, receipt } of forged) {
      const error = await refused(() => verify(receipt, { keyDigest }));
      assert.deepEqual([error.message, error.part, error.kind === "usage"], [message, wrong, false], `${part}: ${change}`);
    }
  });
}

test("the key itself serves as well as its digest", async () => {
  const said = await verify(read("loan.json"), { key: read("loan.vk") });
  assert.ok(said.text.includes("the proof, by the key of the reader"));
  const error = await refused(() => verify(read("loan.json"), { key: read("score.vk") }));
  assert.deepEqual([error.kind, error.part], ["rejected", "verifying_key_digest"]);
  const none = await refused(() => verify(read("loan.json"), { key: read("loan.pk") }));
  assert.deepEqual([none.kind, none.message], ["file", "the verifying key: expected a verifying key, got a proving key"]);
});

test("without trust there is no answer", async () => {
  const receipt = text("loan.json");
  for (const asked of [undefined, {}]) {
    const error = await refused(() => verify(receipt, asked));
    assert.equal(error.kind, "usage");
    assert.ok(error.help.startsWith(`the receipt says ${digest("loan.json")};`), error.help);
  }
  const keyDigest = digest("loan.json");
  const both = await refused(() => verify(receipt, { keyDigest, key: read("loan.vk") }));
  assert.deepEqual([both.kind, both.message], ["usage", "give the key or its digest, not both"]);
  const other = await refused(() => verify(receipt, { keyDigest: digest("score.json") }));
  assert.deepEqual([other.kind, other.part], ["rejected", "verifying_key_digest"]);
  // A name that is misspelt must not ask for nothing.
  const unknown = await refused(() => verify(receipt, { keyDigest, modle: "00" }));
  assert.equal(unknown.kind, "usage");
  for (const wrong of [keyDigest.toUpperCase(), keyDigest.slice(1), `+${keyDigest.slice(1)}`, "", 7]) {
    assert.equal((await refused(() => verify(receipt, { keyDigest: wrong }))).kind, "usage");
  }
});

test("what is asked for must have been proved", async () => {
  const [receipt, keyDigest] = [text("score.json"), digest("score.json")];
  const { model_commitment: model, public: [y] } = json("score.said.json");
  const said = await verify(receipt, { keyDigest, model, public: { y: BigInt(y.raw[0]) } });
  assert.ok(said.sections.every(({ title }) => title !== "not asked for"));
  const any = await verify(receipt, { keyDigest });
  assert.deepEqual([any.sections[1].title, any.sections[1].lines], ["not asked for", ["that the model is a certain one: any other would do"]]);
  assert.deepEqual(said.sections[0].lines.slice(2), [
    "that the model is the one of the commitment that you asked for",
    "that the public values are those that you asked for",
  ]);
  const theirs = await refused(() => verify(receipt, { keyDigest, public: { y: 7 } }));
  assert.deepEqual([theirs.kind, theirs.part], ["rejected", "public"]);
  assert.equal(theirs.message, `the proof is of other public values: \`y\` is ${y.values[0]} there and 7 in what was asked for`);
  // Another point of the group: that of the other receipt's A will do.
  const point = json("score.other.json").proof.slice(0, 64);
  const other = await refused(() => verify(receipt, { keyDigest, model: point }));
  assert.deepEqual([other.kind, other.part], ["rejected", "model_commitment"]);
  const hidden = await refused(() => verify(text("loan.json"), { keyDigest: digest("loan.json"), model }));
  assert.equal(hidden.message, "commitments in the proof: expected 1, got 0");
  for (const y of [NaN, Infinity]) assert.equal((await refused(() => verify(receipt, { keyDigest, public: { y } }))).kind, "usage");
});

test("a proof of the package is one for zirc, and tells no private value", async () => {
  const [circuit, key] = [read("loan.circuit"), read("loan.pk")];
  const made = await prove(circuit, key, { applicant: Uint8Array.of(10, 5, 100, 20), limit: 2000 }, { checkKey: true });
  write("js.proof", made.proof);
  write("js.json", made.receipt);
  write("js.public.json", '{"limit": 2000, "answer": 1}');
  for (const name of ["js.proof", "js.json"]) {
    const said = zirc("verify", name, "--vk", "loan.vk", "--public", "js.public.json");
    assert.deepEqual(said.public, made.public);
  }
  assert.equal(made.public.find((p) => p.name === "answer").raw[0], "1");
  const again = await verify(made.receipt, { keyDigest: made.verifying_key_digest });
  assert.deepEqual(again.public, made.public);
  const second = await prove(circuit, key, '{"applicant": [10, 5, 100, 20], "limit": 2000}');
  assert.notDeepEqual(second.proof, made.proof, "a proof is blinded afresh");
});

test("a commitment by hash is that of zirc commit", async () => {
  const [circuit, key] = [read("within.circuit"), read("within.pk")];
  const inputs = json("within/input.json");
  const { commitments } = json("within.committed.json");
  const made = await commit(circuit, inputs);
  assert.deepEqual(made.commitments, commitments);
  assert.deepEqual(made.salts, {});
  // Without a salt one is made, and with it everything is as before.
  const { "measured.salt": _, ...bare } = inputs;
  const fresh = await commit(circuit, { measured: bare.measured });
  const { "measured.salt": salt } = fresh.salts;
  assert.ok(BigInt(salt) >= 0n && BigInt(salt) < 1n << 248n, salt);
  assert.notEqual(fresh.commitments["measured.commitment"], commitments["measured.commitment"]);
  assert.notEqual((await commit(circuit, bare)).salts["measured.salt"], salt);
  write("within.js.json", JSON.stringify({ ...bare, ...fresh.salts }));
  assert.deepEqual(zirc("commit", "within.circuit", "--input", "within.js.json").commitments, fresh.commitments);
  const proven = await prove(circuit, key, { ...bare, ...fresh.salts });
  const shown = proven.public.find((p) => p.name === "measured.commitment").raw[0];
  assert.equal(shown, fresh.commitments["measured.commitment"]);
  const none = await refused(() => prove(circuit, key, bare));
  assert.equal(none.kind, "input");
  assert.ok(none.errors[0].includes("measured.salt") && none.help.includes("measured.salt"), none.message);
  const keyed = await refused(() => commit(circuit, inputs, { key }));
  assert.equal(keyed.kind, "usage");
});

test("a hidden model is committed to, proved with and asked for", async () => {
  const [circuit, key] = [read("score.circuit"), read("score.pk")];
  const made = await commit(circuit, text("score/weights.json"), { key });
  const inputs = json("score/input.json");
  const proven = await prove(circuit, key, inputs, { opening: made.opening });
  assert.equal(proven.model_commitment, made.commitment);
  write("score.js.json", proven.receipt);
  assert.equal(zirc("verify", "score.js.json", "--vk", "score.vk", "--model", made.commitment).model_commitment, made.commitment);
  // The one that zirc made opens as well.
  const theirs = await prove(circuit, key, inputs, { opening: read("score.opening") });
  assert.equal(theirs.model_commitment, json("score.said.json").model_commitment);
  const other = await refused(() => prove(circuit, key, { ...inputs, bias: 701 }, { opening: made.opening }));
  assert.ok(other.message.startsWith("another model: its commitment is"), other.message);
  assert.equal((await refused(() => prove(circuit, key, inputs))).kind, "usage");
  assert.equal((await refused(() => commit(circuit, inputs))).kind, "usage");
});

test("what cannot be proved is refused, with the place", async () => {
  const [circuit, key] = [read("within.circuit"), read("within.pk")];
  const inputs = json("within/input.json");
  const failed = await refused(() => prove(circuit, key, { ...inputs, hi: -90 }));
  assert.equal(failed.kind, "assertion");
  assert.ok(failed.message.startsWith("assertion fails: out of range (assertion at "), failed.message);
  assert.match(failed.place, /model\.zirc:7$/);
  const wrong = await refused(() => prove(circuit, key, { ...inputs, hi: 1 << 20, lo: 1.5, more: 1 }));
  assert.equal(wrong.kind, "input");
  assert.equal(wrong.errors.length, 3, wrong.message);
  const other = await refused(() => prove(read("loan.circuit"), key, json("loan/input.json")));
  assert.equal(other.kind, "file");
  assert.ok(other.message.startsWith("key is for circuit `within`"), other.message);
  const nothing = await refused(() => commit(read("loan.circuit"), {}));
  assert.deepEqual([nothing.kind, nothing.message], ["usage", "the circuit has nothing to commit to"]);
});

test("bytes of all kinds are refused, and stop nothing", async () => {
  const keyDigest = digest("loan.json");
  const [circuit, key, receipt] = [read("loan.circuit"), read("loan.pk"), text("loan.json")];
  for (const [input, kind] of [["", "file"], ["{", "file"], ["[".repeat(1 << 20), "file"], [Uint8Array.of(0xff), "file"],
    [receipt.replace(/"receipt": \d+/, '"receipt": 1'), "file"], [receipt.replace('"receipt"', '"receipt": 3, "receipt"'), "file"],
    [new Uint8Array((64 << 20) + 1), "file"], [undefined, "usage"], [7, "usage"], [{}, "usage"]]) {
    assert.equal((await refused(() => verify(input, { keyDigest }))).kind, kind);
  }
  // Every byte at which a file could be cut or changed, in steps that meet all of its parts.
  let state = 1;
  const random = (n) => (state = (state * 48271) % 2147483647) % n;
  for (const [good, call] of [
    [circuit, (bytes) => prove(bytes, key, json("loan/input.json"))],
    [key, (bytes) => prove(circuit, bytes, json("loan/input.json"))],
    [read("loan.vk"), (bytes) => verify(receipt, { key: bytes })],
  ]) {
    for (let k = 0; k < 60; k += 1) {
      const cut = await refused(() => call(good.subarray(0, random(good.length))));
      const bad = Uint8Array.from(good);
      bad[random(bad.length)] ^= 1 << random(8);
      const changed = await refused(() => call(bad));
      for (const error of [cut, changed]) assert.notEqual(error.kind, "stopped", error.message);
    }
  }
  assert.equal((await verify(receipt, { keyDigest })).circuit, "loan");
});

for (const [name, kind, message] of [
  ["elements", "file", "the circuit: damaged circuit: structure of the circuit: tensor 1: size past the limit of 67108864"],
  ["steps", "file", "the circuit: damaged circuit: structure of the circuit: tensor 1: size past the limit of 1073741824"],
  ["memory", "memory", /^the proof needs about [0-9.]+ GB of memory, and 4\.3 GB are there \(limit on address space\)/],
]) {
  test(`a circuit of too many ${name} for 32 bits is refused with its numbers`, async () => {
    const error = await refused(() => commit(read(`wide.${name}.circuit`), {}));
    assert.equal(error.kind, kind, error.message);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
  });
}

test("an instance that runs out of memory is replaced", async () => {
  // Of its own: the one that the tests before this had has room left.
  const glue = await import(`${pathToFileURL(`${home}/wasm/zirc_verify.js`).href}?fresh`);
  let memory;
  const spied = {
    initSync: (module) => ({ memory } = glue.initSync(module)),
    verify: glue.verify,
    __wbg_reset_state: () => glue.__wbg_reset_state(),
  };
  const call = engine(spied, () => readFileSync(`${home}/wasm/zirc_verify_bg.wasm`));
  const asked = JSON.stringify({ keyDigest: digest("loan.json") });
  const receipt = read("loan.json");
  assert.equal((await call("verify", receipt, asked, undefined)).circuit, "loan");
  // Nothing is left to grow into, and what is held does not suffice.
  memory.grow(65536 - memory.buffer.byteLength / 65536);
  const large = new Uint8Array(48 << 20).fill(32);
  large.set(receipt);
  const error = await refused(() => call("verify", large, asked, undefined));
  assert.equal(error.kind, "stopped", error.message);
  assert.equal((await call("verify", large, asked, undefined)).circuit, "loan");
});
