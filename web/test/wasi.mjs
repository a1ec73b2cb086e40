// Runs a test that was built for wasm32-wasip1, in the folder that cargo runs tests in.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const [path, ...args] = process.argv.slice(2);
const preopens = { "/": "/", ".": process.cwd() };
const wasi = new WASI({ version: "preview1", args: [path, ...args], env: process.env, preopens, returnOnExit: true });
const instance = await WebAssembly.instantiate(await WebAssembly.compile(await readFile(path)), wasi.getImportObject());
process.exitCode = wasi.start(instance);
