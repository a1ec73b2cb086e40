//! `zirc eval -e`: what an expression gives.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::program::Program;
use crate::show::shown;
use serde_json::{Value, json};
use std::path::Path;

/// Carries it out, with the functions of a program if one is named.
pub(super) fn run(path: Option<&Path>, expressions: &[String]) -> Result<Answer, Error> {
    let mut program = match path {
        Some(path) => Program::open(path)?,
        None => Program::empty()?,
    };
    let mut text = String::new();
    let mut values: Vec<Value> = vec![];
    for expression in expressions {
        let found = program.project.evaluate(expression, &mut program.folder)?;
        text.push_str(&shown::line(&found));
        text.push('\n');
        let mut value = shown::to_json(&found);
        value["expression"] = expression.clone().into();
        values.push(value);
    }
    Ok(Answer::yes(text, json!({ "values": values })))
}
