//! What the codes of diagnostics mean: a text for each, as `zirc explain E0401` prints it.

/// What a code of diagnostics stands for, why the language refuses it, and how it is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code, such as `E0401`.
    pub code: &'static str,
    /// Markdown. The first line is `# CODE: title`; a block fenced ```` ```zirc,CODE ```` gives the code, and
    /// one fenced ```` ```zirc ```` compiles.
    pub text: &'static str,
}

impl Explanation {
    /// What is wrong, as a title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        let first = self.text.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, title)| title)
    }

    /// What stands below the title, in order.
    ///
    /// ```
    /// use zirc_compiler::{Part, explanation};
    ///
    /// let parts = explanation("E0401").unwrap().parts();
    /// assert!(parts.contains(&Part::Refused("fn fifth(x: i64) -> _ {\n    x ** 5\n}\n")));
    /// ```
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let body = self.text.split_once('\n').map_or("", |(_, body)| body);
        let mut pieces = body.split(FENCE);
        let mut parts = vec![];
        // Words and blocks take turns, and a block begins with what its fence says.
        while let Some(words) = pieces.next() {
            let words = words.trim_matches('\n');
            parts.extend((!words.is_empty()).then_some(Part::Words(words)));
            let Some((info, block)) = pieces.next().and_then(|b| b.split_once('\n')) else { break };
            parts.push(match info {
                LANGUAGE => Part::Accepted(block),
                _ => Part::Refused(block),
            });
        }
        parts
    }
}

/// A part of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Markdown without blocks of code: paragraphs.
    Words(&'static str),
    /// A program that gives the code.
    Refused(&'static str),
    /// A program that compiles.
    Accepted(&'static str),
}

const FENCE: &str = "```";
const LANGUAGE: &str = "zirc";

/// What a code means, in capitals; `None` if no diagnostic has it.
///
/// ```
/// let e = zirc_compiler::explanation("E0401").unwrap();
/// assert_eq!(e.title(), "an integer that may leave the field");
/// ```
#[must_use]
pub fn explanation(code: &str) -> Option<&'static Explanation> {
    EXPLANATIONS.binary_search_by(|e| e.code.cmp(code)).ok().and_then(|k| EXPLANATIONS.get(k))
}

/// The text of each code is the file that is named by it.
macro_rules! explanations {
    ($($code:literal)*) => {
        &[$(Explanation {
            code: $code,
            text: include_str!(concat!("codes/", $code, ".md")),
        }),*]
    };
}

/// All codes in their order, each of which has one meaning for ever: of form, names, types and shapes, hints,
/// intervals, tests, files, sizes, and bugs of zirc.
pub const EXPLANATIONS: &[Explanation] = explanations! {
    "E0001" "E0002" "E0003" "E0004" "E0005" "E0006" "E0007" "E0008" "E0009" "E0010"
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0108" "E0109" "E0110" "E0111" "E0112" "E0113"
    "E0114" "E0115" "E0116" "E0117" "E0118" "E0119" "E0120" "E0121"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0210" "E0211" "E0212"
    "E0213" "E0214" "E0215" "E0216" "E0217" "E0218" "E0219" "E0220"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307"
    "E0401" "E0402"
    "E0501" "E0502" "E0503" "E0504" "E0505" "E0506"
    "E0601" "E0602" "E0603"
    "E0701" "E0702" "E0703" "E0704"
    "E0900" "E0901" "E0902" "E0904"
};
