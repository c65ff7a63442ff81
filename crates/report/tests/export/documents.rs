//! docs/exports.md has the columns that files have.

use aftercall_report::export::{Shape, fixed_columns};

const DOCUMENT: &str = include_str!("../../../../docs/exports.md");

/// The rows of the first table below a heading, as name, kind and meaning.
fn table(heading: &str) -> Vec<[String; 3]> {
    let (_, section) = DOCUMENT.split_once(heading).unwrap();
    let lines = section.lines().skip_while(|line| !line.starts_with("| `"));
    lines
        .take_while(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, kind, meaning] = cells[..] else {
                panic!("{line}")
            };
            [name.trim_matches('`'), kind, meaning].map(str::to_owned)
        })
        .collect()
}

#[test]
fn document_has_every_column_in_its_order_with_its_kind_and_meaning() {
    for (shape, heading) in [(Shape::Calls, "\n## `calls`"), (Shape::Answers, "\n## `answers`")] {
        let columns: Vec<[String; 3]> = fixed_columns(shape)
            .into_iter()
            .map(|column| {
                [
                    column.name,
                    column.kind.as_str().to_owned(),
                    column.meaning.into_owned(),
                ]
            })
            .collect();
        let lines: Vec<String> = columns
            .iter()
            .map(|[name, kind, meaning]| format!("| `{name}` | {kind} | {meaning} |"))
            .collect();
        assert_eq!(
            table(heading),
            columns,
            "the table should be\n{}\n",
            lines.join("\n")
        );
    }
}
