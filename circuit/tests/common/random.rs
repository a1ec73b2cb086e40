//! Random circuits: every shape of term that is valid, every width, satisfied by construction.

use super::{Builder, fill, int, lin, view};
use zirc_circuit::{
    Access, Category, Circuit, ConstId, Constant, Int, Ints, Kind, Lin, Op, TensorId, Term, Weight,
    Width, scalar,
};

/// SplitMix64.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn range(&mut self, lo: i64, hi: i64) -> i64 {
        lo + self.below((hi - lo + 1) as usize) as i64
    }

    /// Mostly small, sometimes too wide for the next native type.
    pub fn weight(&mut self) -> Int {
        match self.below(40) {
            0 => (Int::from(1) << 61u32) - self.range(0, 9),
            1 => int(self.range(0, 9)) - (Int::from(1) << 100u32),
            2 => scalar::order() - 1 - self.range(0, 9),
            3..=8 => int(0),
            9..=15 => int(1),
            16..=20 => int(-1),
            _ => int(self.range(-100, 100)),
        }
    }
}

/// An access that stays within `len` elements.
fn read(rng: &mut Rng, space: &[usize], len: usize) -> Access {
    let mut access = Access { offset: 0, strides: vec![] };
    let mut slack = len as i64 - 1;
    for &n in space {
        let most = slack / (n as i64 - 1).max(1);
        let stride = if rng.below(4) == 0 { 0 } else { rng.range(-most.min(7), most.min(7)) };
        slack -= stride.abs() * (n as i64 - 1);
        access.offset += (-stride).max(0) * (n as i64 - 1);
        access.strides.push(stride);
    }
    access.offset += rng.range(0, slack);
    access
}

/// Extents and an injective access into `len` elements: strides nested in a random order.
fn write(rng: &mut Rng, len: usize) -> (Vec<usize>, Access) {
    let rank = rng.below(4);
    let mut extents = vec![1; rank];
    let mut access = Access { offset: 0, strides: vec![0; rank] };
    let mut order: Vec<usize> = (0..rank).collect();
    order.sort_by_key(|_| rng.next());
    let mut reach = 0;
    for k in order {
        let stride = reach + 1 + rng.range(0, 2);
        let room = (len as i64 - 1 - reach) / stride;
        if room < 0 {
            continue;
        }
        extents[k] = 1 + rng.range(0, room.min(4)) as usize;
        let step = stride * (extents[k] as i64 - 1);
        reach += step;
        let reversed = rng.below(3) == 0;
        access.strides[k] = if reversed { -stride } else { stride };
        access.offset += if reversed { step } else { 0 };
    }
    access.offset += rng.range(0, len as i64 - 1 - reach);
    (extents, access)
}

struct Random {
    b: Builder,
    rng: Rng,
    /// Tensors to read, and the largest absolute value of each; `None` in the field.
    readable: Vec<(TensorId, Option<Int>)>,
}

impl Random {
    fn term(&mut self, len: usize) -> (Term, Option<Int>) {
        let (src, largest) = self.readable[self.rng.below(self.readable.len())].clone();
        let (free, dst) = write(&mut self.rng, len);
        let bound: Vec<usize> = (0..self.rng.below(3)).map(|_| 1 + self.rng.below(3)).collect();
        let space = [free.as_slice(), &bound].concat();
        let src_len = self.b.circuit.tensors[src.0 as usize].len();
        let src_access = read(&mut self.rng, &space, src_len);
        let (weight, most) = if self.rng.below(2) == 0 {
            let w = self.rng.weight();
            (Weight::Scalar(w.clone()), w)
        } else {
            let id = self.rng.below(self.b.circuit.constants.len());
            let data = self.b.circuit.constants[id].data.clone();
            let factor = self.rng.weight();
            let most = (0..data.len()).map(|i| data.get(i).magnitude().clone()).max();
            let most = Int::from(most.unwrap_or_default()) * &factor;
            let access = read(&mut self.rng, &space, data.len());
            (Weight::Tensor { factor, constant: ConstId(id as u32), access }, most)
        };
        let summands: usize = bound.iter().product();
        let largest = largest.map(|x| x * Int::from(most.magnitude().clone()) * summands);
        (Term { free, bound, dst, src, src_access, weight }, largest)
    }

    /// A combination of declared width as narrow as its values allow.
    fn lin(&mut self, len: usize) -> (Lin, Option<Int>) {
        let terms: Vec<_> = (0..1 + self.rng.below(3)).map(|_| self.term(len)).collect();
        let sum = terms.iter().try_fold(Int::default(), |sum, (_, x)| Some(sum + x.as_ref()?));
        let half = (scalar::order() - 1) / 2;
        let largest = sum.filter(|x| *x <= half);
        let width = largest.as_ref().map_or(Width::Field, |x| Width::of(&-x, x));
        (Lin { terms: terms.into_iter().map(|(t, _)| t).collect(), width }, largest)
    }

    fn shape(&mut self) -> Vec<usize> {
        (0..self.rng.below(3)).map(|_| 1 + self.rng.below(5)).collect()
    }

    fn linear(&mut self) {
        let shape = self.shape();
        let (lin, largest) = self.lin(shape.iter().product());
        let tensor = self.b.linear(&shape, largest.clone().map(|x| (-&x, x)), lin);
        self.readable.push((tensor, largest));
    }

    /// A product of two combinations, and its constraint.
    fn product(&mut self) {
        let shape = self.shape();
        let len = shape.iter().product();
        let ((x, x_max), (y, y_max)) = (self.lin(len), self.lin(len));
        let half = (scalar::order() - 1) / 2;
        let largest = x_max.zip(y_max).map(|(x, y)| x * y).filter(|z| *z <= half);
        let range = largest.clone().map(|x| (-&x, x));
        let op = Op::Mul(x.clone(), y.clone());
        let kind = if self.rng.below(4) == 0 { Kind::Public } else { Kind::Witness };
        let z = self.b.hint(kind.clone(), &shape, range, op);
        if kind == Kind::Public {
            let name = format!("output {}", self.b.circuit.signature.outputs.len());
            self.b.output(&name, z);
        }
        let width = self.b.circuit.tensors[z.0 as usize].width;
        let c = Lin { terms: vec![view(&shape, z, 1)], width };
        self.b.enforce(&shape, x, y, c, Category::Product);
        self.readable.push((z, largest));
    }
}

/// A valid circuit, with inputs that satisfy it.
pub fn circuit(seed: u64) -> (Circuit, Vec<Vec<Int>>) {
    let mut r = Random { b: Builder::new("random"), rng: Rng(seed), readable: vec![] };
    for _ in 0..2 {
        let n = 1 + r.rng.below(30);
        let data = (0..n).map(|_| r.rng.range(-20, 20)).collect();
        r.b.constant(&[n], data);
    }
    let mut wide: Vec<Int> = (0..1 + r.rng.below(8)).map(|_| r.rng.weight()).collect();
    wide.push(Int::from(1) << 64u32);
    r.b.circuit.constants.push(Constant { shape: vec![wide.len()], data: Ints::Big(wide) });
    r.readable.push((TensorId::ONE, Some(int(1))));
    let mut inputs = vec![];
    for i in 0..3 {
        let shape = r.shape();
        let most = [1, 100, 1 << 40][i];
        let tensor = r.b.input(&format!("input {i}"), &shape, -most, most, i == 1);
        r.readable.push((tensor, Some(int(most))));
        let len = shape.iter().product::<usize>();
        inputs.push((0..len).map(|_| int(r.rng.range(-most, most))).collect());
    }
    for _ in 0..3 + r.rng.below(6) {
        if r.rng.below(2) == 0 { r.linear() } else { r.product() }
    }
    r.product();
    // A constraint that reads nothing of variables: 1·1 = 1.
    let one = || lin(vec![fill(&[2], 1)]);
    r.b.enforce(&[2], one(), one(), one(), Category::Equality);
    (r.b.build(), inputs)
}
