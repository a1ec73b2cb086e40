//! Generates the parser's tables from `src/grammar.lalrpop`.

fn main() {
    println!("cargo::rerun-if-changed=src/grammar.lalrpop");
    if let Err(error) = lalrpop::process_src() {
        panic!("the grammar does not compile: {error}");
    }
}
