// The page: takes a receipt and a digest, and shows what verification says. `verified` is the module, in one call.

const at = (id) => document.getElementById(id);
const [form, digest, model, file, drop, name, result] =
  ["form", "digest", "model", "file", "drop", "name", "result"].map(at);

/** Values of a tensor that are shown. */
const SHOWN = 16;
/** The file that was dropped or chosen. */
let receipt;

/** An element with text in it: nothing of a receipt is ever taken for HTML. */
function element(tag, content, ...children) {
  const made = document.createElement(tag);
  if (content) made.textContent = content;
  made.append(...children);
  return made;
}

const list = (lines) => element("ul", "", ...lines.map((line) => element("li", line)));

/** What has no visible form, or would change the direction of the text around it, is replaced: a name stays where it is. */
const plain = (text) => String(text).replace(/\s/g, " ").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");

/** Characters of a name that are shown. */
const LONGEST = 300;
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

function tensor({ name, direction, type, shape, values, names }) {
  // A label that is a number is none where it stands in quotes.
  const label = (text) => JSON.stringify(short(text));
  const one = (value, k) => (names?.[k] !== undefined && names[k] !== value ? `${value} (${label(names[k])})` : value);
  const more = values.length > SHOWN ? `, … ${values.length} values` : "";
  const shown = values.slice(0, SHOWN).map(one).join(", ");
  const size = shape.length ? `[${shape.join(", ")}]` : "";
  const cells = [short(name), shape.length ? `[${shown}${more}]` : shown, `${direction}, ${short(type)}${short(size)}`];
  return element("tr", "", ...cells.map((text) => element("td", plain(text))));
}

function accepted(said) {
  const heads = ["name", "value", "what it is"].map((text) => element("th", text));
  const rows = [element("tr", "", ...heads), ...said.public.map(tensor)];
  const table = element("div", "", element("table", "", ...rows));
  table.className = "scroll";
  const facts = [["circuit", said.circuit], ["digest of the circuit", said.digest], ["digest of the key", said.verifying_key_digest]];
  if (said.model_commitment) facts.push(["commitment to the model", said.model_commitment]);
  const open = said.nondet.map((n) => `${n.hint} in ${n.function}: ${n.reason}`);
  return [
    element("h2", "Accepted"),
    element("p", plain(said.statement)),
    element("h3", "public values"),
    said.public.length ? table : element("p", "None: the proof says only that private inputs exist."),
    ...said.sections.flatMap(({ title, lines }) => [element("h3", title), list(lines)]),
    ...(open.length ? [element("h3", "hints that may take several values"), list(open.map((text) => short(plain(text))))] : []),
    element("h3", "names"),
    element("dl", "", ...facts.flatMap(([term, text]) => [element("dt", term), element("dd", short(plain(text)))])),
  ];
}

/** Why not: refused, or not even looked at. */
function refused(error) {
  const rejected = error.kind === "rejected";
  const parts = [element("h2", rejected ? "Refused" : "Not checked"), element("p", plain(error.message))];
  if (rejected) {
    parts.push(element("h3", "what failed"), list([plain(error.part ?? "the receipt")]));
    parts.push(element("p", "Nothing that this receipt says may be believed."));
  }
  if (error.help) parts.push(element("p", plain(error.help)));
  return parts;
}

function show(kind, parts) {
  result.className = kind;
  result.replaceChildren(...parts);
  result.hidden = false;
  result.focus();
}

/** How often somebody asked: an answer that comes late is no answer to what was asked since. */
let turn = 0;

async function check() {
  // What an earlier receipt was told must not stand beside a new one.
  result.hidden = true;
  turn += 1;
  const mine = turn;
  const [kind, parts] = await answer();
  if (mine === turn) show(kind, parts);
}

async function answer() {
  if (!receipt) return ["", refused({ kind: "usage", message: "There is no receipt yet: drop its file, or choose it." })];
  const asked = { keyDigest: digest.value.trim() || undefined, model: model.value.trim() || undefined };
  try {
    const bytes = new Uint8Array(await receipt.arrayBuffer());
    return ["accepted", accepted(await verified("verify", bytes, JSON.stringify(asked), undefined))];
  } catch (error) {
    return [error.kind === "rejected" ? "refused" : "", refused(error)];
  }
}

function take(files) {
  if (!files?.length) return;
  [receipt] = files;
  const own = short(plain(receipt.name));
  name.textContent = files.length > 1 ? `${own}, the first of ${files.length} files` : own;
  result.hidden = true;
  if (digest.value.trim()) check();
}

form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
file.addEventListener("change", () => take(file.files));
// An answer is about what was asked for, and not about what stands there now.
for (const field of [digest, model]) {
  field.addEventListener("input", () => { result.hidden = true; turn += 1; });
}
// Wherever it is dropped: a browser would leave the page for a file that nobody takes.
for (const type of ["dragenter", "dragover"]) {
  addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer?.files);
});
