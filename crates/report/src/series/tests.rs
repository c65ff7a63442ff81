use super::gather;
use aftercall_storage::selection::TallyKey;
use aftercall_storage::tally::{AnswerTally, Doubt};
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

fn question(metric: Metric, scale: (i64, i64), high_is_good: bool, threshold: Option<i64>) -> QuestionRecord {
    let (id, text, labels) = ("q".to_owned(), "How?".to_owned(), Vec::new());
    QuestionRecord {
        id,
        metric,
        text,
        scale,
        high_is_good,
        threshold,
        target: Some(50.0),
        labels,
    }
}

fn survey(version: &str, question: QuestionRecord) -> SurveyRecord {
    let survey = SurveyVersion {
        name: "s".to_owned(),
        version: version.to_owned(),
    };
    let (title, goal, definition) = (String::new(), String::new(), String::new());
    SurveyRecord {
        survey,
        title,
        goal,
        definition,
        questions: vec![question],
    }
}

fn tally(version: &str, value: i64, answers: u64) -> AnswerTally {
    let (survey, version, question) = ("s".to_owned(), version.to_owned(), "q".to_owned());
    AnswerTally {
        survey,
        version,
        question,
        key: TallyKey::default(),
        value: Some(value),
        doubt: Doubt::default(),
        answers,
    }
}

/// The headline of ten answers of each value on the scale.
fn headline(question: QuestionRecord) -> Option<f64> {
    let (min, max) = question.scale;
    let answers = (min..=max).map(|value| tally("1", value, 10)).collect();
    gather(&[survey("1", question)], answers, false)
        .remove(0)
        .score
        .map(|score| score.value)
}

#[test]
fn csat_counts_values_at_or_above_its_threshold() {
    assert_eq!(
        headline(question(Metric::Csat, (1, 5), true, None)),
        Some(40.0),
        "4 and 5 by default"
    );
    assert_eq!(
        headline(question(Metric::Csat, (1, 5), true, Some(5))),
        Some(20.0)
    );
    assert_eq!(
        headline(question(Metric::Csat, (0, 1), true, None)),
        Some(50.0),
        "yes by default"
    );
    assert_eq!(headline(question(Metric::YesNo, (0, 1), true, None)), Some(50.0));
}

#[test]
fn effort_wording_counts_low_values_as_good() {
    assert_eq!(
        headline(question(Metric::Ces, (1, 5), false, None)),
        Some(40.0),
        "1 and 2"
    );
    assert_eq!(
        headline(question(Metric::Ces, (1, 7), true, None)),
        Some(100.0 * 3.0 / 7.0),
        "5 to 7"
    );
    assert_eq!(
        headline(question(Metric::Ces, (1, 5), false, Some(1))),
        Some(20.0)
    );
}

#[test]
fn scale_other_than_0_to_10_is_never_labelled_nps() {
    assert_eq!(
        headline(question(Metric::Nps, (0, 10), true, None)),
        Some(100.0 * (2.0 - 7.0) / 11.0)
    );
    assert_eq!(headline(question(Metric::Nps, (1, 10), true, None)), None);
    assert_eq!(headline(question(Metric::Nps, (0, 10), false, None)), None);
    assert_eq!(headline(question(Metric::Choice, (1, 3), true, Some(2))), None);
    assert_eq!(
        headline(question(Metric::Csat, (1, 9), true, None)),
        None,
        "no threshold is guessed"
    );
}

#[test]
fn versions_share_a_series_only_while_they_measure_the_same() {
    let ease = || question(Metric::Ces, (1, 5), true, None);
    let surveys = [
        survey("4", question(Metric::Ces, (1, 5), false, None)),
        survey("3", question(Metric::Ces, (1, 5), true, Some(4))),
        survey("2", question(Metric::Ces, (1, 5), true, Some(5))),
        survey("1", ease()),
    ];
    let answers = ["1", "2", "3", "4"].map(|version| tally(version, 5, 10)).to_vec();
    let series = gather(&surveys, answers, false);
    let versions: Vec<_> = series.iter().map(|series| series.versions.join("+")).collect();
    assert_eq!(
        versions,
        ["4", "3+1", "2"],
        "a stated usual threshold is the usual threshold"
    );
    assert_eq!(
        series.iter().map(|series| series.n).collect::<Vec<_>>(),
        [10, 20, 10]
    );
}

#[test]
fn survey_without_answers_is_shown_only_when_asked_for() {
    let surveys = [survey("1", question(Metric::Nps, (0, 10), true, None))];
    assert!(gather(&surveys, Vec::new(), false).is_empty());
    assert_eq!(gather(&surveys, Vec::new(), true)[0].distribution.len(), 11);
}

#[test]
fn senseless_scales_and_targets_from_the_database_do_no_harm() {
    for scale in [(10, 0), (i64::MIN, i64::MAX), (0, i64::MAX)] {
        let mut odd = question(Metric::Csat, scale, true, Some(3));
        odd.target = Some(f64::NAN);
        let series = gather(
            &[survey("1", odd)],
            vec![tally("1", 3, 20), tally("1", i64::MIN, 20)],
            false,
        );
        assert!(series[0].distribution.len() <= 2, "{scale:?}");
        assert_eq!(series[0].verdict, None);
    }
}

#[test]
fn question_begins_another_series_where_its_answers_measure_something_else() {
    let record = |text: &str| {
        aftercall_survey::parse(text, "t.toml", &aftercall_survey::AnyPrompt)
            .unwrap()
            .survey
            .record()
    };
    let old = record("[[question]]\nmetric = \"nps\"\ntarget = 40\n[[question]]\nmetric = \"ces\"\n");
    for (new, begun) in [
        (
            "[[question]]\nmetric = \"nps\"\ntext.en = \"A?\"\n[[question]]\nmetric = \"ces\"\ntop_box = 5\n",
            &["ces"][..],
        ),
        (
            "[[question]]\nmetric = \"csat\"\n[[question]]\nmetric = \"ces\"\n",
            &[],
        ),
        // The usual top box, written down.
        (
            "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"ces\"\ntop_box = 4\n",
            &[],
        ),
        (
            "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"ces\"\nscale = { min = 1, max = 7 }\n",
            &["ces"],
        ),
    ] {
        assert_eq!(super::begun_anew(&old, &record(new)), begun, "{new}");
    }
}
