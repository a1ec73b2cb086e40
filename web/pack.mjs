// Puts the page together: one file that needs nothing beside it, so that it works from a disk as from any host.
//
//   node web/pack.mjs FOLDER    with FOLDER/zirc/wasm as web/build.sh makes it; writes FOLDER/receipt.html
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const out = process.argv[2];
const source = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

/** A module without its exports, which must be as they are expected. */
function inlined(text, ...exported) {
  const bare = text.replace(/^export (?=(async )?(function|class) )/gm, "").replace(/^export \{[^}]*\};?$/gm, "");
  if (/^\s*(export|import)\b/m.test(bare) || bare.includes("import.meta") || bare.includes("</script")) {
    throw new Error("a module that cannot be put into the page");
  }
  return `(() => {${bare}\nreturn { ${exported.join(", ")} };\n})()`;
}

const wasm = readFileSync(`${out}/zirc/wasm/zirc_verify_bg.wasm`).toString("base64");
const glue = inlined(readFileSync(`${out}/zirc/wasm/zirc_verify.js`, "utf8"), "initSync", "verify", "__wbg_reset_state");
const script = `
const { engine } = ${inlined(source("js/engine.js"), "engine")};
const glue = ${glue};
const verified = engine(glue, async () => Uint8Array.from(atob("${wasm}"), (c) => c.charCodeAt(0)));
${source("page/page.js")}`;
const style = source("page/style.css");

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)} 'wasm-unsafe-eval'`,
  `style-src ${hash(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const filled = { POLICY: policy, STYLE: style, SCRIPT: script };
const page = source("page/index.html").replace(/\{\{(\w+)\}\}/g, (_, name) => filled[name]);
writeFileSync(`${out}/receipt.html`, page);
