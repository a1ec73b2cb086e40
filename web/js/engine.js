// A module of WebAssembly: started when it is first used, thrown away after a fault, and started anew.

/** Why there is no answer. What `kind` may be stands in index.d.ts. */
export class ZircError extends Error {
  constructor({ kind, message, part, help, place, errors = [] }) {
    super([message, ...errors.map((e) => `  ${e}`)].join("\n"));
    this.name = "ZircError";
    this.kind = kind;
    if (part !== undefined) this.part = part;
    if (help !== undefined) this.help = help;
    if (place !== undefined) this.place = place;
    this.errors = errors;
  }
}

/**
 * Calls functions of a module by name. `glue` is what wasm-bindgen wrote beside it, `load` gives its bytes.
 * Memory that does not suffice, and every fault that nobody thought of, end an instance: the next call has a new one.
 */
export function engine(glue, load) {
  let started;
  const start = async () => {
    const module = await WebAssembly.compile(await load());
    glue.initSync({ module });
  };
  return async (name, ...args) => {
    started ??= start();
    try {
      await started;
    } catch (cause) {
      started = undefined;
      throw Object.assign(new ZircError({ kind: "load", message: `the module does not start: ${cause?.message}` }), { cause });
    }
    let text;
    try {
      text = glue[name](...args);
    } catch (cause) {
      glue.__wbg_reset_state();
      const message = "WebAssembly stopped: this takes more memory than there is, or is a fault of zirc";
      throw Object.assign(new ZircError({ kind: "stopped", message }), { cause });
    }
    const { ok, error } = JSON.parse(text);
    if (error !== undefined) throw new ZircError(error);
    return ok;
  };
}

/** Bytes of a text, or of what holds bytes. */
export function bytes(what, value) {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new ZircError({ kind: "usage", message: `${what}: expected bytes, got ${described(value)}` });
}

/** What a caller's object must look like: names that are not known would be asked for in vain. */
export function options(value, known) {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) {
    throw new ZircError({ kind: "usage", message: `options: expected an object, got ${described(value)}` });
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const message = `options: \`${unknown}\` is none of ${known.join(", ")}`;
    throw new ZircError({ kind: "usage", message });
  }
  return value;
}

/** A text, or nothing. */
export function text(what, value) {
  if (value === undefined || typeof value === "string") return value;
  throw new ZircError({ kind: "usage", message: `${what}: expected a text, got ${described(value)}` });
}

/** The text of a .json file of values: as it is, or of an object with numbers, texts, bigints, lists and typed arrays. */
export function values(what, value) {
  if (value === undefined || typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    const message = `${what}: expected an object of values by name, or its JSON, got ${described(value)}`;
    throw new ZircError({ kind: "usage", message });
  }
  return JSON.stringify(value, (name, v) => {
    if (typeof v === "bigint") return v.toString();
    if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return Array.from(v, (x) => (typeof x === "bigint" ? x.toString() : x));
    // JSON would make null of it, and of what was meant nobody would know.
    if (typeof v === "number" && !Number.isFinite(v)) {
      throw new ZircError({ kind: "usage", message: `${what}: \`${name}\` is ${v}, which is no value` });
    }
    return v;
  });
}

function described(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return { undefined: "nothing", object: "an object", string: "a text" }[typeof value] ?? `a ${typeof value}`;
}
