// Compiles standard JSON from standard input with the solc of the folder that it is started in.
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const here = createRequire(process.cwd() + "/");
const solc = here("solc");
process.stdout.write(solc.compile(readFileSync(0, "utf8")));
