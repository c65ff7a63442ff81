//! docs/surveys.md against the parser: its examples are surveys, and it explains every field there is.

use aftercall_base::Fault;
use aftercall_survey::{AnyPrompt, parse};

const DOCUMENT: &str = include_str!("../../docs/surveys.md");

#[test]
fn every_example_is_a_survey_without_a_warning() {
    let examples: Vec<&str> = DOCUMENT
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() >= 5, "the examples are found");
    for example in examples {
        let parsed = parse(example, "example.toml", &AnyPrompt).unwrap_or_else(|faults| {
            let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
            panic!("{example}\n{}", told.join("\n"))
        });
        assert_eq!(parsed.warnings, [], "{example}");
    }
}

/// The parser names the known fields to whoever writes one that is far from all.
fn fields(definition: &str) -> Vec<String> {
    let faults = parse(definition, "fields.toml", &AnyPrompt).expect_err("the field is unknown");
    let told = faults.iter().find(|fault| fault.reason.contains("qqqqqqqq"));
    let fix = &told.unwrap_or_else(|| panic!("{definition}: {faults:?}")).fix;
    fix.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_field_of_every_table_is_explained() {
    let question = "[[question]]\nmetric = \"csat\"\n";
    let comment = "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"\nqqqqqqqq = 1\n";
    let group = format!("[[group]]\nid = \"g\"\nqqqqqqqq = 1\n{question}group = \"g\"\n");
    let tables = [
        format!("qqqqqqqq = 1\n{question}"),
        format!("{question}qqqqqqqq = 1\n"),
        comment.to_owned(),
        group,
        format!("{question}[question.correction]\nqqqqqqqq = 1\n"),
        format!("{question}[[question.branch]]\nwhen = 1\ngoto = \"end\"\nqqqqqqqq = 1\n"),
        format!("{question}scale = {{ qqqqqqqq = 1 }}\n"),
        format!("[prompts]\nqqqqqqqq = 1\n{question}"),
        format!("[timing]\nqqqqqqqq = 1\n{question}"),
        format!("[rules]\nqqqqqqqq = 1\n{question}"),
        format!("[keys]\nqqqqqqqq = 1\n{question}"),
    ];
    let mut seen = 0;
    for table in tables {
        for field in fields(&table) {
            let inside = [format!("`{field}`"), format!("[{field}]"), format!("{field} = ")];
            assert!(
                inside.iter().any(|words| DOCUMENT.contains(words)),
                "docs/surveys.md does not explain `{field}`"
            );
            seen += 1;
        }
    }
    assert!(seen > 50, "the fields are found: {seen}");
}
