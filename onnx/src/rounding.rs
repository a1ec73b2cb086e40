//! Where a number is rounded on purpose though nothing wants it narrow: a search, on calibration data.
//!
//! Sums and products are exact, so numbers grow from one to the next until something rounds them, which costs
//! their digits. Rounding one earlier costs its digits too, once, and spares them whatever reads it: it pays
//! where that is read more than once, by more elements, or by what takes its digits apart more than once, as a
//! softmax does. So the search goes from cheap to dear: widths alone say what is worth a look ([`widths`]), the
//! float model says how many bits do no harm ([`noise`]), and one circuit beside that of the program as it was
//! says whether both are so ([`trial`]). What it finds are choices like those of a quantization file.

mod noise;
mod roles;
mod trial;
mod widths;

use super::compare::{Ratios, Sample};
use super::model::Model;
use super::room;
use crate::quantize::{Choices, Fixed, Settings};
use noise::Noise;
use roles::Role;
use std::collections::BTreeMap;
use trial::Outcome;

/// Decibels that results may lose to the search. At a whole one, roundings it adds have a quarter of the noise that
/// all others have together.
const LOSS: f64 = 1.0;
/// What the noise of one sample may differ by from that of another, in decibels: with few of them the measured loss
/// may be beyond the real one, which the float model bounds.
const SPREAD: f64 = 1.5;
/// The same of one number of each sample: of a place of a result.
const SPREAD_OF_ONE: f64 = 6.0;
/// The part of the noise so far that makes the loss.
const SHARE: f64 = 0.258_925_411_794_167_2;
/// What is spared is worth a rounding from this part of all constraints on.
const WORTH: f64 = 1.0 / 100.0;
/// Bits beside the usual ones that are tried.
const FINER: u32 = 6;
/// With fewer samples than these, the first try has a bit more than may be enough; and tries with still more follow.
const FEW: usize = 4;
const AGAIN: u32 = 2;
/// The fewest samples: ranges of fewer are those of these samples, and a search would cut others to them.
const FEWEST: usize = 8;
/// Values of circuits that are computed to find out, all trials together; the first one is made whatever it takes.
const WORK: usize = 6 << 20;
/// The most trials.
const TRIALS: usize = 8;
/// Values of a circuit that is too large for any trial.
const LARGEST: usize = 1 << 23;

/// The settings with roundings that pay and do no harm on the samples: `rounded` names them, and `choices` has their
/// types. They stay as they are with too few samples, where the user chose types, and for models that are
/// quantized already.
#[must_use]
pub fn rounded(model: &Model, settings: &Settings, samples: &[Sample]) -> Settings {
    let free = settings.choices.tensors.is_empty() && settings.choices.layers.is_empty();
    if samples.len() < FEWEST || settings.ranges.is_none() || !free || !settings.rounded.is_empty()
    {
        return settings.clone();
    }
    let found = room::within(model.budget, || Search::new(model, settings, samples)?.run());
    found.unwrap_or_else(|| settings.clone())
}

/// The settings with tensors that are rounded.
fn with(settings: &Settings, types: &BTreeMap<String, Fixed>) -> Settings {
    let mut out = settings.clone();
    let Choices { tensors, .. } = &mut out.choices;
    tensors.extend(types.iter().map(|(name, t)| (name.clone(), *t)));
    out.rounded = types.keys().cloned().collect();
    out
}

/// A role, by its place, and the types of its tensors.
type Taken = (usize, BTreeMap<String, Fixed>);

struct Search<'m> {
    model: &'m Model,
    settings: &'m Settings,
    /// Those that trials are compared on.
    samples: Vec<&'m Sample>,
    noise: Noise<'m>,
    before: Outcome,
    roles: Vec<Role>,
    /// Values of circuits that were computed, and trials.
    work: usize,
    trials: usize,
}

impl<'m> Search<'m> {
    /// What may pay, and what the program costs and says as it is; nothing if nothing may.
    fn new(model: &'m Model, settings: &'m Settings, samples: &'m [Sample]) -> Option<Search<'m>> {
        // Of whole numbers alone nobody could say how near they are.
        if !model.float_outputs().contains(&true) {
            return None;
        }
        let (before, roles, some) = trial::first(model, settings, samples)?;
        let (work, noise) = (before.values, Noise::new(model, samples)?);
        Some(Search { model, settings, samples: some, noise, before, roles, work, trials: 0 })
    }

    fn run(mut self) -> Option<Settings> {
        let (mut taken, mut best) = self.first()?;
        // Each on its own may be in vain beside the others.
        let mut k = 0;
        while k < taken.len() && taken.len() > 1 {
            let mut without = taken.clone();
            without.remove(k);
            match self.tried(&without) {
                Some(found) if self.is_good(&found) && found.constraints <= best.constraints => {
                    (best, taken) = (found, without);
                }
                _ => k += 1,
            }
        }
        let spared = self.before.constraints.checked_sub(best.constraints)?;
        let worth = spared as f64 >= WORTH * self.before.constraints as f64;
        worth.then(|| with(self.settings, &all(&taken)))
    }

    /// All roles with as few bits as do no harm: by themselves, and then beside everything else. With few samples to
    /// tell that by, one bit more than may be enough is the first try.
    fn first(&mut self) -> Option<(Vec<Taken>, Outcome)> {
        let count = self.roles.len() as f64;
        let careful = u32::from(self.samples.len() < FEW);
        (careful..=careful + AGAIN).find_map(|more| {
            let all = 0..self.roles.len();
            let taken = all.filter_map(|k| self.harmless(k, count, more).map(|types| (k, types)));
            let taken: Vec<Taken> = taken.collect();
            let found = self.tried(&taken).filter(|found| self.is_good(found))?;
            Some((taken, found))
        })
    }

    /// The types of a role with the fewest bits whose noise is no more than its share, and some more.
    fn harmless(&self, k: usize, count: f64, extra: u32) -> Option<BTreeMap<String, Fixed>> {
        let margin = -10.0 * libm::log10(SHARE / count);
        let role = self.roles.get(k)?;
        (0..=FINER).find_map(|more| {
            let types = role.types(self.model, self.settings, more)?;
            let snr = self.noise.snr(&types)?;
            let enough = at_least(&snr, &self.before.snr, (-margin, -margin));
            enough.then(|| role.types(self.model, self.settings, more + extra))?
        })
    }

    /// A trial, if there may be one more.
    fn tried(&mut self, taken: &[Taken]) -> Option<Outcome> {
        if taken.is_empty() || self.trials >= TRIALS || self.trials > 0 && self.work > WORK {
            return None;
        }
        let found = trial::of(self.model, &with(self.settings, &all(taken)), &self.samples)?;
        self.trials += 1;
        self.work = self.work.saturating_add(found.values);
        Some(found)
    }

    /// Whether it costs less and says no less.
    fn is_good(&self, found: &Outcome) -> bool {
        let before = &self.before;
        let samples = (self.samples.len().max(1) as f64).sqrt();
        let loss = (LOSS + SPREAD / samples, LOSS + SPREAD_OF_ONE / samples);
        found.constraints < before.constraints
            && at_least(&found.snr, &before.snr, loss)
            && found.none <= before.none
            && found.same >= before.same
            && found.off <= before.off
    }
}

/// Whether ratios are no less than others but for a loss, the one of all and those of places: what the comparison of
/// a circuit with its model looks at.
fn at_least(found: &[Ratios], before: &[Ratios], (loss, of_place): (f64, f64)) -> bool {
    found.iter().zip(before).all(|(own, other)| {
        let mut places = own.places.iter().zip(&other.places);
        own.all >= other.all - loss && places.all(|(a, b)| *a >= b - of_place)
    })
}

fn all(taken: &[Taken]) -> BTreeMap<String, Fixed> {
    taken.iter().flat_map(|(_, types)| types.clone()).collect()
}
