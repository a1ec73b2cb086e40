//! Where a contract has things in its memory.
//!
//! ```text
//! [tag, key, number of values]   96 bytes, with a commitment round
//! public values                  in order: carried ones packed, others a word each
//! [Dₘ] [D]                       64 bytes each: up to here, the transcript
//! ρ₀ ρ₁ …  [e]                   a word each: challenges, and the evaluation of what is carried
//! Σ                              two words, and three of scratch behind them
//! pairs                          192 bytes each, for the pairing check
//! ```

use crate::keys::VerifyingKey;
use zirc_circuit::Int;

/// Bytes of a word.
pub(super) const WORD: usize = 32;
/// Bytes of the transcript before the values.
const HEADER: usize = 3 * WORD;
/// Bytes of A, B and C.
pub(super) const POINTS: usize = 256;

/// A port, and where its values are.
pub(super) struct Port {
    /// Its number among all.
    pub index: usize,
    pub output: bool,
    pub carried: bool,
    pub count: usize,
    /// Bytes of a packed value.
    pub width: usize,
    /// The least value of its type, as an element of the field.
    pub least: zirc_circuit::Fr,
    /// Distance of the largest value from the least.
    pub span: Int,
    /// Where its packed values are among those of all inputs, or all outputs.
    pub from: usize,
    /// Where they are in memory.
    pub to: usize,
}

/// Where everything is.
pub(super) struct Layout {
    /// Ports with values.
    pub ports: Vec<Port>,
    /// Where the instance variables that public values are have their words.
    pub plain: Vec<usize>,
    pub carried: bool,
    pub challenges: usize,
    pub values: usize,
    pub input_bytes: usize,
    pub output_bytes: usize,
    /// Where Dₘ and D are, and their bytes.
    pub commitments: usize,
    pub commitment_bytes: usize,
    /// End of the transcript, and so the first challenge.
    pub drawn: usize,
    pub evaluation: usize,
    pub sum: usize,
    pub pairs: usize,
    pub pairs_bytes: usize,
}

impl Port {
    /// Whether every byte is a value.
    pub(super) fn is_bytes(&self) -> bool {
        self.width == 1 && self.span == 255.into()
    }
}

impl Layout {
    pub(super) fn new(key: &VerifyingKey) -> Layout {
        let round = key.commitments().round;
        let mut at = if round { HEADER } else { 0 };
        let (mut ports, mut plain, mut packed) = (vec![], vec![], [0usize; 2]);
        for (index, p) in key.interface().public.iter().enumerate() {
            if p.is_empty() {
                continue;
            }
            let (count, width) = (p.len(), p.bytes());
            let from = &mut packed[usize::from(p.output)];
            let (output, carried) = (p.output, p.carried);
            let (least, span) = (p.least(), p.span());
            ports.push(Port {
                index,
                output,
                carried,
                count,
                width,
                least,
                span,
                from: *from,
                to: at,
            });
            *from += count * width;
            if carried {
                at += count * width;
            } else {
                plain.extend((0..count).map(|k| at + WORD * k));
                at += WORD * count;
            }
        }
        let commitment_bytes = 2 * WORD * key.commitments().count();
        let drawn = at + commitment_bytes;
        let evaluation = drawn + WORD * key.num_challenges();
        let sum = evaluation + WORD;
        let pairs = sum + 5 * WORD;
        Layout {
            carried: key.interface().has_evaluation(),
            challenges: key.num_challenges(),
            values: key.interface().num_values(),
            input_bytes: packed[0],
            output_bytes: packed[1],
            commitments: at,
            commitment_bytes,
            drawn,
            evaluation,
            sum,
            pairs,
            pairs_bytes: 6 * WORD * (4 + key.commitments().count()),
            ports,
            plain,
        }
    }

    /// Where the words of all instance variables are, in the order of the key's points.
    pub(super) fn instance(&self) -> impl Iterator<Item = usize> + '_ {
        let drawn = (0..self.challenges).map(|i| self.drawn + WORD * i);
        let bound = self.carried.then_some(self.evaluation);
        self.plain.iter().copied().chain(drawn).chain(bound)
    }
}
