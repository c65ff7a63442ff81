//! The files of dates that `holidays` may name.
//!
//! ```text
//! # one date a line, its name behind it
//! 2026-12-06 Independence Day
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_path_to_error::Segment;

use super::Settings;
use super::holidays::{MOST, WrittenHolidays};
use super::place::named;
use super::reader::SettingsReader;
use crate::text_file;
use aftercall_base::{Fault, Position};
use aftercall_survey::admission::holidays::Holiday;

/// Files that were read, so that one that several routes name is read and judged once.
type Files = BTreeMap<PathBuf, Vec<Holiday>>;

/// Reads the files that the settings name.
pub(super) fn resolve(reader: &mut SettingsReader<'_>, settings: &mut Settings) {
    let mut files = Files::new();
    complete(
        reader,
        &mut settings.sampling.holidays,
        "sampling",
        &[named("holidays")],
        &mut files,
    );
    let places = reader.route_places.clone();
    for (route, index) in settings.route.iter_mut().zip(places) {
        let path = [Segment::Seq { index }, named("holidays")];
        if let Some(holidays) = &mut route.overrides.holidays {
            complete(reader, holidays, "route", &path, &mut files);
        }
    }
}

fn complete(
    reader: &mut SettingsReader<'_>,
    holidays: &mut WrittenHolidays,
    section: &str,
    path: &[Segment],
    files: &mut Files,
) {
    let is_variable = reader.environment.holds(section, path);
    for file in &mut holidays.files {
        if !is_variable {
            *file = reader.base.join(file);
        }
    }
    for file in holidays.files.clone() {
        let days = match files.get(&file) {
            Some(days) => days.clone(),
            None => match read(&file) {
                Ok(days) => files.entry(file).or_insert(days).clone(),
                Err(faults) => {
                    for fault in faults {
                        match fault.position {
                            Some(_) => reader.faults.push(fault),
                            // Whoever named it can fix it.
                            None => reader.add_fault(
                                section,
                                path,
                                &format!("{}: {}", fault.file, fault.reason),
                                &fault.fix,
                            ),
                        }
                    }
                    files.insert(file, Vec::new());
                    continue;
                }
            },
        };
        days.into_iter().for_each(|day| holidays.add(day));
    }
    if holidays.days.len() > MOST {
        let reason = format!("more than {MOST} dates");
        reader.add_fault(section, path, &reason, "leave out those that are long past");
    }
    for twice in std::mem::take(&mut holidays.twice) {
        let reason = format!("{} is written twice", twice.day);
        reader.add_warning(section, path, &reason, "keep one of the two");
    }
}

/// The dates of a file.
fn read(file: &std::path::Path) -> Result<Vec<Holiday>, Vec<Fault>> {
    let name = file.display().to_string();
    let text = text_file::read(file).map_err(|unreadable| vec![unreadable.fault(&name)])?;
    let (mut days, mut faults) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        match line.parse::<Holiday>() {
            Ok(day) => days.push(day),
            Err(error) => {
                let told = error.to_string();
                let (reason, _) = told.split_once("; ").unwrap_or((&told, ""));
                let fix = "write one date a line, such as 2026-12-06, its name behind it";
                faults.push(Fault {
                    position: Some(Position {
                        line: index + 1,
                        column: 1,
                    }),
                    ..Fault::of_file(name.clone(), reason, fix)
                });
            }
        }
    }
    faults.truncate(20);
    match faults.is_empty() {
        true => Ok(days),
        false => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Loaded;
    use crate::config::load::from_text;

    const ROUTE: &str = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";

    fn load(name: &str, text: &str) -> Loaded {
        from_text(text, name, Some([].into()))
    }

    #[test]
    fn dates_and_files_of_dates_are_taken_and_a_route_has_its_own() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("fi.txt");
        std::fs::write(
            &file,
            "# Finland\r\n\r\n2026-12-06 Independence Day\r\n2026-12-25  # Christmas\n",
        )
        .unwrap();
        let name = home.path().join("aftercall.toml").display().to_string();
        let own = format!("[sampling]\nholidays = [\"fi.txt\", \"2027-01-01 New Year\"]\n{ROUTE}");
        let names = |loaded: &Loaded| {
            assert_eq!(loaded.faults, [], "{:?}", loaded.faults);
            let days = &loaded.settings.route[0].route.rules.holidays;
            ["2026-12-06", "2026-12-25", "2027-01-01"]
                .map(|day| days.on(day.parse().unwrap()).map(str::to_owned))
        };
        let told = names(&load(&name, &own)).map(Option::unwrap_or_default);
        assert_eq!(told, ["Independence Day", "holiday", "New Year"]);
        let of_route = format!("{own}holidays = 2026-12-25\n");
        assert_eq!(
            names(&load(&name, &of_route)).map(|name| name.is_some()),
            [false, true, false]
        );
        let none = format!("{own}holidays = []\n");
        assert_eq!(names(&load(&name, &none)), [None, None, None]);
    }

    #[test]
    fn every_faulty_entry_of_the_list_is_told_at_its_own_line() {
        let text = "[sampling]\nholidays = [\n  20261206,\n  \"2026-12-25\",\n  \"24.12.2026\",\n  \"~/fi.txt\",\n  true,\n]\n";
        let loaded = load("a.toml", text);
        let told: Vec<String> = loaded
            .faults
            .iter()
            .map(|fault| format!("{}: {}", fault.position.unwrap().line, fault.reason))
            .collect();
        assert_eq!(
            told,
            [
                "3: sampling.holidays[0]: is the number 20261206, and a text in quotes is wanted",
                "5: sampling.holidays[2]: `24.12.2026` is not a date",
                "6: sampling.holidays[3]: `~/fi.txt` begins with `~`, which only a shell replaces",
                "7: sampling.holidays[4]: is true, and a text in quotes is wanted",
            ]
        );
        assert!(loaded.faults.iter().all(|fault| fault.fix.contains("2026-12-06")));
    }

    #[test]
    fn faulty_dates_are_told_where_they_stand_and_doubles_are_warned_of() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("fi.txt");
        std::fs::write(&file, "2026-12-06\n2026-02-30 never\n").unwrap();
        let name = home.path().join("a.toml").display().to_string();
        let told = |text: &str| -> Vec<String> {
            let loaded = load(&name, text);
            let all = loaded
                .faults
                .iter()
                .chain(&loaded.warnings)
                .map(ToString::to_string);
            all.map(|told| told.replace(&format!("{}/", home.path().display()), ""))
                .collect()
        };
        assert_eq!(
            told(&format!(
                "[sampling]\nholidays = \"fi.txt\"\n{ROUTE}holidays = \"fi.txt\"\n"
            )),
            [
                "fi.txt:2: `2026-02-30` is not a date. Fix: write one date a line, such as 2026-12-06, its name behind it."
            ]
        );
        assert_eq!(
            told("[sampling]\nholidays = \"none.txt\"\n"),
            ["a.toml:2: sampling.holidays: none.txt: there is no such file. Fix: name a file that is there."]
        );
        assert_eq!(
            told("[sampling]\nholidays = [\"6.12.2026\"]\n"),
            [
                "a.toml:2: sampling.holidays[0]: `6.12.2026` is not a date. Fix: write for example \"2026-12-06\"."
            ]
        );
        assert_eq!(
            told("[sampling]\nholidays = [\"2026-12-06\", \"2026-12-06\"]\n"),
            ["a.toml:2: warning: sampling.holidays: 2026-12-06 is written twice. Fix: keep one of the two."]
        );
    }
}
