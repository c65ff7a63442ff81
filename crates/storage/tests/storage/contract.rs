//! What every back end promises. The tests know only the `Store` trait; each back end runs all of them.

use crate::support::{
    admit, after, answer, answered, answers, audio, call, counts, end, ends_of, everything, morning, record,
    recorded, recording, suppressed, survey, turn, uid,
};
use aftercall_base::{CallUid, Disposition, EmptyReason, RecordingResult};
use aftercall_storage::selection::{Dimension, NamePattern, PeriodFilter, Selection};
use aftercall_storage::store::{Applied, Fact};
use aftercall_storage::tally::RecordingOutcome;
use aftercall_storage::{Scope, Snapshot, Store, StoreError, StoreErrorKind};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::{
    Admission, AdmissionReason, NewCall, PlanReason, SamplingPlan, Stratum, StratumKind,
};
use aftercall_survey::record::{CallName, RecordingBegun};

contract![
    admitted_calls_take_their_turns,
    strata_are_counted_apart,
    suppressed_call_is_a_row_and_counts_nowhere,
    caller_who_opted_out_is_suppressed_and_counted_nowhere,
    refused_fact_leaves_no_trace_and_fails_no_other,
    answer_is_kept_once_per_question_and_the_last_one_counts,
    first_end_of_a_call_stays,
    batch_of_many_calls_is_as_if_its_facts_came_one_by_one,
    fact_of_an_unknown_call_is_refused,
    skipped_question_is_an_answer_without_value,
    selection_takes_the_first_moment_and_not_the_last,
    selection_by_queue_and_survey_is_exact,
    survey_versions_are_kept_and_the_one_loaded_last_comes_first,
    a_survey_version_never_changes_whatever_is_loaded_under_its_name,
    an_answer_stays_with_the_version_that_its_call_was_asked,
    hostile_texts_are_only_texts,
    sweep_ends_what_a_crash_left_open,
    sweep_leaves_other_nodes_and_ended_calls_alone,
    sweep_asks_only_for_what_a_call_was_to_be_asked,
    recording_is_open_until_it_ends_and_its_last_end_counts,
    recordings_are_counted_by_what_they_came_to,
    recordings_are_found_by_node_and_age_until_they_expire,
    end_of_a_recording_that_was_never_told_to_begin_is_kept,
    numbers_beyond_the_database_are_refused_or_kept_never_bent,
    forgotten_call_leaves_nothing_but_its_place_in_the_sample,
    plans_of_the_autopilot_are_kept_and_the_latest_of_each_stratum_is_found,
];

async fn apply(store: &impl Store, facts: &[Fact]) {
    for (fact, result) in facts.iter().zip(store.apply(facts).await.unwrap()) {
        result.unwrap_or_else(|error| panic!("{error}: {fact:?}"));
    }
}

async fn ends(store: &impl Store) -> Vec<(Option<Disposition>, u64)> {
    ends_of(&counts(store, &everything()).await)
}

/// Calls with exactly this name.
fn of(dimension: Dimension, name: &str) -> Selection {
    Selection {
        names: vec![(dimension, vec![NamePattern::exactly(name)])],
        ..everything()
    }
}

async fn admitted_calls_take_their_turns(store: impl Store) {
    let facts: Vec<Fact> = (1..=7).map(|number| admit(number, None, 3)).collect();
    let results = store.apply(&facts).await.unwrap();
    let admissions: Vec<Applied> = results.into_iter().map(Result::unwrap).collect();
    let expected: Vec<Applied> = (1..=7)
        .map(|position| Applied::Admitted(turn(position, 3)))
        .collect();
    assert_eq!(admissions, expected);
}

async fn caller_who_opted_out_is_suppressed_and_counted_nowhere(store: impl Store) {
    let from = |number, caller: Option<&str>| {
        let mut call = call(number, None, 1);
        call.context.caller_hash = caller.map(str::to_owned);
        Fact::Admit(Box::new(call))
    };
    let opted_out = |number| Fact::OptedOut {
        call: uid(number),
        at: after(9),
    };
    let before = [from(1, Some("aa")), from(2, None)];
    apply(&store, &before).await;
    apply(&store, &[opted_out(1), opted_out(1), opted_out(2)]).await;
    let later = [from(3, Some("aa")), from(4, Some("bb")), from(5, None)];
    let results = store.apply(&later).await.unwrap();
    let admissions: Vec<Applied> = results.into_iter().map(Result::unwrap).collect();
    let sampled = |position| Applied::Admitted(turn(position, 1));
    let opted_out = Admission::Suppressed {
        reason: AdmissionReason::OptedOut,
    };
    let expected = [Applied::Admitted(opted_out), sampled(3), sampled(4)];
    assert_eq!(admissions, expected, "only the number that said so is kept out");
}

fn open_ids(recordings: &[RecordingBegun]) -> Vec<(CallUid, &str)> {
    recordings
        .iter()
        .map(|recording| (recording.call, recording.question.as_str()))
        .collect()
}

async fn recording_is_open_until_it_ends_and_its_last_end_counts(store: impl Store) {
    apply(
        &store,
        &[admit(1, None, 1), Fact::RecordingBegun(recording(1, "why"))],
    )
    .await;
    assert_eq!(
        store.open_recordings("node-1").await.unwrap(),
        [recording(1, "why")]
    );
    let again = Fact::RecordingBegun(RecordingBegun {
        path: "elsewhere.wav".to_owned(),
        ..recording(1, "why")
    });
    apply(&store, &[again]).await;
    assert_eq!(
        store.open_recordings("node-1").await.unwrap(),
        [recording(1, "why")],
        "the first word stays"
    );
    apply(
        &store,
        &[
            recorded(1, "why", RecordingResult::Lost),
            recorded(1, "why", audio(None)),
        ],
    )
    .await;
    apply(&store, &[Fact::RecordingBegun(recording(1, "why"))]).await;
    assert!(store.open_recordings("node-1").await.unwrap().is_empty());
    let tallies = store
        .snapshot()
        .await
        .unwrap()
        .recording_tallies(&everything())
        .await
        .unwrap();
    assert_eq!(tallies.len(), 1);
    assert_eq!(tallies[0].outcome, RecordingOutcome::Comment);
    let unknown = [
        Fact::RecordingBegun(recording(9, "why")),
        recorded(9, "why", RecordingResult::Nothing),
    ];
    for result in store.apply(&unknown).await.unwrap() {
        assert_eq!(result.unwrap_err().kind(), StoreErrorKind::Refused);
    }
}

async fn recordings_are_counted_by_what_they_came_to(store: impl Store) {
    let kept = [
        audio(None),
        audio(None),
        audio(Some(EmptyReason::NoSpeech)),
        RecordingResult::Nothing,
        RecordingResult::Lost,
    ];
    for (number, kept) in (1..).zip(kept) {
        apply(&store, &[admit(number, None, 1), recorded(number, "why", kept)]).await;
    }
    apply(
        &store,
        &[
            admit(6, Some("sales"), 1),
            Fact::RecordingBegun(recording(6, "why")),
        ],
    )
    .await;
    let tallies = store
        .snapshot()
        .await
        .unwrap()
        .recording_tallies(&everything())
        .await
        .unwrap();
    let mut counts: Vec<_> = tallies
        .iter()
        .map(|tally| (tally.outcome, tally.recordings, tally.duration_ms))
        .collect();
    counts.sort_unstable();
    assert_eq!(
        counts,
        [
            (RecordingOutcome::Comment, 2, 25_000),
            (RecordingOutcome::Empty, 1, 12_500),
            (RecordingOutcome::Nothing, 1, 0),
            (RecordingOutcome::Lost, 1, 0),
            (RecordingOutcome::Open, 1, 0),
        ]
    );
    assert!(
        tallies
            .iter()
            .all(|tally| tally.survey == "nps" && tally.question == "why")
    );
    let of_queue = of(Dimension::Queue, "sales");
    assert_eq!(
        store
            .snapshot()
            .await
            .unwrap()
            .recording_tallies(&of_queue)
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn recordings_are_found_by_node_and_age_until_they_expire(store: impl Store) {
    let mut elsewhere = call(1, None, 1);
    elsewhere.node = "node-2".to_owned();
    apply(
        &store,
        &[Fact::Admit(Box::new(elsewhere)), recorded(1, "why", audio(None))],
    )
    .await;
    for number in 2..=5 {
        apply(
            &store,
            &[admit(number, None, 1), recorded(number, "why", audio(None))],
        )
        .await;
    }
    apply(
        &store,
        &[admit(6, None, 1), recorded(6, "why", RecordingResult::Nothing)],
    )
    .await;
    let before = recording(5, "why").begun_at;
    let old = store.recordings_before("node-1", before, 2).await.unwrap();
    assert_eq!(
        open_ids(&old),
        [(uid(2), "why"), (uid(3), "why")],
        "the oldest first"
    );
    let expired = |number| Fact::RecordingExpired {
        call: uid(number),
        question: "why".to_owned(),
        at: after(90),
    };
    apply(
        &store,
        &[expired(2), expired(2), recorded(2, "why", RecordingResult::Lost)],
    )
    .await;
    let old = store.recordings_before("node-1", before, 9).await.unwrap();
    assert_eq!(open_ids(&old), [(uid(3), "why"), (uid(4), "why")]);
    let comments = store
        .snapshot()
        .await
        .unwrap()
        .recording_tallies(&everything())
        .await
        .unwrap();
    let counted = comments
        .iter()
        .find(|tally| tally.outcome == RecordingOutcome::Comment);
    assert_eq!(
        counted.unwrap().recordings,
        5,
        "what has expired was a comment all the same"
    );
    let unknown = store.apply(&[expired(9)]).await.unwrap();
    assert!(unknown[0].is_err());
}

async fn end_of_a_recording_that_was_never_told_to_begin_is_kept(store: impl Store) {
    apply(
        &store,
        &[
            admit(1, None, 1),
            recorded(1, "why", audio(Some(EmptyReason::TooShort))),
        ],
    )
    .await;
    let tallies = store
        .snapshot()
        .await
        .unwrap()
        .recording_tallies(&everything())
        .await
        .unwrap();
    assert_eq!(tallies[0].outcome, RecordingOutcome::Empty);
}

async fn strata_are_counted_apart(store: impl Store) {
    let facts = [
        admit(1, Some("a"), 2),
        admit(2, Some("b"), 2),
        admit(3, Some("a"), 2),
        admit(4, None, 2),
    ];
    let results = store.apply(&facts).await.unwrap();
    let sampled: Vec<bool> = results
        .into_iter()
        .map(|result| matches!(result.unwrap(), Applied::Admitted(Admission::Sampled { .. })))
        .collect();
    assert_eq!(sampled, [false, false, true, false]);
}

async fn suppressed_call_is_a_row_and_counts_nowhere(store: impl Store) {
    apply(&store, &[suppressed(1)]).await;
    let next = store.apply(&[admit(2, None, 1)]).await.unwrap();
    assert_eq!(next, [Ok(Applied::Admitted(turn(1, 1)))]);
    let counts = counts(&store, &everything()).await;
    assert_eq!((counts.arrived, counts.suppressed, counts.eligible), (2, 1, 1));
}

async fn refused_fact_leaves_no_trace_and_fails_no_other(store: impl Store) {
    apply(&store, &[admit(1, None, 1)]).await;
    let facts = [
        admit(2, None, 1),
        admit(1, None, 1),
        answer(9, "nps", Some(9)),
        admit(3, None, 1),
    ];
    let results = store.apply(&facts).await.unwrap();
    let kinds: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().err().map(StoreError::kind))
        .collect();
    let refused = Some(StoreErrorKind::Refused);
    assert_eq!(kinds, [None, refused, refused, None]);
    assert_eq!(
        results[3],
        Ok(Applied::Admitted(turn(3, 1))),
        "a refused admission does not advance the counter"
    );
}

async fn answer_is_kept_once_per_question_and_the_last_one_counts(store: impl Store) {
    apply(
        &store,
        &[
            admit(1, None, 1),
            answer(1, "nps", Some(3)),
            answer(1, "ces", Some(4)),
        ],
    )
    .await;
    apply(&store, &[answer(1, "nps", Some(9)), answer(1, "nps", Some(9))]).await;
    let tallies = answers(&store, &everything()).await;
    let values: Vec<_> = tallies
        .iter()
        .map(|t| (t.question.as_str(), t.value, t.answers))
        .collect();
    assert_eq!(values, [("ces", Some(4), 1), ("nps", Some(9), 1)]);
    assert_eq!(
        (tallies[0].survey.as_str(), tallies[0].version.as_str()),
        ("nps", "000000000001")
    );
}

async fn first_end_of_a_call_stays(store: impl Store) {
    apply(
        &store,
        &[admit(1, None, 1), answered(1), end(1, Disposition::Partial)],
    )
    .await;
    apply(
        &store,
        &[end(1, Disposition::Failed), end(1, Disposition::Partial)],
    )
    .await;
    assert_eq!(ends(&store).await, [(Some(Disposition::Partial), 1)]);
}

/// Facts of one batch may be written in another order, and many at once; nobody may notice.
async fn batch_of_many_calls_is_as_if_its_facts_came_one_by_one(store: impl Store) {
    let calls = 1..=100;
    let mut facts = Vec::new();
    for number in calls.clone() {
        facts.extend([
            admit(number, None, 1),
            answered(number),
            answer(number, "nps", Some(3)),
        ]);
        // What was told of the call before comes late: its end is told twice, its answer again after the end.
        if number > 1 {
            facts.extend([
                end(number - 1, Disposition::Completed),
                end(number - 1, Disposition::Failed),
                answer(number - 1, "nps", Some(9)),
            ]);
        }
    }
    let results = store.apply(&facts).await.unwrap();
    let positions: Vec<u64> = results
        .into_iter()
        .filter_map(|result| match result.unwrap() {
            Applied::Admitted(admission) => admission.position(),
            Applied::Api(_) | Applied::Stored => None,
        })
        .collect();
    assert_eq!(
        positions,
        calls.collect::<Vec<_>>(),
        "turns are taken in the order of arrival"
    );
    assert_eq!(
        ends(&store).await,
        [(None, 1), (Some(Disposition::Completed), 99)],
        "the first end stays"
    );
    let mut answers = answers(&store, &everything()).await;
    answers.sort_by_key(|tally| tally.value);
    let answers: Vec<_> = answers.iter().map(|tally| (tally.value, tally.answers)).collect();
    assert_eq!(answers, [(Some(3), 1), (Some(9), 99)], "the last answer counts");
}

async fn fact_of_an_unknown_call_is_refused(store: impl Store) {
    for fact in [
        answered(1),
        answer(1, "nps", Some(9)),
        end(1, Disposition::Failed),
    ] {
        let results = store.apply(&[fact]).await.unwrap();
        assert!(
            matches!(results.as_slice(), [Err(StoreError::Refused { .. })]),
            "{results:?}"
        );
    }
}

async fn skipped_question_is_an_answer_without_value(store: impl Store) {
    apply(&store, &[admit(1, None, 1), answered(1), answer(1, "nps", None)]).await;
    let tallies = answers(&store, &everything()).await;
    assert_eq!(
        tallies.iter().map(|tally| tally.value).collect::<Vec<_>>(),
        [None]
    );
    let counts = counts(&store, &everything()).await;
    assert_eq!(
        (counts.offered, counts.started),
        (1, 0),
        "a skipped question starts nothing"
    );
}

async fn selection_takes_the_first_moment_and_not_the_last(store: impl Store) {
    let facts: Vec<Fact> = (0..5).map(|number| admit(number, None, 1)).collect();
    apply(&store, &facts).await;
    let period = |is_exact| PeriodFilter {
        from: Some(after(1)),
        until: Some(after(3)),
        is_exact,
        ..PeriodFilter::default()
    };
    let of = |period| Selection {
        period,
        ..everything()
    };
    assert_eq!(counts(&store, &of(period(true))).await.arrived, 2);
    let by_days = counts(&store, &of(period(false))).await;
    assert_eq!(by_days.arrived, 5, "moments choose no calls where days do");
    let day = morning().date_naive();
    let days = |from_day, until_day| PeriodFilter {
        from_day: Some(from_day),
        until_day: Some(until_day),
        ..PeriodFilter::default()
    };
    let next = day.succ_opt().unwrap();
    assert_eq!(counts(&store, &of(days(day, next))).await.arrived, 5);
    assert_eq!(
        counts(&store, &of(days(day.pred_opt().unwrap(), day)))
            .await
            .arrived,
        0
    );
    assert_eq!(
        counts(&store, &of(days(next, day))).await.arrived,
        0,
        "the ends are swapped"
    );
}

async fn selection_by_queue_and_survey_is_exact(store: impl Store) {
    apply(
        &store,
        &[
            admit(1, Some("sales"), 1),
            admit(2, Some("Sales"), 1),
            admit(3, None, 1),
        ],
    )
    .await;
    apply(&store, &[answer(1, "nps", Some(9)), answer(2, "nps", Some(1))]).await;
    let sales = of(Dimension::Queue, "sales");
    let answers = answers(&store, &sales).await;
    assert_eq!(
        answers
            .iter()
            .map(|tally| (tally.value, tally.answers))
            .collect::<Vec<_>>(),
        [(Some(9), 1)]
    );
    let other = of(Dimension::Survey, "csat");
    assert_eq!(counts(&store, &other).await.arrived, 0);
}

async fn survey_versions_are_kept_and_the_one_loaded_last_comes_first(store: impl Store) {
    apply(
        &store,
        &[Fact::Surveys(vec![
            survey("000000000001"),
            survey("000000000002"),
        ])],
    )
    .await;
    apply(&store, &[Fact::Surveys(vec![survey("000000000001")])]).await;
    let known = store
        .snapshot()
        .await
        .unwrap()
        .surveys(Some("nps"))
        .await
        .unwrap();
    let versions: Vec<&str> = known.iter().map(|known| known.survey.version.as_str()).collect();
    assert_eq!(versions, ["000000000001", "000000000002"]);
    assert_eq!(
        known[0].questions,
        survey("000000000001").questions,
        "read back as registered"
    );
    assert_eq!(known[0].goal, survey("000000000001").goal);
    assert!(
        store
            .snapshot()
            .await
            .unwrap()
            .surveys(Some("csat"))
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_survey_version_never_changes_whatever_is_loaded_under_its_name(store: impl Store) {
    let first = survey("000000000001");
    apply(&store, &[Fact::Surveys(vec![first.clone()])]).await;
    let mut other = survey("000000000001");
    other.title = "Something else".to_owned();
    other.goal = String::new();
    other.definition = "name = \"other\"".to_owned();
    other.questions.pop();
    other.questions[0].scale = (1, 5);
    other.questions[0].text = "Another question".to_owned();
    other.questions[0].labels = vec![(1, "label".to_owned())];
    other.questions[1].threshold = Some(5);
    apply(&store, &[Fact::Surveys(vec![other.clone()])]).await;
    apply(&store, &[Fact::Surveys(vec![survey("000000000002"), other])]).await;
    let known = store
        .snapshot()
        .await
        .unwrap()
        .surveys(Some("nps"))
        .await
        .unwrap();
    let kept = known.iter().find(|known| known.survey == first.survey).unwrap();
    assert_eq!(
        (&kept.title, &kept.goal, &kept.questions),
        (&first.title, &first.goal, &first.questions),
        "what was asked then is what the answers mean"
    );
    let definition = store.definition(&first.survey).await.unwrap();
    assert_eq!(definition, Some(first.definition));
    let unknown = SurveyVersion {
        version: "00000000000f".to_owned(),
        ..first.survey
    };
    assert_eq!(store.definition(&unknown).await.unwrap(), None);
}

async fn an_answer_stays_with_the_version_that_its_call_was_asked(store: impl Store) {
    apply(
        &store,
        &[Fact::Surveys(vec![survey("000000000001")]), admit(1, None, 1)],
    )
    .await;
    apply(
        &store,
        &[
            Fact::Surveys(vec![survey("000000000002")]),
            answer(1, "nps", Some(9)),
        ],
    )
    .await;
    let answers = answers(&store, &everything()).await;
    assert_eq!(
        answers[0].version, "000000000001",
        "the file was edited while the call went on"
    );
}

async fn hostile_texts_are_only_texts(store: impl Store) {
    let texts = [
        "'; DROP TABLE call; --",
        "\" OR 1=1 --",
        "%_",
        "\u{1b}[2J",
        "ääkköset 🦀",
        "$1",
        "a\0b",
    ];
    for (number, text) in (1..).zip(texts) {
        apply(
            &store,
            &[admit(number, Some(text), 1), answer(number, text, Some(5))],
        )
        .await;
        let selection = of(Dimension::Queue, text);
        let answers = answers(&store, &selection).await;
        assert_eq!(
            answers
                .iter()
                .map(|tally| tally.question.as_str())
                .collect::<Vec<_>>(),
            [text]
        );
    }
    assert_eq!(counts(&store, &everything()).await.arrived, texts.len() as u64);
    let mut names = store
        .snapshot()
        .await
        .unwrap()
        .known_names(&Scope::Everything, Dimension::Queue)
        .await
        .unwrap();
    names.sort_unstable();
    let mut expected = texts;
    expected.sort_unstable();
    assert_eq!(names, expected);
}

async fn sweep_ends_what_a_crash_left_open(store: impl Store) {
    apply(&store, &[Fact::Surveys(vec![survey("000000000001")])]).await;
    for number in 1..=6 {
        apply(&store, &[admit(number, None, 1)]).await;
    }
    apply(&store, &[admit(7, Some("other"), 2), suppressed(8)]).await;
    let answers = [
        answered(2),
        answered(3),
        answer(3, "nps", Some(9)),
        answered(4),
        answer(4, "nps", Some(9)),
        answer(4, "ces", Some(4)),
        answered(5),
        answer(5, "nps", None),
        answered(6),
        answer(6, "nps", Some(2)),
        answer(6, "ces", None),
    ];
    apply(&store, &answers).await;
    assert_eq!(store.sweep("node-1").await.unwrap(), 8);
    assert_eq!(
        ends(&store)
            .await
            .into_iter()
            .fold(Vec::new(), |mut sums: Vec<(&str, u64)>, (end, calls)| {
                let end = end.expect("no call stays open after the sweep").as_str();
                match sums.last_mut() {
                    Some((last, sum)) if *last == end => *sum += calls,
                    _ => sums.push((end, calls)),
                }
                sums
            }),
        [
            ("completed", 1),
            ("failed", 3),
            ("not_sampled", 1),
            ("partial", 2),
            ("suppressed", 1)
        ],
        "1, 2 and 5 said nothing; 3 and 6 said something; 4 said all that is scored"
    );
    assert_eq!(
        store.sweep("node-1").await.unwrap(),
        0,
        "a second sweep finds nothing"
    );
}

async fn sweep_asks_only_for_what_a_call_was_to_be_asked(store: impl Store) {
    apply(&store, &[Fact::Surveys(vec![survey("000000000001")])]).await;
    for (number, planned) in [
        (1, Some(&["ces", "topic"][..])),
        (2, Some(&["nps", "ces"])),
        (3, None),
    ] {
        let answered = Fact::Answered {
            call: uid(number),
            at: after(2),
            planned: planned.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()),
        };
        apply(
            &store,
            &[admit(number, None, 1), answered, answer(number, "ces", Some(4))],
        )
        .await;
    }
    store.sweep("node-1").await.unwrap();
    assert_eq!(
        ends(&store).await,
        [(Some(Disposition::Completed), 1), (Some(Disposition::Partial), 2)],
        "only the first call was drawn nothing else that is scored"
    );
}

async fn sweep_leaves_other_nodes_and_ended_calls_alone(store: impl Store) {
    let elsewhere = NewCall {
        node: "node-2".to_owned(),
        ..call(2, None, 1)
    };
    apply(
        &store,
        &[
            admit(1, None, 1),
            end(1, Disposition::NoAnswer),
            Fact::Admit(Box::new(elsewhere)),
        ],
    )
    .await;
    assert_eq!(store.sweep("node-1").await.unwrap(), 0);
    assert_eq!(ends(&store).await, [(None, 1), (Some(Disposition::NoAnswer), 1)]);
}

async fn forgotten_call_leaves_nothing_but_its_place_in_the_sample(store: impl Store) {
    let facts = [
        admit(1, None, 2),
        admit(2, None, 2),
        answered(2),
        answer(2, "nps", Some(9)),
        recorded(2, "why", audio(None)),
        end(2, Disposition::Completed),
        admit(3, None, 2),
    ];
    apply(&store, &facts).await;
    assert!(store.forget(uid(2)).await.unwrap());
    assert!(store.forget(uid(3)).await.unwrap(), "one in progress as well");
    assert!(!store.forget(uid(2)).await.unwrap(), "it is gone");
    assert_eq!(store.call(&CallName::Uid(uid(2))).await.unwrap(), None);
    let left = counts(&store, &everything()).await;
    assert_eq!((left.arrived, left.in_progress, left.offered), (1, 1, 0));
    assert_eq!(answers(&store, &everything()).await, []);
    let mut snapshot = store.snapshot().await.unwrap();
    assert_eq!(snapshot.recording_tallies(&everything()).await.unwrap(), []);
    let late = store.apply(&[answer(2, "nps", Some(1))]).await.unwrap();
    assert!(late[0].is_err(), "nobody has this id");
    let next = store.apply(&[admit(4, None, 2)]).await.unwrap();
    assert_eq!(next, [Ok(Applied::Admitted(turn(4, 2)))]);
}

async fn numbers_beyond_the_database_are_refused_or_kept_never_bent(store: impl Store) {
    apply(&store, &[admit(1, None, 1)]).await;
    for value in [i64::MIN, i64::MAX, -1, 0] {
        let mut extreme = record(1, "nps", Some(value));
        extreme.attempts = u32::MAX;
        extreme.response_time = std::time::Duration::MAX;
        apply(&store, &[Fact::Answer(extreme)]).await;
        let tallies = answers(&store, &everything()).await;
        assert_eq!(tallies[0].value, Some(value));
    }
    let seldom = store.apply(&[admit(2, None, u32::MAX)]).await.unwrap();
    assert_eq!(seldom, [Ok(Applied::Admitted(turn(2, u32::MAX)))]);
    assert_eq!(uid(1), record(1, "nps", None).call);
    assert_eq!(morning(), after(0));
}

async fn plans_of_the_autopilot_are_kept_and_the_latest_of_each_stratum_is_found(store: impl Store) {
    let plan = |kind, counted_as: &str, seconds, every: u32, half_width| SamplingPlan {
        stratum: Stratum {
            route: "main".to_owned(),
            kind,
            counted_as: counted_as.to_owned(),
        },
        every: every.try_into().unwrap(),
        former_every: 10.try_into().unwrap(),
        planned_at: after(seconds),
        reason: PlanReason::Goal,
        answers: 412.25,
        half_width,
        until: after(86_400),
    };
    let first = plan(StratumKind::Queue, "sales", 0, 7, Some(7.875));
    let agent = plan(StratumKind::Agent, "sales", 1, 3, None);
    let second = plan(StratumKind::Queue, "sales", 3_600, u32::MAX, Some(8.5));
    assert_eq!(store.latest_sampling_plans().await.unwrap(), []);
    let all = [first.clone(), agent.clone(), second.clone()];
    store.add_sampling_plans(&[]).await.unwrap();
    store.add_sampling_plans(&all).await.unwrap();
    store.add_sampling_plans(&all).await.unwrap();
    assert_eq!(
        store.latest_sampling_plans().await.unwrap(),
        [agent.clone(), second.clone()],
        "an agent may be called as a queue is"
    );
    assert_eq!(store.sampling_plans(None, None).await.unwrap(), all);
    let middle = store.sampling_plans(Some(after(1)), Some(after(3_600))).await;
    assert_eq!(middle.unwrap(), [agent]);
}
