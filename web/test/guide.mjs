// The program of the guide's page on browsers, as it stands there, and what it is said to print.
//
//   node web/test/guide.mjs PACKAGE FIXTURES
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { block, blocks } from "./blocks.mjs";

const [home, fixtures] = process.argv.slice(2);
mkdirSync(`${fixtures}/node_modules`, { recursive: true });
rmSync(`${fixtures}/node_modules/zirc`, { force: true });
symlinkSync(home, `${fixtures}/node_modules/zirc`);
writeFileSync(`${fixtures}/guide.mjs`, block("browser.md", "js"));
const printed = execFileSync("node", ["guide.mjs"], { cwd: fixtures, encoding: "utf8" });
const [said] = blocks("browser.md", "text");
assert.equal(printed, said);

// What the page says of sizes is so.
const kilobytes = (name) => readFileSync(`${home}/wasm/${name}_bg.wasm`).length / 1000;
const guide = readFileSync(new URL("../../docs/src/browser.md", import.meta.url), "utf8");
for (const [name, size] of [...guide.matchAll(/^\| `(zirc_\w+)_bg\.wasm` \|.*\| (\d+) kB \|$/gm)].map(([, n, s]) => [n, Number(s)])) {
  assert.ok(kilobytes(name) <= size, `${name}: ${kilobytes(name)} kB, the guide says ${size}`);
}
console.log("the guide's program prints what the guide says");
