// The page as a reader uses it, in headless Chromium, from a disk: with mouse and keyboard, good receipts and forged ones.
//
//   node page.mjs CHROMIUM PAGE.html FIXTURES
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const [executablePath, file, fixtures] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run"];
const browser = await chromium.launch({ executablePath, args });
const json = (name) => JSON.parse(readFileSync(`${fixtures}/${name}`, "utf8"));
const digest = (name) => json(name).verifying_key_digest;

/** A page that tells what it asked for and what went wrong, at one width. */
async function opened(width) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const seen = { asked: [], wrong: [] };
  page.on("request", (r) => seen.asked.push(r.url()));
  page.on("pageerror", (e) => seen.wrong.push(String(e)));
  page.on("console", (m) => { if (m.type() === "error") seen.wrong.push(m.text()); });
  await page.goto(`file://${file}`);
  return { page, seen };
}

/** Drops bytes anywhere on the page. */
async function drop(page, name, text) {
  const data = await page.evaluateHandle(({ name, text }) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "application/json" }));
    return data;
  }, { name, text });
  await page.dispatchEvent("body", "dragover", { dataTransfer: data });
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

/** What the result says, once there is one. */
async function result(page) {
  await page.locator("#result").waitFor({ state: "visible" });
  return page.locator("#result").innerText();
}

async function accepts(page) {
  const said = json("loan.said.json");
  // The keyboard alone: the field of the digest, the file, Enter.
  await page.locator("#digest").focus();
  await page.keyboard.type(` ${digest("loan.json")} `);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "model");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "file");
  await page.locator("#file").setInputFiles(`${fixtures}/loan.json`);
  await page.locator("#check").press("Enter");
  const shown = await result(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "result", "the answer is read out");
  assert.equal(await page.locator("#result").getAttribute("class"), "accepted");
  const { statement, not_claimed, digest: circuit } = said;
  const own = ["Accepted", statement, "checked", "the key in the receipt, whose digest you gave", "repeated, and bound by nothing",
    "the key was made by", "not claimed", ...not_claimed, circuit, `1 ("granted")`];
  for (const words of own) assert.ok(shown.includes(words), `${words}\n${shown}`);
}

async function refuses(page) {
  // Without a digest nothing is accepted, and the receipt's own is named as what it is.
  await page.locator("#digest").fill("");
  await drop(page, "loan.json", readFileSync(`${fixtures}/loan.json`, "utf8"));
  await page.locator("#check").click();
  const untrusted = await result(page);
  assert.ok(untrusted.startsWith("Not checked") && untrusted.includes(`the receipt says ${digest("loan.json")}`), untrusted);
  assert.equal(await page.locator("#result").getAttribute("class"), "");
  await page.locator("#digest").fill("abc");
  await page.locator("#check").click();
  assert.ok((await result(page)).includes("keyDigest: expected 64 lowercase hexadecimal digits"));
  await drop(page, "nothing.json", "{");
  assert.ok((await result(page)).startsWith("Not checked"));

  const forged = readFileSync(`${fixtures}/loan.forged`, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  for (const { part, change, keyDigest, message, wrong, receipt } of forged) {
    await page.locator("#digest").fill(keyDigest);
    await drop(page, "forged.json", receipt);
    const shown = await result(page);
    assert.ok(shown.startsWith("Refused") || shown.startsWith("Not checked"), `${part}: ${change}: ${shown}`);
    const plain = (text) => text.replace(/\s+/g, " ");
    assert.ok(plain(shown).includes(plain(message).trim()), `${part}: ${change}\n${shown}\n${message}`);
    if (shown.startsWith("Refused")) assert.ok(plain(shown).includes(`what failed ${plain(wrong)}`), shown);
  }
  return forged.length;
}

/** A hidden model that is asked for, and one that is not. */
async function models(page) {
  const { model_commitment: model } = json("score.said.json");
  await page.locator("#digest").fill(digest("score.json"));
  await page.locator("#model").fill(model);
  await drop(page, "score.json", readFileSync(`${fixtures}/score.json`, "utf8"));
  assert.ok((await result(page)).includes("the model is the one of the commitment that you asked for"));
  await page.locator("#model").fill(json("score.other.json").proof.slice(0, 64));
  assert.ok(await page.locator("#result").isHidden(), "an answer does not stand beside another question");
  await page.locator("#check").click();
  const shown = await result(page);
  assert.ok(shown.startsWith("Refused") && shown.includes("model_commitment"), shown);
}

/** Notes are free text: nothing in them becomes a part of the page. */
async function escapes(page) {
  const receipt = json("loan.json");
  receipt.notes.fidelity = "<img src=x onerror=document.title='gone'>\u202e\u001b[31m";
  await page.locator("#digest").fill(digest("loan.json"));
  await page.locator("#model").fill("");
  await drop(page, "notes.json", JSON.stringify(receipt));
  assert.ok((await result(page)).includes("fidelity: <img src=x onerror=document.title='gone'>\\u{202e}\\u{1b}[31m"));
  assert.equal(await page.title(), "Check a receipt");
  assert.equal(await page.locator("img").count(), 0);
}

try {
  for (const width of [1280, 400]) {
    const { page, seen } = await opened(width);
    await accepts(page);
    const tried = await refuses(page);
    await models(page);
    await escapes(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    assert.deepEqual(seen.asked.filter((url) => !url.startsWith("file:")), [], "nothing is sent anywhere");
    assert.deepEqual(seen.wrong, []);
    console.log(`the page at ${width} pixels: fine, and ${tried} forgeries refused`);
    await page.close();
  }
} finally {
  await browser.close();
}
