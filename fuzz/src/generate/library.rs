//! Calls of the standard library: functions by tables, and what chooses among elements.

use super::{Draft, Kind, Value};
use rand::Rng;

impl Draft {
    pub(super) fn library(&mut self) {
        match self.rng.gen_range(0..7) {
            0..=2 => self.by_table(),
            _ => self.chosen(),
        }
    }

    /// A function of a number of few values, in a small type.
    fn by_table(&mut self) {
        let small = |n: &(String, i64, i64, u32)| n.2 - n.1 < 128;
        let Some((x, ..)) = (0..8).find_map(|_| Some(self.scaled()).filter(small)) else { return };
        let f = self.rng.gen_range(1..=3u32);
        let (half, quarter) = (1i64 << f, 4i64 << f);
        let (text, lo, hi) = match self.rng.gen_range(0..8) {
            0 => (format!("tanh::<q0.{f}>({x})"), -half, half - 1),
            1 => (format!("sigmoid::<uq0.{f}>({x})"), 0, half - 1),
            2 => (format!("exp::<uq2.{f}>({x})"), 0, quarter - 1),
            3 => (format!("softplus::<uq2.{f}>({x})"), 0, quarter - 1),
            4 => (format!("silu::<q2.{f}>({x})"), -quarter, quarter - 1),
            5 => (format!("sinh::<q2.{f}>({x})"), -quarter, quarter - 1),
            6 => (format!("mish::<q2.{f}>({x})"), -quarter, quarter - 1),
            _ => {
                // A monotone call that may move behind a maximum.
                let (y, ylo, yhi, _) = self.scaled();
                if yhi - ylo >= 128 {
                    return;
                }
                let text = format!("max(tanh::<q0.{f}>({x}), tanh::<q0.{f}>({y}))");
                (text, -half, half - 1)
            }
        };
        self.keep(&text, (lo, hi, f), "by table");
    }

    /// What compares, sorts or takes elements of a small tensor.
    fn chosen(&mut self) {
        let Some((t, n, lo, hi)) = self.tensor().filter(|t| t.3 - t.2 < 1 << 12) else {
            let n = self.rng.gen_range(2..=4);
            self.input_of("i4".into(), (-8, 7), n);
            return;
        };
        let last = n as i64 - 1;
        let (element, place) = (Kind::Number(lo, hi), Kind::Number(0, last));
        match self.rng.gen_range(0..11) {
            0 => drop(self.bind(&format!("argmax({t})"), place, "argmax")),
            1 => drop(self.bind(&format!("argmin({t})"), place, "argmax")),
            2 => drop(self.bind(&format!("max_of({t})"), element, "largest")),
            3 => drop(self.bind(&format!("min_of({t})"), element, "largest")),
            4 => drop(self.bind(&format!("sort({t})"), Kind::Tensor(n, lo, hi), "sort")),
            5 => drop(self.bind(&format!("argsort({t})"), Kind::Tensor(n, 0, last), "sort")),
            6 => drop(self.bind(&format!("hardmax({t})"), Kind::Digits(n), "one-hot")),
            7 => {
                let i = self.number();
                if i.1 >= 0 && i.2 <= 7 {
                    let m = i.2 as usize + 1;
                    self.bind(&format!("one_hot::<{m}>({})", i.0), Kind::Digits(m), "one-hot");
                }
            }
            8 => {
                let text = format!("gather({t}, argmax({t}))");
                self.bind(&text, element, "gather");
            }
            9 if n > 2 => {
                let (y, p) = (self.name("x"), self.name("x"));
                self.line(format!("let ({y}, {p}) = top_k::<2>({t});"), "top k");
                self.values.push(Value { name: y, kind: Kind::Tensor(2, lo, hi) });
                self.values.push(Value { name: p, kind: Kind::Tensor(2, 0, last) });
            }
            _ if n > 2 => {
                let text = format!("max_pool1d::<2, 1>([{t}])[0]");
                self.bind(&text, Kind::Tensor(n - 1, lo, hi), "pool");
            }
            _ => {}
        }
    }
}
