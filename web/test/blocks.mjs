// Blocks of code of a page of the guide, so that what a reader sees is what runs.
import { readFileSync } from "node:fs";

/** The text of all blocks of a language. */
export function blocks(page, language) {
  const text = readFileSync(new URL(`../../docs/src/${page}`, import.meta.url), "utf8");
  const found = [...text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)];
  return found.filter(([, info]) => info === language).map(([, , code]) => code);
}

/** The only one. */
export function block(page, language) {
  const all = blocks(page, language);
  if (all.length !== 1) throw new Error(`${page}: ${all.length} blocks of ${language}, expected one`);
  return all[0];
}
