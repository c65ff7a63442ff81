//! Who can be told, and by what. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveTime, Utc};

use super::working_time::WorkingTime;
use crate::delivery::mail::MailAddress;
use aftercall_report::render::ReportLanguage;

/// A person of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their mail address.
    pub mail: Option<MailAddress>,
    /// The SIP URI of their telephone.
    pub sip: Option<String>,
    /// Their user of the pages.
    pub user: Option<String>,
    /// The language of messages to them; `None`: that of all.
    pub language: Option<ReportLanguage>,
    /// When they work; `None`: as all.
    pub working: Option<WorkingTime>,
    /// When messages to them are held back.
    pub quiet: Option<QuietTime>,
    /// Who stands in for them when they do not take a case in time.
    pub deputy: Option<String>,
    /// Who is told when the deputy does not either.
    pub manager: Option<String>,
}

/// A part of each day, which may go on over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietTime {
    /// Its first minute.
    pub from: NaiveTime,
    /// The first minute after it.
    pub to: NaiveTime,
}

impl QuietTime {
    /// When it ends, if it is quiet at this moment. `working` has the zone of its clock.
    pub fn until(self, at: DateTime<Utc>, working: &WorkingTime) -> Option<DateTime<Utc>> {
        let local = at.with_timezone(&working.zone).naive_local();
        let goes_over_midnight = self.to <= self.from;
        let (day, time) = (local.date(), local.time());
        let end = match (time >= self.from, time < self.to) {
            (true, true) => day,
            (true, false) if goes_over_midnight => day.checked_add_days(Days::new(1))?,
            (false, true) if goes_over_midnight => day,
            _ => return None,
        };
        let end = end.and_time(self.to).and_local_timezone(working.zone);
        // An hour that clocks skip ends with it.
        Some(end.earliest().map_or(at, |end| end.with_timezone(&Utc)))
    }
}

/// Everybody by their ids, and who leads what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// By id.
    pub persons: BTreeMap<String, Person>,
    /// Ids of the leaders of teams, by the id of the team.
    pub team_leaders: BTreeMap<String, String>,
    /// Ids of the leaders of queues, by the id of the queue.
    pub queue_leaders: BTreeMap<String, String>,
}

impl People {
    /// Those who are told of a case when nobody has taken it in time, in the order of steps: the deputies of those who were told, then
    /// their managers. A step at which nobody stands is left out.
    pub fn escalation(&self, told: &[String]) -> Vec<Vec<String>> {
        let next = |of: fn(&Person) -> Option<&String>| {
            let mut ids: Vec<String> = Vec::new();
            for id in told {
                let stands_in = self.persons.get(id).and_then(of);
                let is_new =
                    |id: &&String| !ids.contains(id) && !told.contains(id) && self.persons.contains_key(*id);
                if let Some(id) = stands_in.filter(is_new) {
                    ids.push(id.clone());
                }
            }
            ids
        };
        let deputies = next(|person| person.deputy.as_ref());
        let managers = next(|person| person.manager.as_ref());
        [deputies, managers]
            .into_iter()
            .filter(|step| !step.is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{People, Person, QuietTime};
    use crate::alerts::working_time::WorkingTime;

    fn person(deputy: Option<&str>, manager: Option<&str>) -> Person {
        Person {
            name: String::new(),
            mail: None,
            sip: None,
            user: None,
            language: None,
            working: None,
            quiet: None,
            deputy: deputy.map(str::to_owned),
            manager: manager.map(str::to_owned),
        }
    }

    #[test]
    fn quiet_time_ends_in_the_morning() {
        let time = |text: &str| text.parse().unwrap();
        let working = WorkingTime {
            zone: chrono_tz::Europe::Helsinki,
            ..WorkingTime::default()
        };
        let night = QuietTime {
            from: time("20:00:00"),
            to: time("07:00:00"),
        };
        let noon = QuietTime {
            from: time("12:00:00"),
            to: time("13:00:00"),
        };
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (quiet, now, until) in [
            (night, "2026-11-30T17:59:59Z", None),
            (night, "2026-11-30T18:00:00Z", Some("2026-12-01T05:00:00Z")),
            (night, "2026-12-01T04:59:59Z", Some("2026-12-01T05:00:00Z")),
            (night, "2026-12-01T05:00:00Z", None),
            (noon, "2026-12-01T10:30:00Z", Some("2026-12-01T11:00:00Z")),
            (noon, "2026-12-01T11:00:00Z", None),
            (noon, "2026-12-01T09:59:59Z", None),
        ] {
            assert_eq!(quiet.until(at(now), &working), until.map(at), "{quiet:?} {now}");
        }
    }

    #[test]
    fn escalation_goes_to_deputies_and_then_to_managers() {
        let people = People {
            persons: [
                ("maija", person(Some("otto"), Some("liisa"))),
                ("pekka", person(Some("otto"), None)),
                ("otto", person(None, None)),
                ("liisa", person(None, None)),
                ("alone", person(Some("alone"), Some("gone"))),
            ]
            .map(|(id, person)| (id.to_owned(), person))
            .into(),
            ..People::default()
        };
        let steps = |told: &[&str]| {
            let told: Vec<String> = told.iter().map(|id| (*id).to_owned()).collect();
            people.escalation(&told)
        };
        assert_eq!(steps(&["maija"]), [["otto"], ["liisa"]]);
        assert_eq!(steps(&["maija", "pekka"]), [["otto"], ["liisa"]], "each once");
        assert_eq!(steps(&["pekka"]), [["otto"]]);
        assert!(
            steps(&["alone"]).is_empty(),
            "nobody stands in for themselves, and who is not there for nobody"
        );
        assert!(steps(&["nobody"]).is_empty());
    }
}
