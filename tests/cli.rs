//! The command line, as its users see it: output, files and exit codes.

#[path = "cli/across.rs"]
mod across;
#[path = "cli/assumes.rs"]
mod assumes;
#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/calibrate.rs"]
mod calibrate;
#[path = "cli/claims.rs"]
mod claims;
#[path = "cli/codes.rs"]
mod codes;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/doc.rs"]
mod doc;
#[path = "cli/effort.rs"]
mod effort;
#[path = "cli/ethereum.rs"]
mod ethereum;
#[path = "cli/eval.rs"]
mod eval;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/export.rs"]
mod export;
#[path = "cli/expression.rs"]
mod expression;
#[path = "cli/fmt.rs"]
mod fmt;
#[path = "cli/hidden.rs"]
mod hidden;
#[path = "cli/inspect.rs"]
mod inspect;
#[path = "cli/look.rs"]
mod look;
#[path = "cli/names.rs"]
mod names;
#[path = "cli/new.rs"]
mod new;
#[path = "cli/onnx.rs"]
mod onnx;
#[path = "cli/optimistic.rs"]
mod optimistic;
#[path = "cli/pins.rs"]
mod pins;
#[path = "cli/prints.rs"]
mod prints;
#[path = "cli/quantization.rs"]
mod quantization;
#[path = "cli/receipts.rs"]
mod receipts;
#[path = "cli/refuse.rs"]
mod refuse;
#[path = "cli/reject.rs"]
mod reject;
#[path = "cli/room.rs"]
mod room;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/salts.rs"]
mod salts;
#[path = "cli/steps.rs"]
mod steps;
#[path = "cli/tamper.rs"]
mod tamper;
