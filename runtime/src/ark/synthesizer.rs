//! A circuit as a constraint synthesizer.

use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use zirc_circuit::{Assignment, Circuit, Fr, Row, rows};

/// A whole circuit: its public variables become instance variables in the same order, and row i
/// becomes constraint i.
///
/// A circuit with challenges is refused with `Unsatisfiable`: they would be inputs like any other, which a
/// prover may choose.
///
/// ```no_run
/// use ark_bn254::Bn254;
/// use ark_groth16::Groth16;
/// use zirc_runtime::ark::Synthesizer;
/// # fn f(circuit: &zirc_circuit::Circuit, assignment: &zirc_circuit::Assignment) {
/// # let mut rng = rand::rngs::OsRng;
/// let setup = Synthesizer::new(circuit);
/// let key = Groth16::<Bn254>::generate_random_parameters_with_reduction(setup, &mut rng).unwrap();
/// let assigned = Synthesizer::with_assignment(circuit, assignment);
/// let proof =
///     Groth16::<Bn254>::create_random_proof_with_reduction(assigned, &key, &mut rng).unwrap();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Synthesizer<'a> {
    circuit: &'a Circuit,
    values: Option<Vec<Fr>>,
}

impl<'a> Synthesizer<'a> {
    /// Constraints only, for a setup.
    #[must_use]
    pub fn new(circuit: &'a Circuit) -> Self {
        Synthesizer { circuit, values: None }
    }

    /// Constraints and values, for a proof.
    #[must_use]
    pub fn with_assignment(circuit: &'a Circuit, assignment: &Assignment) -> Self {
        Synthesizer { circuit, values: Some(assignment.to_variables(circuit)) }
    }
}

impl ConstraintSynthesizer<Fr> for Synthesizer<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        if self.circuit.is_committed() {
            return Err(SynthesisError::Unsatisfiable);
        }
        let layout = self.circuit.layout();
        let mut variables = vec![Variable::One];
        for j in 1..layout.num_variables() {
            let value = || match &self.values {
                Some(v) => Ok(v[j]),
                None => Err(SynthesisError::AssignmentMissing),
            };
            variables.push(if j <= layout.num_public {
                cs.new_input_variable(value)?
            } else {
                cs.new_witness_variable(value)?
            });
        }
        let combination = |entries: &[(usize, Fr)]| {
            LinearCombination(entries.iter().map(|&(j, c)| (c, variables[j])).collect())
        };
        for row in rows(self.circuit) {
            enforce(&cs, &row, combination)?;
        }
        Ok(())
    }
}

/// a·b = c, given how a sparse row reads in this constraint system.
pub(super) fn enforce(
    cs: &ConstraintSystemRef<Fr>,
    row: &Row,
    combination: impl Fn(&[(usize, Fr)]) -> LinearCombination<Fr>,
) -> Result<(), SynthesisError> {
    cs.enforce_r1cs_constraint(
        || combination(&row.a),
        || combination(&row.b),
        || combination(&row.c),
    )
}
