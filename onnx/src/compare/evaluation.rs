//! A model on a data set: the float model, the integers of its program, its circuit, and what each layer loses.

use super::{Agreement, Deviation, Judge, ModelCircuit, Sample, Score};
use crate::fault::Fault;
use crate::model::Model;
use zirc_circuit::{Int, scalar};

/// Most differences between integers and circuit that are put into words.
const TOLD: usize = 10;

/// What is evaluated, and how.
#[derive(Clone, Copy, Debug)]
pub struct Evaluator<'a> {
    /// The float model.
    pub model: &'a Model,
    /// Its circuit.
    pub circuit: &'a ModelCircuit<'a>,
    /// The circuit with probes, if layers are compared.
    pub probed: Option<&'a ModelCircuit<'a>>,
    /// What the data say is right.
    pub judge: &'a Judge,
    /// On how many samples, at most, the program is interpreted as well.
    pub interpreted: usize,
}

/// Interprets a program on raw inputs, in the circuit's order: its raw results, or why there are none.
pub type Interpreted<'i> = &'i mut dyn FnMut(&[Vec<Int>]) -> Result<Vec<Vec<Int>>, String>;

/// What a layer loses.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerLoss {
    /// The node that gives it, as errors call it.
    pub node: String,
    /// Its name in the graph.
    pub tensor: String,
    /// Its type in the circuit.
    pub written: String,
    /// How far it is from the float model.
    pub deviation: Deviation,
}

/// What an evaluation found.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// How good the float model is, if the data say what is right.
    pub float: Option<Score>,
    /// How good the integers are, on as many samples as the program was interpreted on.
    pub integers: Option<Score>,
    /// How good the circuit is.
    pub circuit: Option<Score>,
    /// On how many samples float and circuit answer the same.
    pub same: Option<usize>,
    /// How near the circuit's results are to the model's, as the model's file says it.
    pub agreement: Agreement,
    /// On how many samples integers and circuit are equal, number by number; of how many.
    pub agree: (usize, usize),
    /// The first differences between them.
    pub differences: Vec<String>,
    /// Numbers of the data that were cut to the type of their input.
    pub cut: usize,
    /// Largest difference between the float model here and the data's own floats.
    pub reference: Option<f64>,
    /// The raw inputs of the first sample.
    pub first: Option<Vec<Vec<Int>>>,
    /// Layer by layer, in the order of the graph.
    pub layers: Vec<LayerLoss>,
}

impl Evaluator<'_> {
    /// Evaluates samples, one after the other; `done` is called after each.
    ///
    /// # Errors
    /// What the float model cannot be evaluated for, and samples that do not fit.
    pub fn run(
        &self,
        samples: &[Sample],
        interpret: Interpreted<'_>,
        done: &mut dyn FnMut(),
    ) -> Result<Evaluation, Fault> {
        let start = self.judge.start();
        let ports = &self.circuit.imported().outputs;
        let mut out = Evaluation {
            float: start,
            integers: start,
            circuit: start,
            same: self.judge.answers().then_some(0),
            agreement: Agreement::of(ports),
            layers: self.probed.map(losses).unwrap_or_default(),
            ..Evaluation::default()
        };
        for (k, sample) in samples.iter().enumerate() {
            let float = self.model.evaluate_as_written(sample)?;
            out.reference = self.judge.reference(&float, k, out.reference);
            let raw = self.circuit.raw(sample, &mut out.cut)?;
            out.first.get_or_insert_with(|| raw.clone());
            let here = self.circuit.run(&raw);
            if k < self.interpreted {
                let plain = interpret(&raw);
                out.compare(k, &plain, &here);
                if let (Some(score), Ok(outputs)) = (&mut out.integers, &plain) {
                    self.judge.add(score, &self.circuit.real(outputs), k);
                }
            }
            let real = here.as_ref().ok().map(|outputs| self.circuit.real(outputs));
            out.agreement.add(ports, &float, real.as_ref());
            if let Some(real) = &real {
                self.judge_circuit(&mut out, &float, real, k);
            }
            if let Some(score) = &mut out.float {
                self.judge.add(score, &float, k);
            }
            if let Some(probed) = self.probed {
                lose(&mut out.layers, probed, &self.model.evaluate(sample)?, &raw);
            }
            done();
        }
        Ok(out)
    }

    fn judge_circuit(&self, out: &mut Evaluation, float: &Sample, here: &Sample, k: usize) {
        if let Some(score) = &mut out.circuit {
            self.judge.add(score, here, k);
        }
        if let (Some(same), Some(a)) = (&mut out.same, self.judge.answer(float)) {
            *same += usize::from(self.judge.answer(here) == Some(a));
        }
    }
}

/// Elements of the field have several names: a commitment is negative for one side and not for the other.
fn equal(a: &[Vec<Int>], b: &[Vec<Int>]) -> bool {
    let one = |x: &Int, y: &Int| x == y || scalar::to_fr(x) == scalar::to_fr(y);
    let list =
        |x: &Vec<Int>, y: &Vec<Int>| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| one(x, y));
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| list(x, y))
}

impl Evaluation {
    /// Notes whether integers and circuit are equal on sample `k`.
    fn compare(
        &mut self,
        k: usize,
        integers: &Result<Vec<Vec<Int>>, String>,
        circuit: &Result<Vec<Vec<Int>>, String>,
    ) {
        self.agree.1 += 1;
        // Refused by both is the same, in whatever words.
        let same = match (integers, circuit) {
            (Ok(a), Ok(b)) => equal(a, b),
            (a, b) => a.is_err() && b.is_err(),
        };
        if same {
            self.agree.0 += 1;
        } else if self.differences.len() < TOLD {
            let words = |r: &Result<Vec<Vec<Int>>, String>| match r {
                Ok(v) => format!("{v:?}").chars().take(200).collect(),
                Err(e) => e.clone(),
            };
            let (a, b) = (words(integers), words(circuit));
            self.differences.push(format!("sample {k}: integers {a}, circuit {b}"));
        }
    }
}

fn losses(probed: &ModelCircuit<'_>) -> Vec<LayerLoss> {
    let layers = probed.layers();
    let one = |l: &super::LayerPort<'_>| LayerLoss {
        node: l.node.into(),
        tensor: l.tensor.into(),
        written: l.port.written.clone(),
        deviation: Deviation::default(),
    };
    layers.iter().map(one).collect()
}

/// Adds what layers lose on a sample, where the circuit has values for it.
fn lose(layers: &mut [LayerLoss], probed: &ModelCircuit<'_>, float: &Sample, raw: &[Vec<Int>]) {
    for (layer, here) in layers.iter_mut().zip(probed.layer_values(raw).unwrap_or_default()) {
        if let Some(f) = float.get(&layer.tensor) {
            layer.deviation.add(&f.data, &here);
        }
    }
}
