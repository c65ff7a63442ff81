//! What a failed test call points at, in one sentence, for whoever set the service up.
//!
//! The caller cannot know who answers: the sentence is for an aftercall at the other end, and names the setting to look at.

use std::net::IpAddr;

use super::record::Failure;

/// The sentence; `None` where there is nothing to look at. `local` is our own address, which the service sees.
pub fn advice(failure: &Failure, local: IpAddr) -> Option<String> {
    let sentence = match failure {
        Failure::Refused { status, .. } => return refused(*status, local),
        Failure::NoResponse { .. } => {
            "Look at `sip.listen` of the service, at its transport (--transport tcp), and at firewalls between."
        }
        Failure::Unreachable { .. } => {
            "Is the service running? Look at `sip.listen` for its address, port and transport (--transport tcp)."
        }
        Failure::Description(_) | Failure::NoDescription => {
            "Look at `media.codecs` and `media.srtp`; --codec and --srtp choose what is offered."
        }
        Failure::NothingHeard => {
            "Look at `media.advertised` and `media.ports` of the service, and at firewalls between: RTP does not arrive."
        }
        Failure::NotAnswered(_)
        | Failure::Media(_)
        | Failure::KeysLeft(_)
        | Failure::KeysRefused
        | Failure::NothingToSay
        | Failure::Silence(_)
        | Failure::TimeLimit(_)
        | Failure::StoredOtherwise { .. }
        | Failure::Interrupted => return None,
    };
    Some(sentence.to_owned())
}

fn refused(status: u16, local: IpAddr) -> Option<String> {
    let sentence = match status {
        300..400 => {
            "The call is redirected: `not_surveyed = { redirect = ... }` of the route does that with calls that are not surveyed."
        }
        400 | 416 | 513 => "The request is not understood: look at the URI and at --header.",
        401 | 407 => {
            "The other end requires authentication, which this test caller does not support: call the service itself, not the PBX before it."
        }
        403 => {
            return Some(format!(
                "The service does not know this machine: add {local} to `sip.trusted` and restart it."
            ));
        }
        404 | 484 | 604 => {
            "No route takes this number: look at `number` of each [[route]] in the configuration."
        }
        405 | 501 => "The other end does not accept calls: is it aftercall?",
        406 | 415 | 488 | 606 => {
            "No common codec: look at `media.codecs`, `media.srtp` and the `srtp` of `sip.listen`; --codec and --srtp choose what is offered."
        }
        408 => "The called party did not answer: is it a PBX or a proxy?",
        480 | 486 | 600 | 603 => {
            "The call is not surveyed, and `not_surveyed` of its route says to refuse it so: `aftercall sampling explain --number NUMBER` shows which rule decided."
        }
        481..=483 => "Routing loop: does the PBX send the call back to itself?",
        500 | 504 => "The service failed: see its log.",
        503 => {
            "The service has no capacity or is stopping: see `/readyz` and its log, and check `calls.max_concurrent`, `media.ports`, `media.late_limit` and `storage.path`."
        }
        420..500 | 502 | 505..700 => "The other end refuses the call: see its log.",
        _ => return None,
    };
    Some(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::advice;
    use crate::record::Failure;
    use aftercall_sip::event::Transport;

    fn refused(status: u16) -> String {
        let failure = Failure::Refused {
            status,
            reason: "X".to_owned(),
        };
        advice(&failure, "192.0.2.7".parse().unwrap()).unwrap_or_default()
    }

    #[test]
    fn refusals_name_the_setting_to_look_at() {
        for (status, words) in [
            (302, "not_surveyed"),
            (403, "192.0.2.7 to `sip.trusted`"),
            (404, "[[route]]"),
            (415, "media.codecs"),
            (480, "not_surveyed"),
            (486, "sampling explain"),
            (488, "media.srtp"),
            (503, "calls.max_concurrent"),
            (603, "not_surveyed"),
        ] {
            assert!(refused(status).contains(words), "{status}: {}", refused(status));
        }
    }

    #[test]
    fn every_refusal_has_one_sentence_or_two_without_a_line_break() {
        for status in 300..700 {
            let told = refused(status);
            assert!(!told.contains('\n'), "{status}: {told}");
            assert!(
                status < 400 || !told.is_empty() || (400..420).contains(&status),
                "{status}"
            );
        }
    }

    #[test]
    fn silence_of_the_other_end_points_at_where_it_listens() {
        let local = "192.0.2.7".parse().unwrap();
        let destination = "192.0.2.1:5060".parse().unwrap();
        let transport = Transport::Udp;
        for failure in [
            Failure::NoResponse {
                destination,
                transport,
            },
            Failure::Unreachable {
                destination,
                transport,
            },
        ] {
            assert!(advice(&failure, local).unwrap().contains("sip.listen"));
        }
        assert_eq!(advice(&Failure::TimeLimit(Duration::ZERO), local), None);
    }
}
