//! Tables of one function over different intervals: one for all, the same values, and every lie refused.

use std::collections::BTreeMap;
use zirc_circuit::{
    Category, Circuit, ForgeMode, Forgery, Int, Kind, Op, Step, TensorId, assign, assign_with,
    violations_up_to,
};
use zirc_compiler::{Mode, NoFiles, Options, Project, Public};

/// Two saturations whose quotients lie in different intervals.
fn text(first: &str, second: &str) -> String {
    format!(
        "circuit c(private x: {first}[700], private z: {second}[900]) -> (public y: _, public w: _) {{
            (clamp_to::<i4>.(x), clamp_to::<i4>.(z)) }}"
    )
}

fn compiled(text: &str, mode: Mode) -> Circuit {
    let options = Options { mode, public: Some(Public::Plain), ..Options::default() };
    let project = Project::load("t.zirc", text, &mut NoFiles).unwrap();
    project.compile_with("c", &mut NoFiles, &options).unwrap().circuit
}

/// Lengths of the tables of functions that are looked up.
fn looked_up(c: &Circuit) -> Vec<usize> {
    let all = c.program.iter().filter_map(|s| match s {
        Step::Assign { op: Op::Table(id, _), .. } => Some(id.0 as usize),
        _ => None,
    });
    all.map(|k| c.constants[k].data.len()).collect()
}

fn table_rows(c: &Circuit) -> usize {
    c.blocks.iter().filter(|b| b.category == Category::Table).map(|b| b.len()).sum()
}

#[test]
fn intervals_share_the_rows_of_all() {
    // ⌊(u + 8)/16⌋ + 8 for u in −2048..=2047 and in −256..=4095.
    let both = compiled(&text("q7.4", "fix<-256..=4095, 1/16>"), Mode::Commit);
    assert_eq!(looked_up(&both), [(128 + 256) + 1, (128 + 256) + 1]);
    let [left, right] = ["fix<-2048..=2047, 1/16>", "fix<-256..=4095, 1/16>"]
        .map(|t| table_rows(&compiled(&text(t, t), Mode::Commit)));
    let rows = [257, 16 + 256 + 1];
    // What they need apart from that is the same.
    assert_eq!(left - rows[0], right - rows[1]);
    assert_eq!(table_rows(&both), left - rows[0] + 385);
}

#[test]
fn values_are_those_of_plain_groth16_and_lies_are_refused() {
    let [plain, shared] = same_in_both_modes(&text("q7.4", "fix<-256..=4095, 1/16>"));
    assert!(looked_up(&plain).is_empty() && !looked_up(&shared).is_empty());
}

/// Where a clamp is looked up, what chooses by its sign reads the clamped value; where it is not, the digits.
#[test]
fn a_clamp_with_its_sign_is_the_same_in_both_ways() {
    for [alpha, slope] in [["0.25", "0.75"], ["3", "z[i]"]] {
        let text = format!(
            "circuit c(private x: q7.4[700], private z: fix<-256..=4095, 1/16>[900]) -> (
            public y: _, public w: _) {{
            (leaky_relu_of_clamp::<i4>.(x, {alpha}), for i {{ prelu_of_clamp::<i4>(z[i], {slope}) }}) }}"
        );
        let [plain, shared] = same_in_both_modes(&text);
        assert!(looked_up(&plain).is_empty() && !looked_up(&shared).is_empty());
    }
}

/// Where a saturated value is looked up and then a function of it, both are one lookup.
#[test]
fn an_activation_behind_a_clamp_is_looked_up_with_it() {
    let text = "circuit c(private x: q7.4[700], private z: fix<-256..=4095, 1/16>[900]) -> (
        public y: _, public w: _) {
        (sigmoid::<uq0.8>.(clamp_to::<i4>.(x)), silu::<q3.4>.(clamp_to::<i4>.(z))) }";
    let [_, shared] = same_in_both_modes(text);
    let claimed = |c: &Circuit| {
        c.blocks.iter().filter(|b| b.category == Category::Lookup).map(|b| b.len()).sum::<usize>()
    };
    assert_eq!(claimed(&shared), 2 * (700 + 900));
    // A saturated value that is read elsewhere too is looked up by itself.
    let read = "circuit c(private x: q7.4[700], private z: fix<-256..=4095, 1/16>[900]) -> (
        public y: _, public w: _) {
        let a = clamp_to::<i4>.(x);
        (for i { a[i] * sigmoid::<uq0.8>(a[i]) }, clamp_to::<i4>.(z)) }";
    let [_, shared] = same_in_both_modes(read);
    assert_eq!(claimed(&shared), 2 * (700 + 700 + 900));
}

/// A circuit of both modes, of the same types and values; lies about any variable of the second are refused.
fn same_in_both_modes(text: &str) -> [Circuit; 2] {
    let [plain, shared] = [Mode::Groth16, Mode::Commit].map(|mode| compiled(text, mode));
    let types = |c: &Circuit| c.signature.outputs.iter().map(|p| p.ty.clone()).collect::<Vec<_>>();
    assert_eq!(types(&plain), types(&shared));
    let spread = |lo: i64, hi: i64, n: i64| -> Vec<Int> {
        (0..n).map(|k| Int::from(lo + (hi - lo) * k / (n - 1))).collect()
    };
    let inputs = vec![spread(-2048, 2047, 700), spread(-256, 4095, 900)];
    let outputs = |c: &Circuit| -> BTreeMap<String, Vec<Int>> {
        let a = assign(c, &inputs).unwrap();
        assert_eq!(violations_up_to(c, &a, 1), []);
        let ports = c.signature.outputs.iter();
        let values = |t: TensorId| (0..c.tensors[t.0 as usize].len()).map(move |i| (t, i));
        ports
            .map(|p| {
                let all = values(p.tensor).map(|(t, i)| a.get_int(c, t, i));
                (p.name.clone(), all.collect())
            })
            .collect()
    };
    assert_eq!(outputs(&plain), outputs(&shared));
    let honest = assign(&shared, &inputs).unwrap();
    for (t, tensor) in shared.tensors.iter().enumerate() {
        let own = matches!(tensor.kind, Kind::Witness | Kind::Response | Kind::Public);
        // Inputs may be others, with what follows from them.
        let input = shared.signature.inputs.iter().any(|p| p.tensor.0 as usize == t);
        if !own {
            continue;
        }
        for index in (0..tensor.len()).step_by(tensor.len() / 5 + 1) {
            let right: Int = honest.get_int(&shared, TensorId(t as u32), index);
            let lies: [Int; 4] = [&right + 1, &right - 1, &right + 16, -&right - 3];
            for value in lies {
                for mode in [ForgeMode::Isolated, ForgeMode::Propagate] {
                    if input && mode == ForgeMode::Propagate {
                        continue;
                    }
                    let lie = Forgery { tensor: TensorId(t as u32), index, value: value.clone() };
                    let a = assign_with(&shared, &inputs, &[lie], mode).unwrap();
                    let found = violations_up_to(&shared, &a, 1);
                    assert_ne!(found, [], "tensor {t} at {index}: {value} for {right}");
                }
            }
        }
    }
    [plain, shared]
}
