"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("en-US");
const ms = (ns) => ns >= 1e9 ? (ns / 1e9).toFixed(2) + " s" : (ns / 1e6).toFixed(ns < 1e6 ? 3 : 1) + " ms";
const size = (n) => n >= 1e9 ? (n / 1e9).toFixed(1) + " GB" : n >= 1e6 ? (n / 1e6).toFixed(1) + " MB" : (n / 1e3).toFixed(1) + " kB";

/** An element with its properties and what is in it; text is never markup. */
function make(tag, properties, ...inner) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key === "style") element.style.cssText = value;
    else if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...inner.filter((x) => x !== null && x !== undefined));
  return element;
}

// Categories in colours that people tell apart whatever colours they see (Okabe and Ito), and in shades that differ.
const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#56b4e9", "#d55e00", "#cc79a7", "#f0e442", "#000000", "#999999", "#ffffff"];

function facts() {
  at("name").textContent = data.circuit;
  document.title = "Where the constraints of " + data.circuit + " go";
  const total = data.tree.all;
  const list = [["constraints", whole.format(total.constraints)], ["variables", whole.format(total.variables)]];
  if (total.lookups) list.push(["lookups", whole.format(total.lookups)]);
  if (data.forecast) {
    list.push(["proof, predicted", ms(data.forecast.proof.ms * 1e6) + ", " + size(data.forecast.proof.memory)]);
    list.push(["setup, predicted", ms(data.forecast.setup.ms * 1e6) + ", " + size(data.forecast.setup.memory)]);
    list.push(["proving key", size(data.forecast.proving_key)]);
  }
  list.push(["digest", data.digest.slice(0, 16) + "…"]);
  for (const [name, value] of list) at("facts").append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
}

// The chart.

const METRICS = {
  constraints: { of: (c) => c.constraints, text: (n) => whole.format(n) },
  "predicted time": { of: (c) => c.nanoseconds, text: ms },
  variables: { of: (c) => c.variables, text: (n) => whole.format(n) },
};
let metric = "constraints";
let zoomed = [];

const key = (b) => b.line ? b.short + " at " + b.line : b.short;
const branchAt = (path) => path.reduce((b, i) => b.branches[i], data.tree);
const value = (cost) => METRICS[metric].of(cost);

function draw(focus) {
  const chart = at("chart");
  const top = branchAt(zoomed);
  const rows = [];
  const own = [];
  const place = (b, path, left, width, level) => {
    (rows[level] = rows[level] || []).push({ b, path, left, width });
    if (level >= 12) return;
    let x = left;
    b.branches.forEach((inner, i) => {
      const part = value(b.all) ? width * value(inner.all) / value(b.all) : 0;
      // What would be thinner than a hair is in the table below.
      if (part >= 0.15) place(inner, [...path, i], x, part, level + 1);
      x += part;
    });
    if (b.branches.length && value(b.own) > 0) {
      own.push({ left: x, width: left + width - x, level: level + 1, words: "itself: " + METRICS[metric].text(value(b.own)) });
    }
  };
  place(top, zoomed, 0, 100, 0);
  chart.replaceChildren();
  chart.style.height = rows.length * 27 + "px";
  own.filter((x) => x.level < rows.length && x.width >= 0.15).forEach((x) => chart.append(make("div", {
    className: "own", title: x.words, style: `left:${x.left}%;width:${x.width}%;top:${x.level * 27}px`,
  }, x.words)));
  rows.forEach((row, level) => row.forEach(({ b, path, left, width }, k) => {
    const light = 62 + ((level * 2 + k * 5) % 4) * 7;
    const words = key(b) + ": " + METRICS[metric].text(value(b.all));
    const box = make("button", {
      style: `left:${left}%;width:${width}%;top:${level * 27}px;background:hsl(205 62% ${light}%)`,
      title: words, "aria-label": words, onclick: () => zoom(path),
    }, words);
    box.dataset.path = path.join(",");
    box.onkeydown = (event) => move(event, rows, level, k);
    chart.append(box);
  }));
  if (focus) chart.querySelector(`[data-path="${zoomed.join(",")}"]`)?.focus();
  trail();
  inside(top);
}

/** Arrow keys: to the neighbours, to the caller and to the first that is called. */
function move(event, rows, level, k) {
  const { path } = rows[level][k];
  const to = {
    ArrowRight: rows[level][k + 1]?.path,
    ArrowLeft: rows[level][k - 1]?.path,
    ArrowUp: level > 0 ? path.slice(0, -1) : undefined,
    ArrowDown: rows[level + 1]?.find((x) => path.every((p, i) => x.path[i] === p))?.path,
  }[event.key];
  if (!to) return;
  event.preventDefault();
  at("chart").querySelector(`[data-path="${to.join(",")}"]`)?.focus();
}

function zoom(path) {
  zoomed = path;
  draw(true);
  if (path.length) showBranch(path);
}

function trail() {
  const nav = at("path");
  nav.replaceChildren();
  for (let i = 0; i <= zoomed.length; i++) {
    const path = zoomed.slice(0, i);
    if (i) nav.append(" › ");
    const name = key(branchAt(path));
    nav.append(i < zoomed.length ? make("button", { onclick: () => zoom(path) }, name) : make("strong", {}, name));
  }
}

/** A table of what the chosen box consists of. */
function inside(top) {
  const parts = top.branches.map((b, i) => ({ b, path: [...zoomed, i] })).filter((x) => value(x.b.all) > 0);
  parts.sort((x, y) => value(y.b.all) - value(x.b.all));
  const rows = parts.map(({ b, path }) => line(make("button", { onclick: () => zoom(path) }, key(b)), b.all, b.own));
  const own = { ...top.own };
  if (value(own) > 0 && parts.length) rows.push(line("itself", own, own));
  rows.push(line("all", top.all, top.own, "all"));
  at("inside").replaceChildren(make("div", { className: "wide" }, table(["part", "constraints", "itself", "variables", "proof"], rows, "variables")));
}

function line(name, all, own, kind) {
  const cells = [whole.format(all.constraints), whole.format(own.constraints), whole.format(all.variables), ms(all.nanoseconds)];
  return make("tr", { className: kind || "" }, make("td", {}, name), ...cells.map((c, k) => make("td", { className: k === 2 ? "less" : "" }, c)));
}

/** What a narrow window has no room for is in `less`. */
function table(names, rows, less) {
  const head = make("tr", {}, ...names.map((n) => make("th", { scope: "col", className: n === less ? "less" : "" }, n)));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
}

// Layers.

let sorted = null;

function layers() {
  const categories = [...new Set(data.layers.flatMap((l) => l.operations.flatMap((o) => Object.keys(o.categories))))].sort();
  const colour = (c) => COLOURS[categories.indexOf(c) % COLOURS.length];
  const columns = [["constraints", (c) => c.constraints], ["shared", (c) => c.shared], ["lookups", (c) => c.lookups],
    ["tables", (c) => c.tables], ["variables", (c) => c.variables], ["public", (c) => c.public], ["full width", (c) => c.full],
    ["proof", (c) => c.nanoseconds, ms]].filter(([name, of]) => name === "constraints" || data.by.layer.some((g) => of(g) > 0));
  const less = (name) => ["constraints", "proof"].includes(name) ? "" : "less";
  let groups = data.by.layer.filter((g) => g.constraints || g.variables);
  if (sorted !== null) groups = [...groups].sort((x, y) => columns[sorted][1](y) - columns[sorted][1](x));
  const most = Math.max(1, ...groups.map((g) => g.constraints));
  const head = make("tr", {}, make("th", { scope: "col" }, "layer"), ...columns.map(([name], k) => {
    const sort = sorted === k ? "descending" : "none";
    return make("th", { scope: "col", className: less(name), "aria-sort": sort }, make("button", { onclick: () => { sorted = sorted === k ? null : k; layers(); } }, name));
  }), make("th", { scope: "col" }, "what for"));
  const rows = groups.map((g) => {
    const own = data.layers.find((l) => l.layer === g.key);
    const sums = categories.map((c) => (own?.operations || []).reduce((n, o) => n + (o.categories[c] || 0), 0));
    const words = categories.map((c, i) => sums[i] ? c + " " + whole.format(sums[i]) : "").filter(Boolean).join(", ");
    const stack = make("div", { className: "stack", role: "img", "aria-label": words, title: words, style: `width:${100 * g.constraints / most}%;min-width:4px` },
      ...categories.map((c, i) => sums[i] ? make("i", { style: `flex:${sums[i]};background:${colour(c)}` }) : null));
    const name = make("button", { onclick: () => showLayer(g.key) }, g.short);
    return make("tr", {}, make("td", {}, name), ...columns.map(([name, of, text]) => make("td", { className: less(name) }, (text || ((n) => whole.format(n)))(of(g)))),
      make("td", { style: "min-width:140px" }, g.constraints ? stack : ""));
  });
  const total = data.tree.all;
  rows.push(make("tr", { className: "all" }, make("td", {}, "all"), ...columns.map(([name, of, text]) => make("td", { className: less(name) }, (text || ((n) => whole.format(n)))(of(total)))), make("td")));
  at("layers").replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  at("legend").replaceChildren(...categories.map((c) => make("span", {}, make("i", { style: `background:${colour(c)}` }), c)));
}

// Source.

function sources() {
  const total = Math.max(1, data.tree.all.constraints);
  data.sources.forEach((file, f) => {
    const costs = new Map(data.lines.filter((l) => l.file === f).map((l) => [l.number, l]));
    const own = [...costs.values()].reduce((n, l) => n + l.own.constraints, 0);
    const rows = file.lines.map((text, k) => {
      const cost = costs.get(k + 1);
      const count = cost ? cost.all.constraints : 0;
      const hot = count >= total / 10;
      const number = count ? make("button", { onclick: () => showLine(file.name + ":" + (k + 1), text.trim()), "aria-label": `${count} constraints, line ${k + 1}` }, whole.format(count)) : "";
      return make("div", { className: hot ? "row hot mono" : "row mono" }, make("span", {}, number), make("span", { className: "tick", "aria-hidden": "true" }, hot ? "▌" : "│"),
        make("span", { className: "no" }, String(k + 1)), make("code", {}, text || " "));
    });
    at("sources").append(make("details", { open: !file.name.startsWith("std/") },
      make("summary", {}, make("span", {}, whole.format(own) + " in the file itself"), file.name), make("div", { className: "code" }, ...rows)));
  });
}

function shared() {
  if (!data.shared.length) return;
  at("shared").hidden = false;
  const rows = data.shared.filter((s) => s.cost.constraints).flatMap((s) => [
    make("tr", { className: "all" }, make("td", {}, s.strategy || "variables"), make("td", { className: "words" }, ""), make("td", {}, whole.format(s.cost.constraints)), make("td", {}, "")),
    ...s.users.map((u) => make("tr", {}, make("td", {}, ""), make("td", { className: "words" }, u.category + ", " + u.place.layer + ", " + u.place.line),
      make("td", {}, whole.format(u.cost.constraints)), make("td", {}, whole.format(u.times)))),
  ]);
  at("shared-table").append(table(["shared", "for", "constraints", "times asked"], rows));
}

// Equations.

let opener = null;

function show(title, wanted) {
  const text = at("equations-text");
  text.replaceChildren();
  at("equations-title").textContent = title;
  let any = false;
  for (const layer of data.equations) {
    const own = layer.equations.filter((e) => wanted(e, layer));
    if (!own.length) continue;
    any = true;
    const element = layer.element.length ? `, element [${layer.element.join(", ")}] of [${layer.shape.join(", ")}]` : "";
    text.append(make("h3", {}, layer.layer + element));
    let last = null;
    for (const e of own) {
      if (e.line !== last) text.append(make("h3", { className: "mono" }, e.line + "  " + e.source));
      last = e.line;
      text.append(make("div", { className: "equation" }, make("code", {}, e.equation), make("span", {}, e.shared ? e.category + ", shared" : e.category)));
    }
    if (layer.where.length) text.append(make("h3", {}, "where"), ...layer.where.map((w) => make("div", { className: "equation" }, make("code", {}, w.name + " = " + w.sum))));
    const rows = layer.variables.map((v) => make("tr", {}, make("td", { className: "mono" }, v.name), ...[v.interval, v.is, v.line].map((c) => make("td", { className: "words" }, c))));
    if (rows.length) text.append(make("div", { className: "wide" }, table(["value", "lies in", "is", "asked for by"], rows)));
  }
  if (!any) text.append(make("p", {}, "No constraint of its own: what it costs is a share of what others asked for as well, or variables."));
  if (at("equations").hidden) opener = document.activeElement;
  at("equations").hidden = false;
  text.parentElement.scrollTop = 0;
}

const showLayer = (name) => show(name, (_, layer) => layer.layer === name);
const showLine = (line, text) => show(line + "  " + text, (e) => e.lines.includes(line));
function showBranch(path) {
  const names = path.map((_, i) => { const b = branchAt(path.slice(0, i + 1)); return b.line ? b.name + " at " + b.line : b.name; });
  show(key(branchAt(path)), (e) => names.every((n, i) => e.path[i] === n));
}

function close() {
  at("equations").hidden = true;
  opener?.focus?.();
}

at("close").onclick = close;
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!at("equations").hidden) close();
  else if (zoomed.length) zoom(zoomed.slice(0, -1));
});
for (const name of Object.keys(METRICS)) {
  if (METRICS[name].of(data.tree.all) > 0) at("metric").append(make("option", {}, name));
}
at("metric").onchange = () => { metric = at("metric").value; draw(false); };
facts();
draw(false);
layers();
sources();
shared();
