//! How calls end.

use crate::player::assert_transcript;
use crate::{NPS, TWO};

#[test]
fn two_questions_skipped_in_a_row_end_the_survey_without_an_answer() {
    assert_transcript(
        "[rules]\nattempts = 1\n[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"ces\"\n\
         [[question]]\nmetric = \"csat\"",
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         10.0 finished
         24.0 = answer nps skipped, keys , attempt 1, after 0.0s
         24.0 stored
         24.4 = play ces
         30.0 finished
         44.0 = answer ces skipped, keys , attempt 1, after 0.0s
         44.0 stored
         44.4 = play thanks
         48.0 finished
         48.0 = hang up: skipped_in_a_row
         48.0 outcome no_answer skipped_in_a_row",
    );
}

#[test]
fn caller_who_presses_nothing_is_let_go_after_two_attempts() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         4.0 finished
         4.0 = play nps
         10.0 finished
         17.0 = play no_input nps
         25.0 finished
         32.0 = answer nps skipped, keys , attempt 2, after 0.0s
         32.0 stored
         32.4 = play thanks
         36.0 finished
         36.0 = hang up: silence
         36.0 outcome no_answer silence",
    );
}

#[test]
fn silence_is_counted_over_questions_and_any_key_begins_the_count_anew() {
    assert_transcript(
        &format!("[rules]\nattempts = 2\n{TWO}"),
        "0.0 answered
         0.4 = play welcome
         4.0 finished
         4.0 = play nps
         10.0 finished
         17.0 = play no_input nps
         25.0 digit D
         25.0 = stop
         25.0 = answer nps skipped, keys D, attempt 2, after 0.0s
         25.0 stored
         25.4 = play ces
         30.0 finished
         37.0 = play no_input ces
         45.0 finished
         59.0 = answer ces skipped, keys , attempt 2, after 0.0s
         59.0 stored
         59.4 = play thanks
         64.0 finished
         64.0 = hang up: skipped_in_a_row
         64.0 outcome no_answer skipped_in_a_row",
    );
    assert_transcript(
        &format!("[rules]\nattempts = 1\nskips_in_a_row = 9\n{TWO}\n[[question]]\nmetric = \"csat\""),
        "0.0 answered
         0.4 = play welcome
         4.0 finished
         4.0 = play nps
         10.0 finished
         24.0 = answer nps skipped, keys , attempt 1, after 0.0s
         24.0 stored
         24.4 = play ces
         30.0 finished
         44.0 = answer ces skipped, keys , attempt 1, after 0.0s
         44.0 stored
         44.4 = play thanks
         48.0 finished
         48.0 = hang up: silence
         48.0 outcome no_answer silence",
    );
}

#[test]
fn key_skips_the_welcome_and_answers_nothing() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         1.0 digit 5
         1.0 = stop
         1.0 = play nps
         9.0 finished
         10.0 digit 9
         10.0 = answer nps 9, keys 9, attempt 1, after 1.0s, early 5",
    );
}

#[test]
fn a_skip_between_answers_leaves_the_survey_partial() {
    assert_transcript(
        &format!("[rules]\nattempts = 1\n{TWO}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         10.0 finished
         24.0 = answer nps skipped, keys , attempt 1, after 0.0s
         24.0 stored
         24.4 = play ces
         30.0 digit 2
         30.0 = stop
         30.0 = answer ces 2, keys 2, attempt 1, after 0.0s
         30.0 stored
         30.4 = play thanks
         34.0 finished
         34.0 = hang up: questions_skipped
         34.0 outcome partial questions_skipped",
    );
}

#[test]
fn hang_up_in_second_question_keeps_first_answer() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 2
         6.0 = stop
         6.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         6.1 stored
         6.4 = play ces
         7.0 hang up
         7.0 outcome partial caller_hung_up",
    );
}

#[test]
fn hang_up_before_the_first_answer_is_abandoned() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         3.0 hang up
         3.0 outcome abandoned caller_hung_up",
    );
}

#[test]
fn hang_up_while_the_one_waits_keeps_the_one() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 1
         10.8 hang up
         10.8 = answer nps 1, keys 1, attempt 1, after 1.0s, by timeout
         10.8 outcome completed caller_hung_up",
    );
}

#[test]
fn hang_up_in_an_unscored_choice_is_still_completed() {
    assert_transcript(
        &format!("{NPS}\n[[question]]\nid = \"why\"\nmetric = \"choice\"\nkeys = {{ 1 = \"a\", 2 = \"b\" }}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 2
         6.0 = stop
         6.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         6.1 stored
         6.4 = play why
         7.0 hang up
         7.0 outcome completed caller_hung_up",
    );
}

#[test]
fn a_failed_store_apologises_and_fails_the_call() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 2
         6.0 = stop
         6.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         6.2 store failed
         6.2 = play sorry_error
         9.0 finished
         9.0 = hang up: storage
         9.0 outcome failed storage",
    );
}

#[test]
fn a_store_that_never_answers_ends_the_call_after_its_time() {
    assert_transcript(
        &format!("[timing]\nstore = \"4s\"\n[prompts]\napology = []\n{NPS}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 2
         6.0 = stop
         6.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         10.0 = hang up: storage
         10.0 outcome failed storage",
    );
}

#[test]
fn the_cap_of_the_survey_thanks_and_ends() {
    assert_transcript(
        &format!("[timing]\nwhole_survey = \"20s\"\n{TWO}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 2
         6.0 = stop
         6.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         6.1 stored
         6.4 = play ces
         20.0 = stop
         20.0 = play thanks
         22.0 finished
         22.0 = hang up: time_cap
         22.0 outcome partial time_cap",
    );
}

#[test]
fn the_cap_accepts_a_one_that_waits() {
    assert_transcript(
        &format!("[timing]\nwhole_survey = \"12s\"\n{TWO}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         11.0 digit 1
         12.0 = answer nps 1, keys 1, attempt 1, after 2.0s, by timeout
         12.1 stored
         12.4 = play thanks
         42.4 = stop
         42.4 = hang up: time_cap
         42.4 outcome partial time_cap",
    );
}

#[test]
fn a_technical_end_is_partial_with_an_answer_and_failed_without() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         3.0 failed rtp_silence
         3.0 = hang up: rtp_silence
         3.0 outcome failed rtp_silence",
    );
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 2
         6.0 = stop
         6.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         6.1 stored
         6.4 = play ces
         8.0 failed rtp_silence
         8.0 = hang up: rtp_silence
         8.0 outcome partial rtp_silence",
    );
}

#[test]
fn an_opt_out_during_the_apology_is_confirmed_and_the_call_stays_failed() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         1.0 finished
         1.0 = play nps
         2.0 digit 0
         2.0 = stop
         2.0 = answer nps 0, keys 0, attempt 1, after 0.0s
         12.0 = play sorry_error
         13.0 digit *
         13.5 digit 9
         13.5 = opt out
         13.5 = stop
         13.9 = play declined
         16.0 finished
         16.0 = hang up: storage
         16.0 outcome failed storage, opted out",
    );
}
