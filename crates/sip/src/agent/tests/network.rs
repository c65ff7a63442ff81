//! Two agents, a caller and a server, on a link that loses, doubles, delays and reorders datagrams by a seed.
//!
//! Whatever the link does, both sides of a call must come to the same end, and nothing may be left behind.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use proptest::prelude::{any, proptest};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use crate::agent::{AgentConfig, Flow, Input, Interface, Output, UserAgent};
use crate::event::{Body, Command, DialogEvent, DialogKey, EndCause, OutboundInvite, Transport};
use crate::wire::parse_datagram;
use aftercall_runtime::clock::monotonic;

/// What a link does to datagrams.
#[derive(Debug, Clone, Copy)]
struct Link {
    loss: f64,
    duplication: f64,
    longest_delay_ms: u64,
}

/// What the two applications do with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    CallerHangsUp,
    ServerHangsUp,
    ServerRefuses,
    CallerCancels,
}

struct Side {
    agent: UserAgent,
    address: SocketAddr,
    end: Option<EndCause>,
    ends: usize,
    answered: bool,
}

struct Network {
    sides: [Side; 2],
    link: Link,
    rng: SmallRng,
    now: Instant,
    in_flight: BTreeMap<(Instant, u64), (usize, Vec<u8>)>,
    sent: u64,
    commands: BTreeMap<(Instant, u64), (usize, Command)>,
    script: Script,
}

const CALLER: usize = 0;
const SERVER: usize = 1;
const CALL: DialogKey = DialogKey::outbound(1);

impl Network {
    fn new(seed: u64, link: Link, script: Script) -> Self {
        let side = |address: &str, seed| {
            let address: SocketAddr = address.parse().unwrap();
            let interface = Interface {
                transport: Transport::Udp,
                local: address,
                advertised: address,
            };
            let config = AgentConfig {
                interfaces: vec![interface],
                ..AgentConfig::default()
            };
            let agent = UserAgent::new(config, seed);
            Side {
                agent,
                address,
                end: None,
                ends: 0,
                answered: false,
            }
        };
        Self {
            sides: [side("192.0.2.1:5060", seed), side("192.0.2.2:5060", seed ^ 1)],
            link,
            rng: SmallRng::seed_from_u64(seed),
            now: monotonic(),
            in_flight: BTreeMap::new(),
            sent: 0,
            commands: BTreeMap::new(),
            script,
        }
    }

    fn call(&mut self) {
        let invite = OutboundInvite {
            dialog: CALL,
            target: "sip:nps@192.0.2.2:5060".to_owned(),
            destination: self.sides[SERVER].address,
            transport: Transport::Udp,
            from: "sip:caller@192.0.2.1".to_owned(),
            call_id: None,
            headers: Vec::new(),
            offer: Some(Body::sdp("v=0\r\n")),
        };
        self.sides[CALLER]
            .agent
            .command(Command::Invite(Box::new(invite)), self.now);
        if self.script == Script::CallerCancels {
            self.later(
                700,
                CALLER,
                Command::HangUp {
                    dialog: CALL,
                    headers: Vec::new(),
                },
            );
        }
        self.run();
    }

    fn later(&mut self, ms: u64, side: usize, command: Command) {
        self.sent += 1;
        let at = self.now + Duration::from_millis(ms);
        self.commands.insert((at, self.sent), (side, command));
    }

    /// Runs until nothing is in flight, no timer is set and no command waits.
    fn run(&mut self) {
        for _ in 0..10_000 {
            self.drain(CALLER);
            self.drain(SERVER);
            let timers = self.sides.iter().filter_map(|side| side.agent.timeout());
            let arrivals = self.in_flight.keys().map(|(at, _)| *at);
            let commands = self.commands.keys().map(|(at, _)| *at);
            let Some(next) = timers.chain(arrivals).chain(commands).min() else {
                return;
            };
            self.now = self.now.max(next);
            self.step();
        }
        panic!("the call never comes to rest");
    }

    fn step(&mut self) {
        let due = |(at, _): &(Instant, u64)| *at <= self.now;
        if self.in_flight.keys().next().is_some_and(due) {
            let (_, (to, bytes)) = self.in_flight.pop_first().unwrap();
            let flow = Flow {
                transport: Transport::Udp,
                local: self.sides[to].address,
                advertised: self.sides[to].address,
                peer: self.sides[1 - to].address,
                connection: None,
            };
            let message = parse_datagram(&bytes).expect("agents write sound messages");
            self.sides[to]
                .agent
                .handle(Input::Message { flow, message }, self.now);
        } else if self.commands.keys().next().is_some_and(due) {
            let (_, (side, command)) = self.commands.pop_first().unwrap();
            self.sides[side].agent.command(command, self.now);
        } else {
            for side in &mut self.sides {
                side.agent.handle_timeout(self.now);
            }
        }
    }

    fn drain(&mut self, side: usize) {
        while let Some(output) = self.sides[side].agent.poll() {
            match output {
                Output::Transmit(transmit) => self.carry(1 - side, &transmit.bytes),
                Output::Invite(invite) => self.play_server(invite.dialog),
                Output::TurnedAway(call) => panic!("two peers are no overload: {call:?}"),
                Output::Event(_, event) => self.note(side, event),
            }
        }
    }

    fn carry(&mut self, to: usize, bytes: &[u8]) {
        let copies = if self.rng.random_bool(self.link.duplication) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            if self.rng.random_bool(self.link.loss) {
                continue;
            }
            let delay = Duration::from_millis(self.rng.random_range(1..=self.link.longest_delay_ms));
            self.sent += 1;
            self.in_flight
                .insert((self.now + delay, self.sent), (to, bytes.to_vec()));
        }
    }

    fn play_server(&mut self, dialog: DialogKey) {
        match self.script {
            Script::ServerRefuses => {
                let refuse = Command::Refuse {
                    dialog,
                    status: 486,
                    reason: None,
                    headers: Vec::new(),
                };
                self.later(100, SERVER, refuse);
            }
            Script::CallerHangsUp | Script::ServerHangsUp | Script::CallerCancels => {
                self.later(50, SERVER, Command::Ring { dialog });
                let answer = Command::Answer {
                    dialog,
                    body: Body::sdp("v=0\r\n"),
                    headers: Vec::new(),
                };
                self.later(1_000, SERVER, answer);
            }
        }
        if self.script == Script::ServerHangsUp {
            self.later(
                4_000,
                SERVER,
                Command::HangUp {
                    dialog,
                    headers: Vec::new(),
                },
            );
        }
    }

    fn note(&mut self, side: usize, event: DialogEvent) {
        match event {
            DialogEvent::Ended { cause } => {
                self.sides[side].ends += 1;
                self.sides[side].end = Some(cause);
            }
            DialogEvent::Answered { .. } => {
                self.sides[side].answered = true;
                if self.script != Script::ServerHangsUp {
                    self.later(
                        3_000,
                        CALLER,
                        Command::HangUp {
                            dialog: CALL,
                            headers: Vec::new(),
                        },
                    );
                }
            }
            _ => {}
        }
    }

    /// A call has one end on each side, and the two belong together.
    fn check(&self) {
        let [caller, server] = &self.sides;
        assert_eq!(caller.ends, 1, "the caller hears of exactly one end");
        assert!(
            !caller.answered || caller.end != Some(EndCause::NoResponse),
            "an answered call ends by BYE"
        );
        assert!(server.ends <= 1, "the server hears of at most one end");
        let fits = match (&caller.end, &server.end) {
            (
                Some(EndCause::HungUp),
                Some(EndCause::Bye { .. } | EndCause::Cancelled | EndCause::AckTimeout),
            ) => true,
            (Some(EndCause::Bye { .. }), Some(EndCause::HungUp | EndCause::AckTimeout)) => true,
            (Some(EndCause::HungUp), Some(EndCause::HungUp)) => true,
            (Some(EndCause::Rejected { status: 486, .. }), Some(EndCause::Refused)) => true,
            // The link swallowed every response, or every request, for 32 s.
            (Some(EndCause::NoResponse), _) => true,
            (Some(EndCause::HungUp), None) => true,
            _ => false,
        };
        assert!(
            fits,
            "{:?} at the caller, {:?} at the server",
            caller.end, server.end
        );
        for side in &self.sides {
            assert_eq!(
                (side.agent.dialogs(), side.agent.transactions()),
                (0, 0),
                "nothing is left behind"
            );
        }
    }
}

fn script(number: u8) -> Script {
    match number % 4 {
        0 => Script::CallerHangsUp,
        1 => Script::ServerHangsUp,
        2 => Script::ServerRefuses,
        _ => Script::CallerCancels,
    }
}

#[test]
fn perfect_link_brings_each_script_to_its_own_end() {
    let perfect = Link {
        loss: 0.0,
        duplication: 0.0,
        longest_delay_ms: 10,
    };
    let ends = |script| {
        let mut network = Network::new(1, perfect, script);
        network.call();
        network.check();
        let [caller, server] = network.sides;
        (caller.end.unwrap(), server.end.unwrap())
    };
    assert_eq!(
        ends(Script::CallerHangsUp),
        (EndCause::HungUp, EndCause::Bye { reason: None })
    );
    assert_eq!(
        ends(Script::ServerHangsUp),
        (EndCause::Bye { reason: None }, EndCause::HungUp)
    );
    assert_eq!(
        ends(Script::CallerCancels),
        (EndCause::HungUp, EndCause::Cancelled)
    );
    let busy = EndCause::Rejected {
        status: 486,
        reason: "Busy Here".to_owned(),
    };
    assert_eq!(ends(Script::ServerRefuses), (busy, EndCause::Refused));
}

proptest! {
    #[test]
    fn both_sides_come_to_the_same_end_whatever_the_link_does(
        seed in any::<u64>(),
        number in any::<u8>(),
        loss in 0.0..0.4f64,
        duplication in 0.0..0.4f64,
        longest_delay_ms in 1..900u64,
    ) {
        let mut network = Network::new(seed, Link { loss, duplication, longest_delay_ms }, script(number));
        network.call();
        network.check();
    }
}
