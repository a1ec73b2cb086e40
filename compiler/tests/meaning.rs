//! One program, one meaning: `check`, tests, the interpreter and the compiled circuit judge alike.

mod meaning {
    mod branches;
    mod conditions;
    mod field;
    mod fused;
    mod hints;
    mod judge;
    mod reasons;
    mod types;
}
