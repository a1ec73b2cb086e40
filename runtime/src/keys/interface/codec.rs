//! The interface in a key's file.

use super::{HiddenPort, Interface, NondetUse, PublicPort, Role};
use crate::files::FileError;
use crate::files::codec::{Decoder, Encode};
use std::io::{self, Read, Write};
use zirc_circuit::validate::MAX_ELEMENTS;
use zirc_circuit::{ModelPart, PortType, is_scale};

impl Interface {
    pub(in crate::keys) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.put_text(&self.name)?;
        out.put_u64(self.public.len() as u64)?;
        for port in &self.public {
            out.put_text(&port.name)?;
            out.put_u64(port.shape.len() as u64)?;
            for &d in &port.shape {
                out.put_u64(d as u64)?;
            }
            match &port.ty {
                PortType::Field => out.write_all(&[0])?,
                PortType::Fix { lo, hi, numerator, denominator } => {
                    out.write_all(&[1])?;
                    for int in [lo, hi, numerator, denominator] {
                        out.put_int(int)?;
                    }
                }
            }
            out.put_text(&port.written)?;
            out.write_all(&[u8::from(port.output) | u8::from(port.carried) << 1])?;
        }
        out.put_u64(self.hidden.len() as u64)?;
        for port in &self.hidden {
            out.put_text(&port.name)?;
            out.put_u64(port.shape.len() as u64)?;
            port.shape.iter().try_for_each(|&d| out.put_u64(d as u64))?;
            out.put_text(&port.written)?;
            out.write_all(&[port.role as u8])?;
        }
        out.put_u64(self.model.len() as u64)?;
        for part in &self.model {
            out.put_text(&part.name)?;
            out.put_text(&part.file)?;
            out.put_text(&part.digest)?;
        }
        out.put_u64(self.assumptions.len() as u64)?;
        self.assumptions.iter().try_for_each(|a| out.put_text(a))?;
        out.put_u64(self.nondet.len() as u64)?;
        for n in &self.nondet {
            [&n.function, &n.hint, &n.reason].into_iter().try_for_each(|t| out.put_text(t))?;
        }
        for texts in [&self.claims, &self.independent_of] {
            out.put_u64(texts.len() as u64)?;
            texts.iter().try_for_each(|t| out.put_text(t))?;
        }
        Ok(())
    }

    pub(in crate::keys) fn read<R: Read + Send>(
        source: &mut Decoder<R>,
    ) -> Result<Interface, FileError> {
        let name = source.text("name of the circuit")?;
        let mut public = Vec::new();
        let mut total = 0usize;
        for _ in 0..source.count(18, "public ports")? {
            let port = read_port(source)?;
            // Every later product and sum of sizes is as small as this one.
            let len = port.shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
            total = len
                .and_then(|n| total.checked_add(n))
                .filter(|&n| n < MAX_ELEMENTS)
                .ok_or(FileError::Invalid { what: "shape of a public port" })?;
            public.push(port);
        }
        let mut hidden = Vec::new();
        for _ in 0..source.count(17, "private ports")? {
            hidden.push(read_hidden(source)?);
        }
        let mut model = Vec::new();
        for _ in 0..source.count(12, "model parts")? {
            model.push(ModelPart {
                name: source.text("name of a model part")?,
                file: source.text("file of a model part")?,
                digest: source.text("digest of a model part")?,
            });
        }
        let assumptions = texts(source, "assumptions")?;
        let mut nondet = Vec::new();
        for _ in 0..source.count(12, "hints that need not be unique")? {
            nondet.push(NondetUse {
                function: source.text("function of a hint")?,
                hint: source.text("name of a hint")?,
                reason: source.text("reason of a hint")?,
            });
        }
        let (claims, what) = (texts(source, "claims")?, "parts that nothing depends on");
        let independent_of = texts(source, what)?;
        Ok(Interface { name, public, hidden, model, assumptions, nondet, claims, independent_of })
    }
}

fn texts<R: Read + Send>(
    source: &mut Decoder<R>,
    what: &'static str,
) -> Result<Vec<String>, FileError> {
    let mut all = Vec::new();
    for _ in 0..source.count(4, what)? {
        all.push(source.text(what)?);
    }
    Ok(all)
}

fn read_shape<R: Read + Send>(
    source: &mut Decoder<R>,
    what: &'static str,
) -> Result<Vec<usize>, FileError> {
    let mut shape = Vec::new();
    for _ in 0..source.count(8, what)? {
        shape.push(usize::try_from(source.u64(what)?).map_err(|_| FileError::Invalid { what })?);
    }
    Ok(shape)
}

fn read_hidden<R: Read + Send>(source: &mut Decoder<R>) -> Result<HiddenPort, FileError> {
    let name = source.text("name of a private port")?;
    let shape = read_shape(source, "shape of a private port")?;
    let written = source.text("type of a private port")?;
    let what = "role of a private port";
    let role = match source.array(what)? {
        [0] => Role::Input,
        [1] => Role::Model,
        [2] => Role::Output,
        _ => return Err(FileError::Invalid { what }),
    };
    Ok(HiddenPort { name, role, shape, written })
}

fn read_port<R: Read + Send>(source: &mut Decoder<R>) -> Result<PublicPort, FileError> {
    let name = source.text("name of a public port")?;
    let shape = read_shape(source, "shape of a public port")?;
    let ty = if source.flag("type of a public port")? {
        let mut int = || source.int("range of a public port");
        PortType::Fix { lo: int()?, hi: int()?, numerator: int()?, denominator: int()? }
    } else {
        PortType::Field
    };
    let written = source.text("type of a public port")?;
    let what = "direction of a public port";
    let (output, carried) = match source.array(what)? {
        [n @ 0..4] => (n & 1 == 1, n & 2 == 2),
        _ => return Err(FileError::Invalid { what }),
    };
    match &ty {
        PortType::Fix { lo, hi, numerator, denominator }
            if lo > hi || !ty.is_unique() || !is_scale(numerator, denominator) =>
        {
            Err(FileError::Invalid { what: "range of a public port" })
        }
        _ => Ok(PublicPort { name, shape, ty, written, output, carried }),
    }
}
