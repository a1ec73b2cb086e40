//! One expression outside of any program, as `zirc eval -e` asks for it.

use super::{Project, Rejected};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::elaborate::Elaborator;
use crate::loader::Loader;
use crate::shown::Shown;
use crate::types::Type;
use zirc_circuit::SourceFile;

/// What diagnostics call the text of an expression.
const NAME: &str = "expression";

impl Project {
    /// What an expression gives, as it would in a test of the program: on known values, where what has a declared type
    /// stands for an input of that type when it is handed to a function.
    ///
    /// ```
    /// # use zirc_compiler::{NoFiles, Project};
    /// let mut project = Project::load("model.zirc", "fn twice(x: i8) -> _ { 2 * x }", &mut NoFiles).unwrap();
    /// let shown = project.evaluate("twice(at::<i8>(0))", &mut NoFiles).unwrap();
    /// assert_eq!(shown.line(), "-256: int<-256..=254> (-256 to 254)");
    /// assert_eq!(project.evaluate("twice(y)", &mut NoFiles).unwrap_err().diagnostics[0].code, "E0101");
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it, in the text of the expression; assertions that fail too.
    pub fn evaluate(&mut self, text: &str, loader: &mut dyn Loader) -> Result<Shown, Rejected> {
        let file = self.world.files.len() as u32;
        self.world.files.push(SourceFile { name: NAME.into(), text: text.into() });
        let parsed = zirc_grammar::parse_expression(text, file);
        let expr = parsed
            .map_err(|faults| self.rejected(faults.into_iter().map(Diagnostic::from).collect()))?;
        let mut e = Elaborator::inside(&self.world, loader, 0);
        e.at.unroll = true;
        let shown = e.expr(&expr, &Type::Infer).and_then(|v| e.shown(&v, expr.span));
        let shown = shown.map_err(|stop| e.report(stop));
        e.report_refusals();
        match shown {
            Ok(shown) if !has_errors(&e.out.diagnostics) => Ok(shown),
            _ => Err(self.rejected(e.out.diagnostics)),
        }
    }
}
