// zirc for JavaScript: verify, commit, prove. Types and what they mean stand in index.d.ts.
import { ZircError, bytes, engine, options, text, values } from "./engine.js";
import * as verifier from "./wasm/zirc_verify.js";
import * as prover from "./wasm/zirc_prove.js";

export { ZircError };

/** Bytes of a file of this package, in node and in browsers. */
async function file(name) {
  const url = new URL(`./wasm/${name}`, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

const inVerifier = engine(verifier, () => file("zirc_verify_bg.wasm"));
const inProver = engine(prover, () => file("zirc_prove_bg.wasm"));

export async function verify(receipt, asked) {
  const { keyDigest, key, model, public: wanted } = options(asked, ["keyDigest", "key", "model", "public"]);
  const what = JSON.stringify({
    keyDigest: text("keyDigest", keyDigest),
    model: text("model", model),
    public: values("public", wanted),
  });
  return inVerifier("verify", bytes("receipt", receipt), what, key === undefined ? undefined : bytes("key", key));
}

export async function commit(circuit, inputs, given) {
  const { key } = options(given, ["key"]);
  const own = key === undefined ? undefined : bytes("key", key);
  const made = await inProver("commit", zircFile("circuit", circuit), input(inputs), own);
  return made.opening === undefined ? made : { ...made, opening: unhex(made.opening) };
}

export async function prove(circuit, key, inputs, given) {
  const { opening, checkKey = false } = options(given, ["opening", "checkKey"]);
  if (typeof checkKey !== "boolean") throw new ZircError({ kind: "usage", message: "checkKey: expected true or false" });
  const own = opening === undefined ? undefined : bytes("opening", opening);
  const made = await inProver("prove", zircFile("circuit", circuit), zircFile("key", key), input(inputs), own, checkKey);
  return { ...made, proof: unhex(made.proof) };
}

/** A file of zirc: a text is none. */
function zircFile(what, value) {
  if (typeof value === "string") throw new ZircError({ kind: "usage", message: `${what}: expected bytes, got a text` });
  return bytes(what, value);
}

function input(inputs) {
  if (inputs === undefined) throw new ZircError({ kind: "usage", message: "inputs: expected an object of values by name" });
  return bytes("inputs", values("inputs", inputs));
}

function unhex(digits) {
  return Uint8Array.from({ length: digits.length / 2 }, (_, k) => Number.parseInt(digits.slice(2 * k, 2 * k + 2), 16));
}
