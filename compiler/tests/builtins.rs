//! Built-in functions where they do not belong.

use zirc_compiler::{NoFiles, Project};

fn codes(text: &str) -> Vec<&'static str> {
    let made = Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.check(&mut NoFiles));
    made.err().map_or(vec![], |r| r.diagnostics.iter().map(|d| d.code).collect())
}

#[test]
fn what_reads_its_arguments_itself_is_not_called_on_elements() {
    for call in ["cost.(x)", "rejects.(x)", "file.(x)"] {
        let text = format!("circuit c(private x: u8[3]) -> public y: _ {{ {call} }}");
        assert_eq!(codes(&text), ["E0215"], "{call}");
    }
}

#[test]
fn what_is_the_librarys_is_so_on_elements_too() {
    for call in ["looks_up(X, 1)", "first_row.(X, 1)"] {
        let text = format!("const X: u8[3] = [1, 2, 3]; fn f() -> _ {{ {call} }}");
        assert_eq!(codes(&text), ["E0306"], "{call}");
    }
}

#[test]
fn plain_functions_take_plain_integers() {
    for call in ["maximum(x)", "div(x[0], 3)", "to_bits(x[0])", "isqrt.(x)"] {
        let text = format!("circuit c(private x: u8[3]) -> public y: _ {{ {call} }}");
        assert_eq!(codes(&text), ["E0304"], "{call}");
    }
}
