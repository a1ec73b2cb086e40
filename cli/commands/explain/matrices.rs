//! A, B and C of a small circuit.

use crate::error::Error;
use crate::show::{equation::number, table::Table};
use zirc_circuit::equation::{Element, Names};
use zirc_circuit::{Circuit, Fr, TensorId, rows, scalar};

/// Most constraints and most variables of what is written as matrices.
const MOST: usize = 24;

/// The three matrices: a row for each constraint, a column for each variable.
pub(super) fn text(circuit: &Circuit, names: &Names) -> Result<String, Error> {
    let (constraints, variables) = (circuit.num_constraints(), circuit.num_variables());
    if constraints > MOST || variables > MOST {
        return Err(Error::usage(format!(
            "matrices of {constraints} constraints and {variables} variables are too large to read: \
             --matrices is for up to {MOST} of both"
        )));
    }
    let layout = circuit.layout();
    let mut columns = vec![String::new(); layout.num_variables()];
    for (k, tensor) in circuit.tensors.iter().enumerate() {
        let Some(first) = layout.offset[k] else { continue };
        for index in 0..tensor.len() {
            let id = TensorId(u32::try_from(k).unwrap_or(u32::MAX));
            let element = Element { tensor: id, index };
            columns[first + index] = Names::indexed(circuit, &names.tensor(id), element);
        }
    }
    let all: Vec<_> = rows(circuit).collect();
    let mut out = String::new();
    type Side = fn(&zirc_circuit::Row) -> &Vec<(usize, Fr)>;
    let sides: [(&str, Side); 3] = [("A", |r| &r.a), ("B", |r| &r.b), ("C", |r| &r.c)];
    for (name, side) in sides {
        let header = std::iter::once(name.to_owned()).chain(columns.iter().cloned());
        let mut table = Table::new(1, header);
        for (k, row) in all.iter().enumerate() {
            let mut cells = vec!["·".to_owned(); columns.len()];
            side(row).iter().for_each(|(v, w)| cells[*v] = number(&scalar::signed(w)));
            table.row(std::iter::once((k + 1).to_string()).chain(cells));
        }
        out.push_str(&table.render(2));
        out.push('\n');
    }
    Ok(out)
}
