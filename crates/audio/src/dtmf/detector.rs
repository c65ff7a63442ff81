//! Keys as tones in the audio, for peers without RFC 4733.
//!
//! A key is two tones, one of a low and one of a high group (ITU-T Q.23). A window of 102 samples (12.75 ms), moved by
//! 34, is correlated with all eight frequencies; it is a hit when the rules below hold, and six hits in a row are a
//! press, five misses in a row its end. So 40 ms are heard and 23 ms are not (ITU-T Q.24), and a short hole in a
//! tone does not double it.
//!
//! ```text
//!   samples ....|  34  |  34  |  34  |  34  |  34  |  34  |  34  |
//!   window 1    |==== 102 samples ===|
//!   window 2           |==== 102 samples ===|
//!   window 6                                       |==== 102 ...   sixth hit: the press, dated to where window 1 begins
//! ```
//! A window hits when
//! - the strongest tone of each group is [`PEAK`] above every other of its group,
//! - the high tone is at most [`TWIST_HIGH`] above and [`TWIST_LOW`] below the low one,
//! - no more than [`FRACTION`] of the energy is anything else: speech has more partials than two,
//! - both tones are above [`FLOOR`].
//!
//! A press also needs, over its hits together,
//! - both tones near their frequency, by the turn of their phases from window to window: 1.5 % off is accepted and
//!   3.5 % refused for each tone alone, which energy in windows this short could not tell at 697 Hz;
//! - [`PURITY`]: once it is known how far the tones are off, what they have of the energy is known better, and two
//!   harmonics of a voice seldom have that much for 34 ms;
//! - where tones are off, or the high one is weak, [`STEADY`] power from hit to hit: keys have it, and the vowels that
//!   come as near as that swell or fade.
//!
//! Samples go in as they arrived. A lost packet is left out, never replaced by zeros, which would end a press and
//! begin it anew; what a longer gap means is told by [`InBandDetector::gap`].

use std::time::{Duration, Instant};

use super::bank::{Bank, Complex, HOP, KEYPAD, SampleBlock, WINDOW, bank, energy_of};
use aftercall_base::Digit;
use aftercall_rtp::dtmf::Press;

/// Hits in a row that are a press.
const PRESS: u8 = 6;
/// Misses in a row that end it.
const RELEASE: u8 = 5;
/// Power of the strongest tone of a group over any other of it: 7 dB.
const PEAK: f32 = 5.012;
/// The high tone may be this much stronger than the low one: 5 dB.
const TWIST_HIGH: f32 = 3.162;
/// The high tone may be this much weaker than the low one, as long lines make it: 9 dB.
const TWIST_LOW: f32 = 7.943;
/// The share of the energy that the two tones must have: -1.16 dB.
const FRACTION: f32 = 0.765;
/// The share of the energy that the two tones must have over all hits, what is lost off frequency given back:
/// most speech that comes near to a key has 0.80 to 0.87.
const PURITY: f32 = 0.88;
/// The same for a high tone weaker than by [`TWISTED`], which is how voices sound.
const PURITY_TWISTED: f32 = 0.955;
/// The same where more than [`GIVEN_BACK`] of the energy was given back.
const PURITY_DETUNED: f32 = 0.93;
/// -2.5 dB.
const TWISTED: f32 = 0.56;
/// Both tones 0.9 % off, or one of them 1.3 %.
const GIVEN_BACK: f32 = 0.06;
/// The least power of a tone, as a share of its greatest, over the hits of a key that is off frequency or twisted.
const STEADY: f32 = 0.76;
/// The square of the amplitude of the weakest tone that is heard: -42 dBm0, when a full-scale sine has 3.17 dBm0
/// (ITU-T G.711).
const FLOOR: f32 = 32_124.0 * 32_124.0 * 3.04e-5;
/// The share of a block's energy that shows a tone to have begun in it.
const BEGUN: f32 = 0.1;
/// Silence of the sender, or loss, this long means that the key is up: no press can be told from the next across it.
const LONGEST_GAP: Duration = Duration::from_millis(200);

/// Hears keys in samples at 8 kHz.
#[derive(Debug, Clone)]
pub struct InBandDetector {
    bank: &'static Bank,
    /// The block being filled, and the two before it, oldest first.
    blocks: [SampleBlock; 3],
    filled: usize,
    /// The block before the window and those in it.
    traces: [Trace; 4],
    run: HitRun,
    down: Option<Digit>,
    misses: u8,
}

/// When the samples of a block arrived, and how loud it was.
#[derive(Debug, Clone, Copy, Default)]
struct Trace {
    energy: f32,
    first: Option<Instant>,
    /// Where in it another packet begins, and when that arrived.
    other: Option<(usize, Instant)>,
}

/// Hits in a row.
#[derive(Debug, Clone, Copy, Default)]
struct HitRun {
    last: Option<Hit>,
    hits: u8,
    began: Option<Instant>,
    /// Sums of the products of each hit's tones with those of the hit before: their angles are what the tones turn
    /// beyond nominal in a hop.
    turns: [Complex; 2],
    /// Energy and power of the tones, summed over all hits but the first, which may be half silent.
    energy: f32,
    powers: [TonePower; 2],
}

/// What the power of a tone was from hit to hit.
#[derive(Debug, Clone, Copy)]
struct TonePower {
    sum: f32,
    least: f32,
    greatest: f32,
}

/// A window that sounds like a key.
#[derive(Debug, Clone, Copy)]
struct Hit {
    low: usize,
    high: usize,
    /// The tones as phasors at the window's first sample.
    tones: [Complex; 2],
    /// The energy of all that sounds.
    energy: f32,
}

impl Default for TonePower {
    fn default() -> Self {
        Self {
            sum: 0.0,
            least: f32::INFINITY,
            greatest: 0.0,
        }
    }
}

impl TonePower {
    fn add(&mut self, power: f32) {
        self.sum += power;
        self.least = self.least.min(power);
        self.greatest = self.greatest.max(power);
    }

    fn is_steady(&self) -> bool {
        self.least >= self.greatest * STEADY
    }
}

impl Default for InBandDetector {
    fn default() -> Self {
        Self {
            bank: bank(),
            blocks: [SampleBlock::default(); 3],
            filled: 0,
            traces: [Trace::default(); 4],
            run: HitRun::default(),
            down: None,
            misses: 0,
        }
    }
}

impl InBandDetector {
    /// Takes samples at 8 kHz that follow those before and arrived `at`; tells each press that they complete.
    /// The press is dated to the packet in which its tone began.
    pub fn handle(&mut self, samples: &[i16], at: Instant, mut heard: impl FnMut(Press)) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(HOP - self.filled));
            self.fill(now, at);
            rest = later;
            if self.filled == HOP {
                if let Some(press) = self.window() {
                    heard(press);
                }
                self.begin_block();
            }
        }
    }

    /// Notes that audio of this length is missing between the samples before and after: lost, or never sent.
    /// Up to 200 ms the samples are joined; beyond, the key is taken to be up.
    pub fn gap(&mut self, missing: Duration) {
        if missing > LONGEST_GAP {
            self.restart();
        }
    }

    /// Forgets all that was heard.
    pub fn restart(&mut self) {
        *self = Self::default();
    }

    /// Whether a key is down.
    pub fn is_held(&self) -> bool {
        self.down.is_some()
    }

    fn fill(&mut self, samples: &[i16], at: Instant) {
        let [_, _, newest] = &mut self.blocks;
        newest.add(self.bank, self.filled, samples);
        let [.., trace] = &mut self.traces;
        trace.energy = newest.energy;
        if trace.first.is_none() {
            trace.first = Some(at);
        } else if trace.other.is_none() {
            trace.other = Some((self.filled, at));
        }
        self.filled += samples.len();
    }

    fn begin_block(&mut self) {
        self.blocks.rotate_left(1);
        self.traces.rotate_left(1);
        let ([_, _, newest], [.., trace]) = (&mut self.blocks, &mut self.traces);
        (*newest, *trace) = Default::default();
        self.filled = 0;
    }

    /// Judges the window that the three blocks make.
    fn window(&mut self) -> Option<Press> {
        let hit = self.hit();
        self.follow(hit);
        let digit = hit.map(Hit::digit);
        if self.down.is_some() && self.down != digit {
            self.misses += 1;
            if self.misses >= RELEASE {
                self.down = None;
            }
        } else {
            self.misses = 0;
        }
        let digit = digit.filter(|digit| self.down != Some(*digit))?;
        if self.run.hits < PRESS || !self.run.is_a_key(self.bank) {
            return None;
        }
        self.down = Some(digit);
        self.misses = 0;
        self.run.began.map(|at| Press { digit, at })
    }

    fn hit(&self) -> Option<Hit> {
        let energy: f32 = self.blocks.iter().map(|block| block.energy).sum();
        if energy < FLOOR * WINDOW as f32 {
            return None;
        }
        let phasors = self.bank.window(&self.blocks);
        let [l0, l1, l2, l3, h0, h1, h2, h3] = phasors.map(Complex::power);
        let low = strongest([l0, l1, l2, l3])?;
        let high = strongest([h0, h1, h2, h3])?;
        let (tones, explained) = self.bank.separate(&phasors, low, high);
        let [low_power, high_power] = tones.map(Complex::power);
        let sound = high_power <= low_power * TWIST_HIGH
            && low_power <= high_power * TWIST_LOW
            && low_power.min(high_power) >= FLOOR / 4.0
            && explained >= energy * FRACTION;
        sound.then_some(Hit {
            low,
            high,
            tones,
            energy,
        })
    }

    fn follow(&mut self, hit: Option<Hit>) {
        let Some(hit) = hit else {
            self.run = HitRun::default();
            return;
        };
        match self.run.last {
            Some(last) if last.digit() == hit.digit() => {
                for ((turn, before), now) in self.run.turns.iter_mut().zip(last.tones).zip(hit.tones) {
                    *turn = turn.plus(now.times(before.conjugate()));
                }
                for (power, tone) in self.run.powers.iter_mut().zip(hit.tones) {
                    power.add(tone.power());
                }
                self.run.energy += hit.energy;
                self.run.hits = self.run.hits.saturating_add(1);
            }
            Some(_) | None => {
                self.run = HitRun {
                    hits: 1,
                    began: self.onset(),
                    ..HitRun::default()
                };
            }
        }
        self.run.last = Some(hit);
    }

    /// When the sound of the window that is the first hit arrived. Its beginning is where a block is louder than a tenth
    /// of the last: in the block before the window, which held too little of it, or in the first.
    fn onset(&self) -> Option<Instant> {
        let [.., last] = &self.traces;
        let share = |trace: &Trace| trace.energy / last.energy.max(1.0);
        let trace = self.traces.iter().find(|trace| share(trace) >= BEGUN)?;
        let silent = HOP as f32 * (1.0 - share(trace).min(1.0));
        match trace.other {
            Some((place, arrival)) if silent >= place as f32 => Some(arrival),
            Some(_) | None => trace.first,
        }
    }
}

impl Hit {
    fn digit(self) -> Digit {
        let code = KEYPAD.get(self.low).and_then(|row| row.get(self.high));
        code.and_then(|code| Digit::from_event(*code))
            .expect("both groups have four tones, and each pair is a digit")
    }
}

impl HitRun {
    /// Whether the hits together are two tones, near their frequencies, and nothing else.
    fn is_a_key(&self, bank: &Bank) -> bool {
        let Some(hit) = self.last else { return false };
        let places = [hit.low, 4 + hit.high];
        let [low_power, high_power] = self.powers.map(|power| power.sum);
        let mut explained = 0.0;
        for ((place, turn), power) in places.into_iter().zip(self.turns).zip(self.powers) {
            match bank.share_heard(place, turn) {
                Some(share) => explained += energy_of(power.sum) / share,
                None => return false,
            }
        }
        let heard = energy_of(low_power + high_power);
        let is_steady = self.powers.iter().all(TonePower::is_steady);
        let (purity, may_vary) = if heard < explained * (1.0 - GIVEN_BACK) {
            (PURITY_DETUNED, false)
        } else if high_power < low_power * TWISTED {
            (PURITY_TWISTED, false)
        } else {
            (PURITY, true)
        };
        explained >= self.energy * purity && (is_steady || may_vary)
    }
}

/// The place of the largest of four powers, when it is a peak.
fn strongest(powers: [f32; 4]) -> Option<usize> {
    let (place, peak) = powers
        .into_iter()
        .enumerate()
        .max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    let others = powers
        .into_iter()
        .enumerate()
        .filter(|(other, _)| *other != place);
    others
        .into_iter()
        .all(|(_, power)| power * PEAK <= peak)
        .then_some(place)
}
