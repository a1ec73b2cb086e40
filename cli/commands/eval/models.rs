//! `zirc eval` of an ONNX model.

use super::Args;
use super::onnx::{Evaluated, Wanted, evaluate, score_text};
use crate::answer::Answer;
use crate::args::onnx::{Fidelity, Seen};
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
use zirc_onnx::compare::Score;

/// Carries it out.
pub(super) fn run(args: &Args, model: &Path, seen: Seen) -> Result<Answer, Error> {
    if let Some(name) = &args.circuit {
        return Err(Error::usage(format!("a model has no circuit `{name}` to choose")));
    }
    let folder = model.parent().unwrap_or(Path::new("."));
    let path = args.data.clone().unwrap_or_else(|| folder.join("test.npz"));
    let data = Values::read(&path)?;
    let opened = onnx::open(model, &args.import)?;
    let wanted = Wanted {
        seen: seen.with(&args.import)?,
        lowering: args.lowering,
        limit: args.limit.unwrap_or(usize::MAX),
        interpreted: args.interpreted,
        layers: true,
        force: args.memory.force,
    };
    let (done, ms) = timed(|| evaluate(&opened, &data, &wanted));
    let e = done?;
    let f = &e.found;
    let agree = f.agree.0 == f.agree.1;
    let limits = &args.import.fidelity;
    let short = f.agreement.falls_short(limits.min_agreement, limits.min_snr);
    let text = text(&e, &path, ms, limits);
    let score = |s: &Option<Score>| s.map(|s| s.value());
    let layers = f.layers.iter().map(|l| {
        json!({
            "node": l.node, "tensor": l.tensor, "type": l.written,
            "snr_db": l.deviation.snr(), "worst": l.deviation.worst(),
        })
    });
    let json = json!({
        "circuit": e.circuit.signature.name,
        "digest": e.circuit.digest().to_string(),
        "constraints": e.circuit.num_constraints(),
        "data": path.display().to_string(),
        "samples": e.number,
        "measure": match f.float { Some(Score::Error(..)) => "rmse", _ => "accuracy" },
        "accurate": {
            "float": score(&f.float),
            "integers": score(&f.integers),
            "circuit": score(&f.circuit),
        },
        "float_same_as_circuit": f.same,
        "interpreted": f.agree.1,
        "agree": f.agree.0,
        "differences": f.differences,
        "cut_inputs": f.cut,
        "float_difference_from_data": f.reference,
        "falls_short": short,
        "layers": layers.collect::<Vec<_>>(),
        "eval_ms": ms,
        "warnings": e.warnings,
    });
    Ok(Answer { accepted: agree && !(short && limits.strict), text, json })
}

fn text(e: &Evaluated, path: &Path, ms: f64, limits: &Fidelity) -> String {
    let f = &e.found;
    let mut out = format!(
        "{}: {} of {} ({}), {} constraints\n\n",
        e.circuit.signature.name,
        count(e.number, "sample"),
        path.display(),
        millis(ms),
        grouped(e.circuit.num_constraints()),
    );
    let rows = [("float", &f.float), ("integers", &f.integers), ("circuit", &f.circuit)];
    if f.float.is_some() {
        let name = match f.float {
            Some(Score::Error(..)) => "error",
            _ => "accurate",
        };
        let mut table = Table::new(1, ["", name, "samples"]);
        for (what, score) in rows {
            let n = if what == "integers" { f.agree.1 } else { e.number };
            table.row([what.into(), score_text(score), grouped(n)]);
        }
        let _ = writeln!(out, "{}", table.render(2));
    }
    if let Some(same) = f.same {
        let share = percent(same, e.number);
        let _ =
            writeln!(out, "float and circuit answer the same on {same} of {} ({share})", e.number);
    }
    let _ = writeln!(out, "integers and circuit agree on {} of {}", f.agree.0, f.agree.1);
    f.differences.iter().for_each(|d| {
        let _ = writeln!(out, "  {d}");
    });
    if f.cut > 0 {
        let cut = count(f.cut, "number");
        let _ = writeln!(out, "{cut} of the data did not fit an input and became its nearest end");
    }
    if let Some(d) = f.reference {
        let _ = writeln!(out, "the float model here is at most {d:.2e} from the data's own floats");
    }
    let short = f.agreement.falls_short(limits.min_agreement, limits.min_snr);
    let words = clean(&f.agreement.words("the data", limits.min_snr));
    if short {
        crate::show::remember(words.clone());
    }
    let _ = writeln!(out, "{}{words}", if short { "warning: " } else { "" });
    let mut table = Table::new(3, ["layer", "tensor", "type", "signal/noise", "worst error"]);
    for l in &f.layers {
        let snr = l.deviation.snr().map_or("exact".into(), |s| format!("{s:.1} dB"));
        let worst = format!("{:.3e}", l.deviation.worst());
        table.row([clean(&l.node), clean(&l.tensor), clean(&l.written), snr, worst]);
    }
    let _ = write!(out, "\n{}", table.render(2));
    out
}
