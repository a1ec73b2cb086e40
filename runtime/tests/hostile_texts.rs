//! Keys and receipts whose every text is somebody else's: nothing that is printed of them is taken for zirc's own.

#[path = "../src/samples.rs"]
mod samples;

use proptest::prelude::{Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};
use rand::{SeedableRng, rngs::StdRng};
use samples::several_publics;
use zirc_circuit::{Labels, ModelPart, Nondet, OriginId, assign};
use zirc_runtime::words::{Accepted, By, line, quoted};
use zirc_runtime::{ProveOptions, Receipt, ReceiptError, SetupOptions, prove, setup, silent};

/// Texts at each place of a circuit's signature that has one.
const TEXTS: usize = 13;

/// A receipt about a circuit with these texts, by its own key.
fn receipt(texts: &[String]) -> (zirc_runtime::VerifyingKey, Receipt) {
    let mut texts = texts.iter().cloned();
    let mut text = || texts.next().unwrap();
    let mut sample = several_publics();
    let signature = &mut sample.circuit.signature;
    signature.name = text();
    // Ports keep names that tell them apart.
    for (k, p) in signature.inputs.iter_mut().chain(&mut signature.outputs).enumerate() {
        p.name = format!("{}{k}", text());
        p.written = text();
    }
    let names = vec![text(), "3".into()];
    let output = signature.outputs[1].name.clone();
    signature.assumptions.push(Labels { output, place: false, names }.to_string());
    signature.assumptions.push(text());
    let (function, hint, reason) = (text(), text(), "why".into());
    signature.nondet.push(Nondet { function, hint, reason, origin: OriginId(0) });
    signature.model.push(ModelPart { name: "w".into(), file: "f".into(), digest: "d".into() });
    let c = signature.outputs[0].name.clone();
    signature.claims.conditions.push(format!("{c} == 3"));
    let mut rng = StdRng::seed_from_u64(1);
    let circuit = sample.circuit;
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    let assignment = assign(&circuit, &sample.inputs).unwrap();
    let options = ProveOptions::default();
    let made = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
    let key = key.verifying_key().clone();
    let receipt = Receipt::new(&key, &made.to_file()).unwrap();
    (key, receipt)
}

/// All that `zirc verify` prints of it, and what a terminal is shown.
fn printed(key: &zirc_runtime::VerifyingKey, receipt: &Receipt, what: &str) -> String {
    let (values, model) = receipt.contents().unwrap();
    let accepted = Accepted {
        key,
        values: &values,
        model,
        receipt: Some(receipt),
        by: By::Key(what),
        model_asked: false,
        public_asked: false,
    };
    format!("{}\n\n{}", accepted.headline(what), accepted.to_text())
}

/// What zirc says at the start of a line.
fn starts(text: &str) -> Vec<String> {
    let first = |l: &str| {
        let inner = l.trim_start();
        let word: String = inner.chars().take_while(|c| c.is_ascii_lowercase()).collect();
        format!("{}{}", " ".repeat(l.len() - inner.len()), word)
    };
    text.lines().map(first).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let own = prop::sample::select(vec![
        "\naccepted: ",
        "\r\n",
        "\u{2028}checked",
        "\u{2029}",
        "\u{85}key     ",
        "\u{b}",
        "\u{c}",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{1b}[2J",
        "\t",
        "`",
        "\"",
        "\\",
        "\u{0}",
        "public values",
        ") (",
        "\u{61c}",
        "\u{fe0f}",
    ]);
    let piece =
        proptest::prop_oneof![own.prop_map(String::from), any::<char>().prop_map(String::from)];
    let long = proptest::prop_oneof![8 => 0..6usize, 1 => 300..2000usize];
    long.prop_flat_map(move |n| prop::collection::vec(piece.clone(), n..n + 1))
        .prop_map(|p| p.concat())
}

/// Whether a character steers a terminal, ends a line, or changes the direction or look of others unseen.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_of_others_is_taken_for_zirc_s(
        texts in prop::collection::vec(hostile(), TEXTS), what in hostile()
    ) {
        let plain: Vec<String> = (0..TEXTS).map(|k| format!("A{k}")).collect();
        let (key, honest) = receipt(&plain);
        let expected = printed(&key, &honest, "B");
        let (key, hostile) = receipt(&texts);
        let text = printed(&key, &hostile, &what);
        prop_assert_eq!(text.lines().count(), expected.lines().count());
        prop_assert!(text.chars().all(|c| c == '\n' || !steers(c)), "{:?}", text);
        // Lines of names begin with a name; all others with words of zirc's, and those are the same.
        let named = |l: &str| l.contains(" = ") || l.contains("` counts names: ");
        for (got, expected) in text.lines().zip(expected.lines()) {
            if !named(expected) && !expected.trim_start().starts_with('A') {
                prop_assert_eq!(starts(got), starts(expected));
            }
        }
        // Whatever is wrong with it is said on one line, too.
        let mut wrong = hostile.clone();
        wrong.circuit.push_str(&texts[0]);
        wrong.circuit.push('x');
        let said = line(&wrong.verify(&key).unwrap_err().to_string());
        prop_assert!(said.lines().count() <= 1 && !said.chars().any(steers), "{:?}", said);
    }
}

#[test]
fn a_label_that_is_a_number_is_no_number() {
    assert_eq!(quoted("3"), "\"3\"");
    assert_eq!(quoted("a\" = 2\n\u{202e}"), r#""a\" = 2\n\u{202e}""#);
    assert_eq!(quoted(&"x".repeat(400)).chars().count(), 303);
}

/// JSON of the right layout with very many values is refused by their number, which the key says, before they are kept.
#[test]
fn more_values_than_the_key_has_are_not_read() {
    let plain: Vec<String> = (0..TEXTS).map(|k| format!("A{k}")).collect();
    let (key, good) = receipt(&plain);
    let json = good.to_json();
    assert_eq!(Receipt::from_json_under(&json, &key), Ok(good.clone()));
    assert_eq!(Receipt::key_in(&json, key.digest()).as_ref(), Ok(&key));
    let many = "\"1\",".repeat(100_000);
    for list in [
        "\"raw\": [",
        "\"values\": [",
        "\"shape\": [",
        "\"assumptions\": [",
        "\"claims\": [",
        "\"not_claimed\": [",
    ] {
        let values = if list.contains("shape") { "1,".repeat(100_000) } else { many.clone() };
        let text = json.replacen(list, &format!("{list}{values}"), 1);
        let refused = Receipt::from_json_under(&text, &key).unwrap_err();
        assert!(
            matches!(refused, ReceiptError::TooMany { got, .. } if got > 100_000),
            "{list}: {refused}"
        );
    }
    // Deep nesting and keys given twice are refused as ever.
    let deep = json.replacen(
        "\"claims\": [",
        &format!("\"claims\": [{}1{},", "[".repeat(99_999), "]".repeat(99_999)),
        1,
    );
    for text in [deep, json.replacen("\"circuit\":", "\"circuit\": \"\", \"circuit\":", 1)] {
        let refused = Receipt::from_json_under(&text, &key).unwrap_err();
        assert!(matches!(refused, ReceiptError::Json { .. }), "{refused}");
    }
}
