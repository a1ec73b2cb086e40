/** Bytes of a file. */
export type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView;

/** A number of a tensor: exact as text or bigint, and as JavaScript has it as a number. */
export type Scalar = number | bigint | string;
/** A tensor: a number, lists of lists, or a typed array of one dimension. */
export type Tensor = Scalar | readonly Tensor[] | ArrayBufferView;
/** Values by name, or the text of a `.json` file of them. */
export type Values = { readonly [name: string]: Tensor } | string;

/** Whom a reader trusts, and what the proof must be about. One of `keyDigest` and `key` must be given. */
export interface Asked {
  /** The digest of the verifying key, from somebody who is trusted: 64 lowercase hexadecimal digits. */
  keyDigest?: string;
  /** The file of the verifying key, in place of its digest. */
  key?: Bytes;
  /** The commitment to the hidden model that the proof must be about. Without it any model will do. */
  model?: string;
  /** The public values that must have been proved. */
  public?: Values;
}

/** A public input or output. */
export interface PublicTensor {
  name: string;
  direction: "input" | "output";
  /** Element type, as the author of the circuit wrote it. */
  type: string;
  shape: number[];
  /** Raw integers in row-major order, in decimal. */
  raw: string[];
  /** What they are worth. */
  values: string[];
  /** What they stand for, where the circuit says. */
  names?: string[];
}

/** Lines under a title, as `zirc verify` prints them. */
export interface Section {
  title: string;
  lines: string[];
}

/** A receipt that was accepted: the fields of `zirc verify --json`, and its words. */
export interface Accepted {
  circuit: string;
  digest: string;
  verifying_key_digest: string;
  model: { name: string; file: string; digest: string }[];
  model_commitment: string | null;
  assumptions: string[];
  nondet: { function: string; hint: string; reason: string }[];
  public: PublicTensor[];
  /** What has been proved, in a sentence. */
  statement: string;
  key_made_by: string;
  not_claimed: string[];
  /** Remarks of the receipt's maker, which nothing binds. */
  notes: { zirc: string; fidelity?: string };
  /** That it was accepted. */
  headline: string;
  /** What was checked, what is only repeated, who made the key, what is assumed and what is not claimed. */
  sections: Section[];
  /** All of it, as text. */
  text: string;
}

/**
 * Verifies a receipt: gives what it says, or throws a {@link ZircError}. There is no `false` to overlook.
 * Everything but `notes` is computed again and compared.
 */
export function verify(receipt: string | Bytes, asked: Asked): Promise<Accepted>;

/** Commitments by hash, as a proof shows them. */
export interface Hashes {
  circuit: string;
  digest: string;
  /** In decimal, by the names of the outputs: `NAME.commitment`. */
  commitments: { [output: string]: string };
  /** Salts that were made, by the names of the inputs: `NAME.salt`. As secret as the values, and needed for every proof. */
  salts: { [input: string]: string };
}

/** The commitment to a hidden model, beside the proof, and hashes of the inputs that are given and have one. */
export interface Opened extends Hashes {
  verifying_key_digest: string;
  /** In hexadecimal: what a reader asks for. */
  commitment: string;
  /** The file that opens it: as secret as the model, and needed for every proof. */
  opening: Uint8Array;
}

/** What every proof about the `committed` parameters of a circuit will name, as `zirc commit` computes it. */
export function commit(circuit: Bytes, inputs: Values): Promise<Hashes>;
/** The same for circuits with a hidden model, under a proving key. */
export function commit(circuit: Bytes, inputs: Values, options: { key: Bytes }): Promise<Opened>;

/** A proof, verified by its own key. */
export interface Proven {
  circuit: string;
  digest: string;
  verifying_key_digest: string;
  model_commitment: string | null;
  public: PublicTensor[];
  /** The proof's file, for `zirc verify --vk`. */
  proof: Uint8Array;
  /** The receipt, as JSON. */
  receipt: string;
}

/**
 * Proves what a circuit says of inputs, on one thread: for small circuits. The inputs leave the page only as far as
 * the circuit makes them public.
 */
export function prove(
  circuit: Bytes,
  key: Bytes,
  inputs: Values,
  options?: {
    /** What opens the commitment to a hidden model. */
    opening?: Bytes;
    /** Whether every point of the proving key is checked, for one that somebody else made. */
    checkKey?: boolean;
  },
): Promise<Proven>;

/** Why there is no answer. */
export class ZircError extends Error {
  /**
   * `rejected`: what was shown does not prove what it should. `usage`: a call that makes no sense. `file`: bytes that
   * are not what they should be. `input`: values that do not fit the circuit. `assertion`: the circuit asserts what
   * does not hold of these inputs. `memory`: it would take more memory than WebAssembly has. `load`: the module could
   * not be loaded. `stopped`: it stopped, for want of memory or by a fault of zirc; the next call starts anew.
   */
  readonly kind: "rejected" | "usage" | "file" | "input" | "assertion" | "memory" | "load" | "stopped";
  /** The part of a receipt that is wrong. */
  readonly part?: string;
  /** What may be done. */
  readonly help?: string;
  /** The line of the program that asked for it. */
  readonly place?: string;
  /** All that is wrong with inputs, one by one. */
  readonly errors: string[];
}
