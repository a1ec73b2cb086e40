//! Public values that are carried by a commitment round: how many constraints it takes, and that the
//! evaluation that binds them is theirs.

use zirc_circuit::{
    Circuit, ForgeMode, Forgery, Fr, Int, Kind, TensorId, assign, assign_with, scalar,
    violations_up_to,
};
use zirc_compiler::{Mode, NoFiles, Options, Project, Public, Severity};

fn compiled(text: &str, mode: Mode) -> Circuit {
    compiled_with(text, mode, None)
}

fn compiled_with(text: &str, mode: Mode, public: Option<Public>) -> Circuit {
    let p =
        Project::load("t.zirc", text, &mut NoFiles).unwrap_or_else(|r| panic!("{text}: {r:#?}"));
    let options = Options { mode, public, ..Options::default() };
    p.compile_with("c", &mut NoFiles, &options).unwrap().circuit
}

fn kinds(c: &Circuit, kind: &Kind) -> usize {
    c.tensors.iter().filter(|t| t.kind == *kind).map(|t| t.len()).sum()
}

fn square(n: usize) -> String {
    format!("circuit c(public x: i8[{n}]) -> private y: _ {{ for i {{ x[i] * x[i] }} }}")
}

/// n products; powers up to ρ^L and of those; a product for each row but the first; the equation.
fn formula(n: usize) -> usize {
    let columns = (2 * n).isqrt();
    let rows = n.div_ceil(columns);
    // 1 and ρ are there.
    let low = (columns + usize::from(rows > 1)).saturating_sub(2);
    let high = rows.saturating_sub(2);
    n + low + high + (rows - 1) + 1
}

#[test]
fn a_carried_value_is_a_constraint_and_a_little() {
    for n in [16, 17, 31, 50, 100, 784, 3072] {
        let plain = compiled(&square(n), Mode::Groth16);
        let carried = compiled_with(&square(n), Mode::Commit, Some(Public::Carried));
        assert_eq!(carried.num_constraints() - plain.num_constraints(), formula(n), "{n}");
        assert_eq!((kinds(&plain, &Kind::Public), kinds(&plain, &Kind::Carried)), (n, 0));
        assert_eq!((kinds(&carried, &Kind::Public), kinds(&carried, &Kind::Carried)), (0, n));
        // What the verifier has: ρ and e.
        assert_eq!(carried.layout().num_instance(), 2);
    }
    // 784 of them are 1.1 each.
    assert!(formula(784) <= 784 + 784 / 9);
}

#[test]
fn few_values_stay_as_they_are() {
    let with = |n: usize, private: &str| {
        format!(
            "circuit c(public x: i8[{n}], private z: {private}) -> private y: _ {{
                (for i {{ x[i] * x[i] }}, for i {{ z[i] * z[i] }}) }}"
        )
    };
    // Without another use of a round it has to pay for it; with lookups it is there.
    for (private, least) in [("field[2000]", 16), ("u8[2000]", 8)] {
        for n in [1, 7, 8, 15, 16] {
            let text = with(n, private);
            let c = compiled(&text, Mode::Commit);
            assert_eq!(kinds(&c, &Kind::Carried), if n < least { 0 } else { n }, "{private} {n}");
            assert_eq!(c.has_challenges(), least == 8 || n >= least);
            // Unless somebody asks.
            let all = compiled_with(&text, Mode::Commit, Some(Public::Carried));
            assert_eq!(kinds(&all, &Kind::Carried), n);
            let none = compiled_with(&text, Mode::Commit, Some(Public::Plain));
            assert_eq!(kinds(&none, &Kind::Carried), 0);
        }
    }
    let plain = compiled_with(&square(784), Mode::Groth16, Some(Public::Carried));
    assert_eq!(kinds(&plain, &Kind::Carried), 0);
}

/// Nor many, where they would be more than a tenth of all.
#[test]
fn what_would_cost_much_is_left_to_who_asks() {
    let text = |n: usize| {
        format!(
            "circuit c(public x: i8[100], private z: field[{n}]) -> private y: _ {{
                (for i {{ x[i] * x[i] }}, for i {{ z[i] * z[i] }}) }}"
        )
    };
    let ten_times = formula(100) * 10 - 100;
    for (n, carried) in [(ten_times, 100), (ten_times - 1, 0)] {
        assert_eq!(kinds(&compiled(&text(n), Mode::Commit), &Kind::Carried), carried);
    }
}

/// Inputs and outputs, integers and elements of the field, in the order of the signature.
#[test]
fn the_evaluation_is_that_of_all_public_values() {
    let text = "circuit c(public x: i8[3, 2], private w: u4[3, 2], public f: field[4]) -> (public y: i16[3, 2], public s: _) {
        (for i, j { x[i, j] * w[i, j] }, for i < 4 { f[i] * f[i] })
    }";
    let c = compiled_with(text, Mode::Commit, Some(Public::Carried));
    assert_eq!(kinds(&c, &Kind::Carried), 20);
    let ints = |v: &[i64]| v.iter().map(|x| Int::from(*x)).collect::<Vec<_>>();
    let inputs =
        vec![ints(&[-128, 127, 0, 1, -1, 5]), ints(&[1, 2, 3, 15, 0, 7]), ints(&[9, 0, 1, 12345])];
    let a = assign(&c, &inputs).unwrap();
    assert_eq!(violations_up_to(&c, &a, 1), []);
    let at = |kind: &Kind| c.tensors.iter().position(|t| t.kind == *kind).unwrap();
    let rho = a.values[at(&Kind::Challenge)].to_field()[0];
    let public = [
        (&inputs[0], -128),
        (&inputs[2], 0),
        (&ints(&[-128, 254, 0, 15, 0, 35]), -32768),
        (&ints(&[81, 0, 1, 12345 * 12345]), 0),
    ];
    let all = public.iter().flat_map(|(v, lo)| v.iter().map(move |x| x - lo));
    let wanted: Fr = all
        .collect::<Vec<_>>()
        .iter()
        .rev()
        .fold(Fr::from(0), |sum, u| sum * rho + scalar::to_fr(u));
    assert_eq!(a.values[at(&Kind::Evaluation)].to_field(), [wanted]);
}

#[test]
fn every_lie_about_carried_values_violates_a_constraint() {
    let c = compiled_with(&square(40), Mode::Commit, Some(Public::Carried));
    let inputs = vec![(0..40).map(|x| Int::from(x - 20)).collect()];
    for (t, tensor) in c.tensors.iter().enumerate() {
        if !matches!(tensor.kind, Kind::Carried | Kind::Response | Kind::Evaluation) {
            continue;
        }
        for index in 0..tensor.len() {
            let value = Int::from(7_000_000);
            let lie = Forgery { tensor: TensorId(t as u32), index, value };
            let a = assign_with(&c, &inputs, &[lie], ForgeMode::Isolated).unwrap();
            assert_ne!(violations_up_to(&c, &a, 1), [], "tensor {t} at {index}");
        }
    }
}

/// What was asked for and cannot be had is said.
#[test]
fn what_cannot_be_carried_is_no_secret() {
    let told = |text: &str, mode, public| {
        let p = Project::load("t.zirc", text, &mut NoFiles).unwrap();
        let options = Options { mode, public, ..Options::default() };
        let one = |d: &zirc_compiler::Diagnostic| (d.code, d.title.clone(), d.severity);
        match p.compile_with("c", &mut NoFiles, &options) {
            Ok(made) => made.warnings.iter().map(one).collect::<Vec<_>>(),
            Err(refused) => refused.diagnostics.iter().map(one).collect(),
        }
    };
    let carried = Some(Public::Carried);
    let said = |title: &str, severity| vec![("E0704", title.to_owned(), severity)];
    let remark = said("public values are not carried", Severity::Warning);
    let few = "circuit c(public x: i8[2]) -> private y: _ { for i { x[i] * x[i] } }";
    assert_eq!(told(few, Mode::Groth16, carried), remark);
    for (mode, public) in
        [(Mode::Commit, carried), (Mode::Groth16, None), (Mode::Groth16, Some(Public::Plain))]
    {
        assert_eq!(told(few, mode, public), []);
    }
    // Where there is nothing public there is nothing to say.
    let none = "circuit c(private x: i8[2]) -> private y: _ { for i { x[i] * x[i] } }";
    assert_eq!(told(none, Mode::Groth16, carried), []);
    let with =
        |n: usize| format!("circuit c(public x: bit[{n}]) -> private y: _ {{ sum i {{ x[i] }} }}");
    let most = zirc_circuit::MAX_CARRIED;
    let title = format!("{} public values cannot be carried", most + 1);
    assert_eq!(told(&with(most + 1), Mode::Commit, carried), said(&title, Severity::Error));
    assert_eq!(told(&with(most + 1), Mode::Commit, None), []);
}
