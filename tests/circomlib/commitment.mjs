// A commitment of zirc's by circomlibjs: Poseidon of a salt and of the hashes of tensors, as
// docs/src/commitments.md has it. Reads {"salt", "tensors": [{"bits", "signed", "values"}]} from standard
// input, field elements as decimal strings; a tensor without `bits` is one of field elements. The argument
// is where circomlibjs is, if not among the modules around.

import { readFileSync } from "node:fs";

const { buildPoseidon } = await import(process.argv[2] ?? "circomlibjs");
const poseidon = await buildPoseidon();
const { F } = poseidon;

// The state after a permutation of (first, rest).
const permutation = (first, rest) => poseidon(rest, first, rest.length + 1);

// The hash of field elements behind a tag, in blocks of 16 if there are more than 6.
function sponge(tag, list) {
    if (list.length <= 6) return permutation(tag, list)[1];
    let state = [F.e(tag), ...Array(16).fill(F.zero)];
    for (let at = 0; at < list.length; at += 16) {
        const added = state.slice(1).map((s, k) => F.add(s, F.e(list[at + k] ?? 0n)));
        state = permutation(state[0], added);
    }
    return state[1];
}

// Integers, ⌊253 / bits⌋ in one element, the first one lowest.
function packed({ bits, signed, values }) {
    const low = signed ? 1n << BigInt(bits - 1) : 0n;
    const count = Math.floor(253 / bits);
    const elements = [];
    for (let at = 0; at < values.length; at += count) {
        const digits = values.slice(at, at + count).map(v => BigInt(v) + low);
        elements.push(digits.reduceRight((sum, d) => (sum << BigInt(bits)) + d, 0n));
    }
    return elements;
}

const length = n => BigInt(n) << 64n;

function hash(tensor) {
    const { bits, signed, values } = tensor;
    if (bits === undefined) return sponge(length(values.length), values.map(BigInt));
    return sponge(length(values.length) + BigInt(2 * bits + (signed ? 1 : 0)), packed(tensor));
}

const text = readFileSync(0, "utf8");
const { salt, tensors } = JSON.parse(text);
const all = [BigInt(salt), ...tensors.map(t => F.toObject(hash(t)))];
console.log(F.toObject(sponge(length(all.length), all)).toString());
