//! A loaded program and what can be asked of it.

use crate::audit::Auditor;
use crate::budget::Budget;
use crate::carrying;
use crate::diagnostic::{Diagnostic, Severity};
use crate::elaborate::item::Supply;
use crate::elaborate::{Elaborator, INDEPENDENT_OF, Res, Tables};
use crate::estimate::proving_time;
use crate::independence;
use crate::loader::Loader;
use crate::lower::{How, Purpose, Unread};
use crate::options::{Choice, Mode, Options, Round};
use crate::pipeline::compile;
use crate::program::Program;
use crate::resolve::{World, item_name, misnamed};
use crate::translation::Validation;
use crate::value::ItemId;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Circuit, Claims, Labels, Nondet, Port, Signature, SourceFile};
use zirc_grammar::ast::{Item, ItemKind, Span};

/// A program with everything it uses.
#[derive(Debug)]
pub struct Project {
    pub(crate) world: World,
}

/// Why a program was refused, with the files that the spans point into.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// At least one of them is an error.
    pub diagnostics: Vec<Diagnostic>,
    /// Source files by the index that spans carry.
    pub files: Vec<SourceFile>,
}

/// A compiled circuit.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The circuit.
    pub circuit: Circuit,
    /// Remarks that do not stop compilation.
    pub warnings: Vec<Diagnostic>,
    /// The hints, for audits and forgery tests; tensors exist in unoptimized circuits only.
    pub hints: Vec<HintInfo>,
    /// How the circuit was found to enforce all that was lowered; zeros if it was not optimized.
    pub validation: Validation,
    /// Calls that never refuse and that nothing reads: their constraints are left out.
    pub unread: Vec<Unread>,
    /// What was taken where the mode was to be chosen.
    pub choice: Option<Choice>,
}

/// A circuit before it is lowered.
pub(crate) struct Elaborated {
    pub(crate) program: Program,
    pub(crate) signature: Signature,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// A hint of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintInfo {
    /// Its name.
    pub name: String,
    /// Functions it stands in, from the outside in.
    pub functions: Vec<String>,
}

impl Project {
    /// Loads a program: parses it, the standard library and every module it uses.
    ///
    /// # Errors
    /// Syntax errors and names of modules and items that do not exist, all of them.
    pub fn load(name: &str, text: &str, loader: &mut dyn Loader) -> Result<Project, Rejected> {
        let (world, diagnostics) = World::load(name, text, loader);
        if diagnostics.is_empty() {
            return Ok(Project { world });
        }
        Err(Rejected { diagnostics: shown(diagnostics, &world.files), files: world.files })
    }

    /// Allows more, or less, than the default for elaborating a circuit, a test or a run.
    pub fn set_budget(&mut self, budget: Budget) {
        self.world.budget = budget;
    }

    /// The source files, by the index that spans carry.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.world.files
    }

    /// The circuits that can be compiled as they are: those without generics, and instances.
    #[must_use]
    pub fn circuits(&self) -> Vec<String> {
        let items = self.world.modules[0].ast.items.iter();
        let whole = items.filter(|i| match &i.kind {
            ItemKind::Circuit(f) => f.generics.is_empty(),
            ItemKind::CircuitAlias { .. } => true,
            _ => false,
        });
        whole.filter_map(|i| Some(item_name(i)?.name.clone())).collect()
    }

    /// Compiles a circuit.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile(&self, circuit: &str, loader: &mut dyn Loader) -> Result<Compiled, Rejected> {
        self.compile_with(circuit, loader, &Options::default())
    }

    /// Compiles a circuit as the options say.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile_with(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        options: &Options,
    ) -> Result<Compiled, Rejected> {
        let round = |taken| match (options.optimize && taken, options.always_look_up) {
            (false, _) => Round::None,
            (true, false) => Round::WhereCheaper,
            (true, true) => Round::Everywhere,
        };
        let mut made = |taken| self.made(circuit, loader, round(taken), options);
        let mut compiled = match options.mode {
            Mode::Groth16 => made(false)?,
            Mode::Commit => made(true)?,
            Mode::Auto => faster(made(false)?, made(true)?),
        };
        let remark = carrying::none(&compiled.circuit, options, self.place(circuit));
        compiled.warnings.extend(remark);
        Ok(compiled)
    }

    /// Compiles a circuit that may use a commitment round for this.
    fn made(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        round: Round,
        options: &Options,
    ) -> Result<Compiled, Rejected> {
        let Elaborated { program, mut signature, warnings } =
            self.elaborate_for(circuit, loader, round)?;
        let hints = program.hints.iter();
        let hints = hints
            .map(|h| HintInfo { name: h.name.clone(), functions: h.functions.clone() })
            .collect();
        let purpose = if options.optimize { Purpose::Proof } else { Purpose::Forgery };
        let files = self.world.files.clone();
        let how = How {
            round,
            strategy: options.lookup,
            products: options.products,
            public: options.public,
        };
        for text in &options.independent_of {
            let parts = independence::parts(text, &signature.inputs);
            let parts = parts.map_err(|why| {
                let title = format!("`--independent-of {text}`: {why}");
                self.rejected(vec![Diagnostic::error("E0113", self.place(circuit), title)])
            })?;
            signature.claims.independent_of.extend(parts);
        }
        let many = carrying::too_many(&signature, options, self.place(circuit));
        if let Some(d) = many.filter(|_| round != Round::None) {
            return Err(self.rejected(vec![d]));
        }
        match compile(program, signature, files, purpose, how, self.world.budget) {
            Ok(l) => {
                if let Err(found) = zirc_circuit::independence(&l.circuit) {
                    let d = independence::diagnostic(&l.circuit, &found, self.place(circuit));
                    return Err(self.rejected(vec![d]));
                }
                let (validation, unread, choice) = (l.validation, l.unread, None);
                Ok(Compiled { circuit: l.circuit, warnings, hints, validation, unread, choice })
            }
            Err(why) => Err(self.rejected(vec![why.diagnostic(self.place(circuit))])),
        }
    }

    /// Where a circuit's name stands.
    fn place(&self, circuit: &str) -> Span {
        let item = self.find(circuit).ok().and_then(|id| item_name(self.world.item(id)));
        item.map(|n| n.span).unwrap_or_default()
    }

    /// A circuit as a tensor program, with tables looked up where a round makes that worth while.
    fn elaborate_for(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        round: Round,
    ) -> Result<Elaborated, Rejected> {
        let mut tables = Tables::new(round);
        for _ in 0..crate::budget::ELABORATIONS {
            let (made, taken) = self.elaborate_with(circuit, loader, tables)?;
            match taken.better(&made.program) {
                Some(better) => tables = better,
                None => return Ok(made),
            }
        }
        self.elaborate_with(circuit, loader, Tables::default()).map(|(made, _)| made)
    }

    /// A circuit as a tensor program whose hints are unique.
    #[cfg(test)]
    pub(crate) fn elaborate(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
    ) -> Result<Elaborated, Rejected> {
        self.elaborate_with(circuit, loader, Tables::default()).map(|(made, _)| made)
    }

    /// A circuit as a tensor program whose hints are unique, and what tables were looked up.
    fn elaborate_with(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        tables: Tables,
    ) -> Result<(Elaborated, Tables), Rejected> {
        let id = self.find(circuit)?;
        let mut e = Elaborator::new(&self.world, loader);
        e.tables = tables;
        let target = e.circuit_target(id);
        let assumptions = target.as_ref().map(|(id, _)| self.assumptions(*id)).unwrap_or_default();
        let labelled = target.as_ref().ok().map(|(id, _)| *id);
        let claims = target.as_ref().ok().and_then(|(id, _)| self.world.claims.get(id));
        let conditions = claims.into_iter().flatten().map(|c| c.text.clone()).collect();
        let out = target.and_then(|(id, g)| e.circuit(id, &g, Supply::Inputs));
        let ports = match out {
            Ok((ports, _)) if !has_errors(&e.out.diagnostics) => {
                let misnamed = labelled.and_then(|id| self.misnamed(id, &ports.outputs));
                if let Some(d) = misnamed {
                    return Err(self.rejected(vec![d]));
                }
                ports
            }
            Ok(_) => return Err(self.rejected(e.out.diagnostics)),
            Err(stop) => {
                e.report(stop);
                return Err(self.rejected(e.out.diagnostics));
            }
        };
        let signature = Signature {
            name: circuit.into(),
            inputs: ports.inputs,
            outputs: ports.outputs,
            model: std::mem::take(&mut e.out.model),
            assumptions,
            nondet: nondet_uses(circuit, &e.out.program),
            claims: Claims { conditions, independent_of: ports.independent_of },
        };
        let origin = e.out.program.origins[0].clone();
        let program = std::mem::replace(&mut e.out.program, Program::new(origin));
        let mut auditor = Auditor::default();
        auditor.circuit(&mut e, circuit, &program);
        e.out.diagnostics.extend(auditor.remarks());
        if has_errors(&e.out.diagnostics) {
            return Err(self.rejected(e.out.diagnostics));
        }
        let made = Elaborated { program, signature, warnings: e.out.diagnostics };
        Ok((made, e.tables))
    }

    /// What the integers of a circuit's outputs stand for, by the names of its ports, and then what it assumes.
    fn assumptions(&self, circuit: ItemId) -> Vec<String> {
        let names = self.world.named.get(&circuit);
        let all = self.world.labels.get(&circuit).into_iter().flatten();
        let one = |l: &Labels| {
            let output = names.map_or(l.output.as_str(), |n| n.output(&l.output)).to_owned();
            Labels { output, place: l.place, names: l.names.clone() }.to_string()
        };
        let assumed = self.world.assumes.get(&circuit).into_iter().flatten();
        all.map(one).chain(assumed.cloned()).collect()
    }

    /// Labels of places that are not as many as the output has elements.
    fn misnamed(&self, circuit: ItemId, outputs: &[Port]) -> Option<Diagnostic> {
        let labels = self.world.labels.get(&circuit)?;
        let span = item_name(self.world.item(circuit)).map(|n| n.span).unwrap_or_default();
        misnamed(labels, self.world.named.get(&circuit), outputs, span)
    }

    pub(crate) fn find(&self, circuit: &str) -> Result<ItemId, Rejected> {
        let names = &self.world.modules[0].names;
        let found = names.get(circuit).filter(|id| {
            matches!(
                self.world.item(**id).kind,
                ItemKind::Circuit(_) | ItemKind::CircuitAlias { .. }
            )
        });
        let generic = |id: &ItemId| match &self.world.item(*id).kind {
            ItemKind::Circuit(f) => !f.generics.is_empty(),
            _ => false,
        };
        let all = self.circuits().join(", ");
        match found {
            Some(id) if generic(id) => {
                let t = format!("circuit `{circuit}` has generic parameters");
                let span = item_name(self.world.item(*id)).map(|n| n.span).unwrap_or_default();
                let help = format!("name an instance: `circuit {circuit}_3 = {circuit}::<3>;`");
                Err(self.rejected(vec![Diagnostic::error("E0213", span, t).help(help)]))
            }
            Some(id) => Ok(*id),
            None => {
                let t = format!("there is no circuit `{circuit}` in this program");
                let d = Diagnostic::error("E0101", Span::default(), t);
                Err(self.rejected(vec![if all.is_empty() {
                    d
                } else {
                    d.help(format!("there are: {all}"))
                }]))
            }
        }
    }

    pub(crate) fn rejected(&self, diagnostics: Vec<Diagnostic>) -> Rejected {
        Rejected {
            diagnostics: shown(diagnostics, &self.world.files),
            files: self.world.files.clone(),
        }
    }

    /// Checks every item of the program that can be checked as it is: circuits, constants and
    /// functions without generics.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn check(&self, loader: &mut dyn Loader) -> Result<Vec<Diagnostic>, Rejected> {
        let mut auditor = Auditor::default();
        let mut all = self.check_module(0, &mut auditor, BTreeSet::new(), loader);
        all.extend(auditor.remarks());
        if has_errors(&all) {
            return Err(self.rejected(all));
        }
        // What a circuit is independent of is seen on the finished circuit alone.
        for name in self.circuits().iter().filter(|name| self.is_independent(name)) {
            self.compile(name, loader)?;
        }
        // Where something is wrong, these may follow from it.
        all.extend(shown(self.names(), &self.world.files));
        Ok(all)
    }

    /// Whether a circuit says that it is independent of something.
    fn is_independent(&self, circuit: &str) -> bool {
        let said = |item: &Item| item.attributes.iter().any(|a| a.name.name == INDEPENDENT_OF);
        let Ok(id) = self.find(circuit) else { return false };
        let item = self.world.item(id);
        let target = match &item.kind {
            ItemKind::CircuitAlias { target, .. } => self.world.lookup(id.0, &target.segments),
            _ => None,
        };
        said(item) || target.is_some_and(|to| said(self.world.item(to)))
    }
}

/// The one of two circuits of a program, without and with a commitment round, whose proofs are predicted to
/// take less time.
fn faster(plain: Compiled, round: Compiled) -> Compiled {
    let [groth16, commit] = [&plain, &round].map(|c| proving_time(&c.circuit));
    let better = commit < groth16 && round.circuit.is_committed();
    let mode = if better { Mode::Commit } else { Mode::Groth16 };
    let choice = Some(Choice { mode, groth16, commit });
    Compiled { choice, ..if better { round } else { plain } }
}

/// Errors that are shown; a file that is no program can have one at every byte.
const SHOWN: usize = 100;

/// Errors about one line that are shown.
const ON_A_LINE: usize = 10;

/// The first diagnostics, and how many there are beyond these.
fn shown(all: Vec<Diagnostic>, files: &[SourceFile]) -> Vec<Diagnostic> {
    let count = all.len();
    let mut lines: BTreeMap<(u32, usize), usize> = BTreeMap::new();
    let mut fits = |d: &Diagnostic| {
        let Some(l) = d.labels.first() else { return true };
        let text = files.get(l.span.file as usize).map_or("", |f| f.text.as_str());
        let before = text.get(..l.span.start as usize).unwrap_or_default();
        let line = before.rfind('\n').unwrap_or(0);
        let seen = lines.entry((l.span.file, line)).or_default();
        *seen += 1;
        *seen <= ON_A_LINE
    };
    let mut all: Vec<Diagnostic> = all.into_iter().filter(|d| fits(d)).take(SHOWN).collect();
    let more = count - all.len();
    if more > 0
        && let Some(last) = all.last_mut()
    {
        last.notes.push(format!("{more} more are not shown"));
    }
    all
}

/// The hints of a program that need not be unique, each once for every function.
fn nondet_uses(circuit: &str, p: &Program) -> Vec<Nondet> {
    let mut all: Vec<Nondet> = vec![];
    for h in &p.hints {
        let Some(reason) = &h.nondet else { continue };
        let function = h.functions.last().map_or(circuit, String::as_str).to_string();
        let origin = p.tensor(h.tensor).origin;
        let n = Nondet { function, hint: h.name.clone(), reason: reason.clone(), origin };
        let same =
            |o: &Nondet| (&o.function, &o.hint, &o.reason) == (&n.function, &n.hint, &n.reason);
        if !all.iter().any(same) {
            all.push(n);
        }
    }
    all
}

pub(crate) fn check_item(e: &mut Elaborator<'_>, id: ItemId) -> Res<()> {
    let world = e.world;
    e.check_nondet(world.item(id))?;
    match &world.item(id).kind {
        ItemKind::Circuit(f) if f.generics.is_empty() => {
            e.circuit(id, &[], Supply::Inputs).map(|_| ())
        }
        ItemKind::CircuitAlias { .. } => {
            let (id, g) = e.circuit_target(id)?;
            e.circuit(id, &g, Supply::Inputs).map(|_| ())
        }
        ItemKind::Fn(f) if f.generics.is_empty() => e.check_function(id),
        ItemKind::Fn(_) | ItemKind::Circuit(_) => {
            e.out.diagnostics.extend(crate::check::check_generic(world, id));
            Ok(())
        }
        ItemKind::Const { name, .. } => e.in_module(id.0, Default::default(), |e| {
            let path = zirc_grammar::ast::Path {
                segments: vec![name.clone()],
                generics: vec![],
                span: name.span,
            };
            let expr = zirc_grammar::ast::Expr {
                kind: zirc_grammar::ast::ExprKind::Path(path),
                span: name.span,
            };
            e.expr(&expr, &crate::types::Type::Infer).map(|_| ())
        }),
        ItemKind::TypeAlias { generics, ty, .. } if generics.is_empty() => {
            e.in_module(id.0, Default::default(), |e| e.resolve_type(ty).map(|_| ()))
        }
        ItemKind::Struct { generics, .. } if generics.is_empty() => {
            e.field_types(id, &[]).map(|_| ())
        }
        _ => Ok(()),
    }
}

pub(crate) fn has_errors(all: &[Diagnostic]) -> bool {
    all.iter().any(|d| d.severity == Severity::Error)
}
