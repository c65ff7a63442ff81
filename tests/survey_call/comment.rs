//! Recorded comments: after the notice and the tone, until something ends them.

use crate::COMMENT;
use crate::player::assert_transcript;

/// Up to the moment at which the caller may speak, at 20.0 s.
const UP_TO_THE_TONE: &str = "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 digit 9
         9.0 = stop
         9.0 = answer nps 9, keys 9, attempt 1, after 0.0s
         9.0 stored
         9.4 = open comment
         9.4 ready
         9.4 = play comment
         19.6 finished
         19.6 = tone
         20.0 finished
         20.0 = record comment";

#[track_caller]
fn assert_comment(script: &str) {
    assert_transcript(COMMENT, &format!("{UP_TO_THE_TONE}\n{script}"));
}

#[test]
fn pound_ends_the_comment_and_nothing_waits_for_its_file() {
    assert_comment(
        "21.0 speaks
         30.0 digit #
         30.0 = stop recording comment: key
         30.4 = play thanks
         35.0 finished
         35.0 = hang up: all_answered
         35.0 outcome completed all_answered",
    );
}

#[test]
fn four_seconds_of_silence_after_speech_end_the_comment() {
    assert_comment(
        "21.0 speaks
         24.3 silent since 24.0
         25.0 speaks
         27.3 silent since 27.0
         31.0 = stop recording comment: silence
         31.4 = play thanks
         35.0 finished
         35.0 = hang up: all_answered
         35.0 outcome completed all_answered",
    );
}

#[test]
fn caller_who_says_nothing_has_as_long_as_for_a_key() {
    assert_comment(
        "27.0 = stop recording comment: silence
         27.4 = play thanks
         32.0 finished
         32.0 = hang up: all_answered
         32.0 outcome completed all_answered",
    );
}

#[test]
fn comment_ends_at_its_limit_while_the_caller_still_speaks() {
    assert_comment(
        "21.0 speaks
         80.0 = stop recording comment: limit
         80.4 = play thanks
         85.0 finished
         85.0 = hang up: all_answered
         85.0 outcome completed all_answered",
    );
}

#[test]
fn hang_up_in_the_comment_keeps_it_and_completes_the_survey() {
    assert_comment(
        "21.0 speaks
         30.0 hang up
         30.0 = stop recording comment: caller_hung_up
         30.0 outcome completed caller_hung_up",
    );
}

#[test]
fn opt_out_in_the_comment_ends_it_with_the_reason_to_keep_nothing() {
    assert_comment(
        "21.0 speaks
         23.0 digit *
         24.0 digit 9
         24.0 = stop recording comment: opted_out
         24.0 = opt out
         24.4 = play declined
         29.0 finished
         29.0 = hang up: opted_out
         29.0 outcome completed opted_out, opted out",
    );
}

#[test]
fn other_keys_are_pressed_by_cheeks_and_ignored() {
    assert_comment(
        "21.0 speaks
         22.0 digit 5
         23.0 digit *
         26.0 digit 0
         27.0 digit #
         27.0 = stop recording comment: key
         27.4 = play thanks
         29.0 hang up
         29.0 outcome completed all_answered",
    );
}

#[test]
fn keys_in_the_notice_and_in_the_tone_do_not_cut_it_short() {
    assert_transcript(
        COMMENT,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 digit 9
         9.0 = stop
         9.0 = answer nps 9, keys 9, attempt 1, after 0.0s
         9.0 stored
         9.4 = open comment
         9.4 ready
         9.4 = play comment
         9.6 digit #
         12.0 digit 3
         19.6 finished
         19.6 = tone
         19.8 digit #
         20.0 finished
         20.0 = record comment
         20.1 digit # pressed 19.9
         21.0 speaks
         24.0 digit #
         24.0 = stop recording comment: key
         24.4 = play thanks
         29.0 hang up
         29.0 outcome completed all_answered",
    );
}

#[test]
fn hang_up_in_the_notice_leaves_no_comment_and_a_completed_survey() {
    assert_transcript(
        COMMENT,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 digit 2
         9.0 = stop
         9.0 = answer nps 2, keys 2, attempt 1, after 0.0s
         9.0 stored
         9.4 = open comment
         9.4 ready
         9.4 = play comment
         12.0 hang up
         12.0 = stop recording comment: caller_hung_up
         12.0 outcome completed caller_hung_up",
    );
}

#[test]
fn comment_that_cannot_be_recorded_is_left_out_before_its_notice() {
    assert_transcript(
        COMMENT,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 digit 9
         9.0 = stop
         9.0 = answer nps 9, keys 9, attempt 1, after 0.0s
         9.0 stored
         9.4 = open comment
         9.5 disk full
         9.5 = stop recording comment: disk
         9.9 = play thanks
         15.0 finished
         15.0 = hang up: all_answered
         15.0 outcome completed all_answered",
    );
}

#[test]
fn recorder_that_does_not_answer_is_waited_for_two_seconds() {
    assert_transcript(
        COMMENT,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 digit 9
         9.0 = stop
         9.0 = answer nps 9, keys 9, attempt 1, after 0.0s
         9.0 stored
         9.4 = open comment
         11.4 = stop recording comment: disk
         11.8 = play thanks
         12.0 ready
         15.0 finished
         15.0 = hang up: all_answered
         15.0 outcome completed all_answered",
    );
}

#[test]
fn disk_that_fills_up_ends_the_comment_early_and_the_survey_goes_on() {
    assert_comment(
        "21.0 speaks
         24.0 disk full
         24.0 = stop recording comment: disk
         24.4 = play thanks
         29.0 finished
         29.0 = hang up: all_answered
         29.0 outcome completed all_answered",
    );
}

#[test]
fn comment_between_questions_leads_on_and_is_no_skipped_question() {
    assert_transcript(
        "[prompts]\nwelcome = []\n[rules]\nskips_in_a_row = 1\n[[question]]\nmetric = \"nps\"\n\
         [[question]]\nmetric = \"comment\"\n[[question]]\nmetric = \"ces\"",
        "0.0 answered
         0.4 = play nps
         2.0 digit 3
         2.0 = stop
         2.0 = answer nps 3, keys 3, attempt 1, after 0.0s
         2.0 stored
         2.4 = open comment
         2.4 ready
         2.4 = play comment
         9.6 finished
         9.6 = tone
         10.0 finished
         10.0 = record comment
         11.0 speaks
         12.0 digit #
         12.0 = stop recording comment: key
         12.4 = play ces
         14.0 digit 4
         14.0 = stop
         14.0 = answer ces 4, keys 4, attempt 1, after 0.0s
         14.0 stored
         14.4 = play thanks
         19.0 finished
         19.0 = hang up: all_answered
         19.0 outcome completed all_answered",
    );
}

#[test]
fn hang_up_in_a_comment_before_a_scored_question_is_partial() {
    assert_transcript(
        "[prompts]\nwelcome = []\n[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"\n\
         [[question]]\nmetric = \"ces\"",
        "0.0 answered
         0.4 = play nps
         2.0 digit 3
         2.0 = stop
         2.0 = answer nps 3, keys 3, attempt 1, after 0.0s
         2.0 stored
         2.4 = open comment
         2.4 ready
         2.4 = play comment
         9.6 finished
         9.6 = tone
         10.0 finished
         10.0 = record comment
         11.0 hang up
         11.0 = stop recording comment: caller_hung_up
         11.0 outcome partial caller_hung_up",
    );
}

#[test]
fn cap_of_the_whole_survey_ends_the_comment_and_keeps_it() {
    assert_transcript(
        "[timing]\nwhole_survey = \"30s\"\n[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"",
        &format!(
            "{UP_TO_THE_TONE}
         21.0 speaks
         30.0 = stop recording comment: time_cap
         30.0 = play thanks
         35.0 finished
         35.0 = hang up: time_cap
         35.0 outcome completed time_cap"
        ),
    );
}
