//! A bad network for tests: seeded loss, loss in bursts, jitter, duplication and reordering, in simulated time.

use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;

/// How packets are lost.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Loss {
    /// None is.
    None,
    /// Each by itself, with this chance.
    Random(f64),
    /// In bursts (Gilbert and Elliott): between packets the route may turn bad, where every packet is lost, and good
    /// again.
    Bursts {
        /// Chance to turn bad.
        begin: f64,
        /// Chance to turn good.
        end: f64,
    },
}

impl Loss {
    /// Bursts of `length` packets on average that take `share` of all packets, below 1.
    pub(crate) fn bursts(share: f64, length: f64) -> Self {
        let end = 1.0 / length;
        let begin = (end * share / (1.0 - share)).min(1.0);
        Self::Bursts { begin, end }
    }
}

/// What a network does to packets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImpairedNetwork {
    pub(crate) loss: Loss,
    /// Chance that a packet comes twice.
    pub(crate) duplication: f64,
    /// Chance that a packet is overtaken, by being late by up to `late_by`.
    pub(crate) reordering: f64,
    pub(crate) late_by: Duration,
    /// Each packet takes up to this much longer than the fastest.
    pub(crate) jitter: Duration,
}

impl ImpairedNetwork {
    /// Everything arrives at once and in order.
    pub(crate) const CLEAN: Self = Self {
        loss: Loss::None,
        duplication: 0.0,
        reordering: 0.0,
        late_by: Duration::ZERO,
        jitter: Duration::ZERO,
    };
}

/// A packet that has come through.
#[derive(Debug, Clone)]
pub(crate) struct TransitPacket {
    pub(crate) arrives_at: Instant,
    pub(crate) bytes: Vec<u8>,
}

/// One way through a network.
pub(crate) struct ImpairedPath {
    network: ImpairedNetwork,
    rng: StdRng,
    is_bad: bool,
    arriving: Vec<TransitPacket>,
}

impl ImpairedPath {
    pub(crate) fn new(network: ImpairedNetwork, rng: StdRng) -> Self {
        Self {
            network,
            rng,
            is_bad: false,
            arriving: Vec::new(),
        }
    }

    /// Sends a packet.
    pub(crate) fn send(&mut self, bytes: &[u8], now: Instant) {
        if self.loses() {
            return;
        }
        let copies = 1 + u8::from(self.rng.random_bool(self.network.duplication));
        for _ in 0..copies {
            let late = self.rng.random_bool(self.network.reordering);
            let jitter = self.network.jitter.mul_f64(self.rng.random());
            let extra = self.network.late_by.mul_f64(self.rng.random());
            let delay = jitter + if late { extra } else { Duration::ZERO };
            self.arriving.push(TransitPacket {
                arrives_at: now + delay,
                bytes: bytes.to_vec(),
            });
        }
    }

    /// What has come through, in order of arrival.
    pub(crate) fn arrivals(mut self) -> Vec<TransitPacket> {
        self.arriving.sort_by_key(|datagram| datagram.arrives_at);
        self.arriving
    }

    fn loses(&mut self) -> bool {
        match self.network.loss {
            Loss::None => false,
            Loss::Random(chance) => self.rng.random_bool(chance),
            Loss::Bursts { begin, end } => {
                let turn = if self.is_bad { end } else { begin };
                self.is_bad ^= self.rng.random_bool(turn);
                self.is_bad
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::{ImpairedNetwork, ImpairedPath, Loss};
    use aftercall_runtime::clock::monotonic;

    fn arrived(network: ImpairedNetwork) -> Vec<u32> {
        let mut route = ImpairedPath::new(network, StdRng::seed_from_u64(5));
        let start = monotonic();
        for number in 0..20_000_u32 {
            route.send(&number.to_be_bytes(), start + Duration::from_millis(20) * number);
        }
        let numbers = route.arrivals().into_iter();
        numbers
            .map(|datagram| u32::from_be_bytes(datagram.bytes.try_into().unwrap()))
            .collect()
    }

    #[test]
    fn bursts_take_their_share_and_have_their_length() {
        let numbers = arrived(ImpairedNetwork {
            loss: Loss::bursts(0.1, 4.0),
            ..ImpairedNetwork::CLEAN
        });
        let lost = 20_000 - numbers.len();
        let bursts = numbers.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
        assert!((1_700..2_300).contains(&lost), "{lost} of 20000 lost");
        assert!(
            (3.5..4.5).contains(&(lost as f64 / bursts as f64)),
            "in {bursts} bursts"
        );
    }

    #[test]
    fn a_clean_network_changes_nothing_and_a_bad_one_doubles_and_overtakes() {
        assert!(arrived(ImpairedNetwork::CLEAN).into_iter().eq(0..20_000));
        let numbers = arrived(ImpairedNetwork {
            duplication: 0.1,
            reordering: 0.1,
            late_by: Duration::from_millis(100),
            ..ImpairedNetwork::CLEAN
        });
        assert!(
            (21_700..22_300).contains(&numbers.len()),
            "{} arrived",
            numbers.len()
        );
        assert!(!numbers.is_sorted());
    }
}
