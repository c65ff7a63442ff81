//! Names for the ids of a demo, as its file of names has them.

use serde::Serialize;

use aftercall_storage::demo::DemoOrganisation;

/// The file of names.
#[derive(Debug, Serialize)]
struct WrittenDirectory<'o> {
    queue: Vec<WrittenGroup<'o>>,
    team: Vec<WrittenGroup<'o>>,
    agent: Vec<WrittenAgent<'o>>,
}

#[derive(Debug, Serialize)]
struct WrittenGroup<'o> {
    id: &'o str,
    name: String,
    leader: String,
}

#[derive(Debug, Serialize)]
struct WrittenAgent<'o> {
    id: &'o str,
    name: String,
    team: &'o str,
}

const GIVEN: [&str; 30] = [
    "Aino",
    "Jakub",
    "Eleni",
    "Emma",
    "Tomáš",
    "Katarzyna",
    "Mikko",
    "Sofia",
    "Petr",
    "James",
    "Marta",
    "Nikos",
    "Helmi",
    "Paweł",
    "Grace",
    "Lucie",
    "Antti",
    "Dimitra",
    "Oliver",
    "Agnieszka",
    "Väinö",
    "Tereza",
    "Yiannis",
    "Hannah",
    "Piotr",
    "Saara",
    "Jiří",
    "Maria",
    "Leo",
    "Zofia",
];
const FAMILY: [&str; 41] = [
    "Virtanen",
    "Nowak",
    "Papadakis",
    "Smith",
    "Novák",
    "Kowalska",
    "Korhonen",
    "Georgiou",
    "Svoboda",
    "Taylor",
    "Wójcik",
    "Nikolaou",
    "Mäkinen",
    "Kamiński",
    "Brown",
    "Dvořák",
    "Nieminen",
    "Vasiliou",
    "Wilson",
    "Lewandowska",
    "Laine",
    "Černý",
    "Ioannou",
    "Evans",
    "Zieliński",
    "Heikkinen",
    "Procházka",
    "Makris",
    "Walker",
    "Mazur",
    "Koskinen",
    "Kučera",
    "Pappas",
    "Wright",
    "Dąbrowski",
    "Järvinen",
    "Veselý",
    "Alexiou",
    "Hughes",
    "Krawczyk",
    "Lehtonen",
];
/// No agent has one of these.
const LEADERS: [&str; 12] = [
    "Salonen",
    "Horák",
    "Antoniou",
    "Clarke",
    "Wieczorek",
    "Rantanen",
    "Pokorný",
    "Demetriou",
    "Cooper",
    "Jabłońska",
    "Lahtinen",
    "Marek",
];

/// The text of the file.
pub(super) fn directory(organisation: &DemoOrganisation) -> Result<String, toml::ser::Error> {
    let leaders_of_teams = organisation.queues.len();
    let written = WrittenDirectory {
        queue: groups(&organisation.queues, 0),
        team: groups(&organisation.teams, leaders_of_teams),
        agent: (0..)
            .zip(&organisation.agents)
            .map(|(at, agent)| WrittenAgent {
                id: &agent.id,
                name: person(&FAMILY, at),
                team: &agent.team,
            })
            .collect(),
    };
    toml::to_string(&written)
}

/// Groups with a leader each; the first is led by the leader at this place.
fn groups(ids: &[String], first_leader: usize) -> Vec<WrittenGroup<'_>> {
    (first_leader..)
        .zip(ids)
        .map(|(leader, id)| WrittenGroup {
            id,
            name: capitalised(id),
            leader: person(&LEADERS, leader),
        })
        .collect()
}

/// The name of a person. Each round through the given names is one family name further, so that names repeat late: after 1,230 agents.
fn person(family: &[&str], at: usize) -> String {
    let round = at / GIVEN.len();
    let of = |names: &[&'static str], at: usize| names.get(at % names.len()).copied().unwrap_or_default();
    let given = of(&GIVEN, at);
    let family = family
        .get((at + round) % family.len())
        .copied()
        .unwrap_or_default();
    format!("{given} {family}")
}

fn capitalised(id: &str) -> String {
    let mut letters = id.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
