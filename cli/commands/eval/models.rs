//! `zirc eval` of an ONNX model.

use super::Args;
use super::onnx::{Evaluated, Wanted, evaluate};
use super::score::Score;
use crate::answer::Answer;
use crate::args::onnx::Seen;
use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::onnx;
use crate::show::clean;
use crate::show::measure::timed;
use crate::show::number::{count, grouped, millis, percent};
use crate::show::table::Table;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

/// Carries it out.
pub(super) fn run(args: &Args, model: &Path, seen: Seen) -> Result<Answer, Error> {
    if let Some(name) = &args.program.circuit {
        return Err(Error::usage(format!("a model has no circuit `{name}` to choose")));
    }
    let folder = model.parent().unwrap_or(Path::new("."));
    let path = args.data.clone().unwrap_or_else(|| folder.join("test.npz"));
    let data = Values::read(&path)?;
    let opened = onnx::open(model, &args.program.import)?;
    let wanted = Wanted {
        seen: Seen { weights: args.program.import.weights, ..seen },
        limit: args.limit.unwrap_or(usize::MAX),
        interpreted: args.interpreted,
        layers: true,
        force: args.memory.force,
    };
    let (done, ms) = timed(|| evaluate(&opened, &data, &wanted));
    let e = done?;
    let agree = e.agree.0 == e.agree.1;
    let text = text(&e, &path, ms);
    let score = |s: &Option<Score>| s.map(|s| s.value());
    let layers = e.layers.iter().map(|l| {
        json!({
            "node": l.node, "tensor": l.tensor, "type": l.written,
            "snr_db": l.snr(), "worst": l.worst,
        })
    });
    let json = json!({
        "circuit": e.circuit.signature.name,
        "digest": e.circuit.digest().to_string(),
        "constraints": e.circuit.num_constraints(),
        "data": path.display().to_string(),
        "samples": e.number,
        "measure": match e.float { Some(Score::Error(..)) => "rmse", _ => "accuracy" },
        "accurate": {
            "float": score(&e.float),
            "integers": score(&e.integers),
            "circuit": score(&e.circuit_score),
        },
        "float_same_as_circuit": e.same,
        "interpreted": e.agree.1,
        "agree": e.agree.0,
        "differences": e.differences,
        "cut_inputs": e.cut,
        "float_difference_from_data": e.reference,
        "layers": layers.collect::<Vec<_>>(),
        "eval_ms": ms,
        "warnings": e.warnings,
    });
    Ok(Answer { accepted: agree, text, json })
}

fn text(e: &Evaluated, path: &Path, ms: f64) -> String {
    let mut out = format!(
        "{}: {} of {} ({}), {} constraints\n\n",
        e.circuit.signature.name,
        count(e.number, "sample"),
        path.display(),
        millis(ms),
        grouped(e.circuit.num_constraints()),
    );
    let rows = [("float", &e.float), ("integers", &e.integers), ("circuit", &e.circuit_score)];
    if e.float.is_some() {
        let name = match e.float {
            Some(Score::Error(..)) => "error",
            _ => "accurate",
        };
        let mut table = Table::new(1, ["", name, "samples"]);
        for (what, score) in rows {
            let n = if what == "integers" { e.agree.1 } else { e.number };
            let text = score.as_ref().map_or("–".into(), Score::text);
            table.row([what.into(), text, grouped(n)]);
        }
        let _ = writeln!(out, "{}", table.render(2));
    }
    if let Some(same) = e.same {
        let share = percent(same, e.number);
        let _ =
            writeln!(out, "float and circuit answer the same on {same} of {} ({share})", e.number);
    }
    let _ = writeln!(out, "integers and circuit agree on {} of {}", e.agree.0, e.agree.1);
    e.differences.iter().for_each(|d| {
        let _ = writeln!(out, "  {d}");
    });
    if e.cut > 0 {
        let cut = count(e.cut, "number");
        let _ = writeln!(out, "{cut} of the data did not fit an input and became its nearest end");
    }
    if let Some(d) = e.reference {
        let _ = writeln!(out, "the float model here is at most {d:.2e} from the data's own floats");
    }
    let mut table = Table::new(3, ["layer", "tensor", "type", "signal/noise", "worst error"]);
    for l in &e.layers {
        let snr = l.snr().map_or("exact".into(), |s| format!("{s:.1} dB"));
        let worst = format!("{:.3e}", l.worst);
        table.row([clean(&l.node), clean(&l.tensor), clean(&l.written), snr, worst]);
    }
    let _ = write!(out, "\n{}", table.render(2));
    out
}
