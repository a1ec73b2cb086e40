//! What is said of an argument whose shape is not the parameter's: where the parameter got its sizes, or how a function of
//! numbers is called on a tensor.

use crate::diagnostic::Label;
use crate::elaborate::{Elaborator, Stop};
use zirc_grammar::ast::{Expr, Function, Param, Span, Type, TypeKind};

/// The code of errors about shapes.
const CODE: &str = "E0201";
/// Dimensions whose sizes are traced.
const DIMS: usize = 8;
/// Bytes of arguments that a message repeats.
const WRITTEN: usize = 32;

impl Elaborator<'_> {
    /// Adds that to the error of argument `k`; `places` are those of all arguments.
    pub(in crate::elaborate) fn misshapen(
        &self,
        stop: Stop,
        f: &Function,
        (k, is_tensor): (usize, bool),
        places: &[Span],
    ) -> Stop {
        let Stop::Error(mut d) = stop else { return stop };
        let Some(p) = f.params.get(k).filter(|_| d.code == CODE) else { return Stop::Error(d) };
        let Some(dims) = sizes(&p.ty) else {
            if is_tensor {
                let help = self.elementwise(&f.name.name, places);
                d.help.get_or_insert(help);
            }
            return Stop::Error(d);
        };
        for name in dims.iter().take(DIMS).filter_map(Expr::name) {
            let first = f.params[..k].iter().zip(places).find(|(p, _)| tells(p, name));
            if let (Some((_, at)), Some(value)) = (first, self.frame().generics.get(name)) {
                let text = format!("`{name}` is {} by this", value.name());
                d.labels.push(Label { span: *at, text });
            }
        }
        if !self.world.is_std(p.ty.span.file) {
            let text = format!("`{}` is declared here", p.name.name);
            d.labels.push(Label { span: p.ty.span, text });
        }
        Stop::Error(d)
    }

    /// The call as it would be on every element.
    fn elementwise(&self, function: &str, places: &[Span]) -> String {
        let args: Vec<&str> = places.iter().map(|at| self.world.text(*at)).collect();
        let args = args.join(", ");
        let args = if args.len() > WRITTEN || args.contains('\n') { "…".into() } else { args };
        crate::meant::elementwise(function, &args)
    }
}

fn sizes(t: &Type) -> Option<&[Expr]> {
    match &t.kind {
        TypeKind::Tensor { dims, .. } => Some(dims),
        _ => None,
    }
}

/// Whether the shape of a parameter's argument is how a size is known.
fn tells(p: &Param, size: &str) -> bool {
    sizes(&p.ty).is_some_and(|dims| dims.iter().any(|e| e.name() == Some(size)))
}
