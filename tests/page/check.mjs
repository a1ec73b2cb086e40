// Reads a page of `zirc inspect --html` as a person does, and compares it with what `--json` says.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const [executablePath, folder, pictures, ...names] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run"];
const browser = await chromium.launch({ executablePath, args });
const numbers = (text) => Number(text.replace(/[^0-9]/g, ""));

/** How much lighter one colour is than another, as WCAG 2 counts it. */
function contrast(a, b) {
  const light = (css) => {
    const [r, g, bl] = css.match(/[\d.]+/g).map((x) => Number(x) / 255)
      .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

/** Everything there is, at one width. */
async function read(name, width) {
  const said = JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const asked = [];
  const wrong = [];
  page.on("request", (r) => asked.push(r.url()));
  page.on("pageerror", (e) => wrong.push(String(e)));
  page.on("console", (m) => { if (m.type() === "error") wrong.push(m.text()); });
  await page.goto(`file://${folder}/${name}.html`);
  assert.deepEqual(asked.filter((url) => !url.startsWith("file:")), [], "nothing comes from a network");

  // The page itself is never wider than the window; what is wide scrolls by itself.
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name} at ${width}: ${overflow} pixels too wide`);
  const facts = await page.locator("#facts").innerText();
  assert.ok(facts.includes(said.tree.all.constraints.toLocaleString("en-US")), facts);

  // Layers are those of the report, and add up to its sum.
  const rows = await page.locator("#layers tbody tr").all();
  const counts = await Promise.all(rows.map(async (r) => numbers(await r.locator("td").nth(1).innerText())));
  const total = counts.pop();
  assert.equal(total, said.tree.all.constraints);
  assert.equal(counts.reduce((a, b) => a + b, 0), total);
  await page.locator("#layers th button", { hasText: "constraints" }).click();
  const sorted = await Promise.all((await page.locator("#layers tbody tr").all()).slice(0, -1)
    .map(async (r) => numbers(await r.locator("td").nth(1).innerText())));
  assert.deepEqual(sorted, [...counts].sort((a, b) => b - a));

  // Equations of the first layer: at least one, that of an element; Escape closes, and gives the focus back.
  const first = page.locator("#layers td button").first();
  await first.click();
  await page.locator("#equations").waitFor({ state: "visible" });
  assert.ok((await page.locator("#equations .equation code").first().innerText()).includes("="));
  if (pictures !== folder) await page.screenshot({ path: `${pictures}/${name}-${width}-equations.png` });
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#equations").isVisible(), false);
  assert.equal(await first.evaluate((e) => e === document.activeElement), true);

  // The chart, with the keyboard alone: down from the whole, in, and out again.
  const boxes = page.locator("#chart button");
  assert.ok(await boxes.count() > 1);
  await boxes.first().focus();
  await page.keyboard.press("ArrowDown");
  const below = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  assert.ok((await page.locator("#path").innerText()).includes(below.split(": ")[0]));
  await page.keyboard.press("Escape");
  assert.equal((await page.locator("#path").innerText()).includes("›"), false);
  for (const label of ["predicted time", "variables", "constraints"]) await page.locator("#metric").selectOption(label);

  // A line of the source, by its number.
  const line = page.locator(".row button").first();
  const count = numbers(await line.innerText());
  assert.ok(said.lines.some((l) => l.all.constraints === count));
  await line.click();
  await page.locator("#equations").waitFor({ state: "visible" });
  await page.locator("#close").click();

  // Text stands out from what is behind it.
  for (const selector of [".hint", "#facts dd", "#layers td", "#chart button", ".row .no", "#layers td button"]) {
    const [ink, paper] = await page.locator(selector).first().evaluate((e) => {
      let back = e;
      while (back && getComputedStyle(back).backgroundColor === "rgba(0, 0, 0, 0)") back = back.parentElement;
      return [getComputedStyle(e).color, back ? getComputedStyle(back).backgroundColor : "rgb(255, 255, 255)"];
    });
    assert.ok(contrast(ink, paper) >= 4.5, `${selector}: ${ink} on ${paper}`);
  }
  if (pictures !== folder) await page.screenshot({ path: `${pictures}/${name}-${width}.png`, fullPage: true });
  assert.deepEqual(wrong, []);
  await page.close();
}

try {
  for (const name of names) for (const width of [1280, 400]) {
    await read(name, width);
    console.log(`${name} at ${width} pixels: fine`);
  }
} finally {
  await browser.close();
}
