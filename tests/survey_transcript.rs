//! Every rule of the survey call as a transcript: what happens, and after `=` what the session wants done, each
//! with the seconds since the call arrived. The session's timers fire by themselves; the whole transcript must
//! come out as written.

mod survey_support;

use survey_support::assert_transcript;

const THREE: &str = include_str!("../config/surveys/nps-ces-csat.toml");
const NPS: &str = "[[question]]\nmetric = \"nps\"";
const TWO: &str = "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"ces\"";

#[test]
fn three_answers_complete_the_survey() {
    assert_transcript(
        THREE,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 9
         10.0 = answer nps 9, keys 9, attempt 1, after 1.0s
         10.1 stored
         10.4 = play ces
         14.0 finished
         15.5 digit 5
         15.5 = answer ces 5, keys 5, attempt 1, after 1.5s
         15.6 stored
         15.9 = play csat
         20.0 finished
         20.5 digit 4
         20.5 = answer csat 4, keys 4, attempt 1, after 0.5s
         20.6 stored
         20.9 = play thanks
         24.0 finished
         24.0 = hang up: all_answered
         24.0 outcome completed all_answered",
    );
}

#[test]
fn a_key_interrupts_the_question_and_response_time_is_then_zero() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 7
         6.0 = stop
         6.0 = answer nps 7, keys 7, attempt 1, after 0.0s
         6.0 stored
         6.4 = play thanks
         7.0 finished
         7.0 = hang up: all_answered
         7.0 outcome completed all_answered",
    );
}

#[test]
fn the_next_prompt_waits_until_the_answer_is_durable() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 0
         10.0 = answer nps 0, keys 0, attempt 1, after 1.0s
         13.0 stored
         13.0 = play ces",
    );
}

#[test]
fn one_of_ten_waits_for_the_zero() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 1
         6.0 = stop
         8.0 digit 0
         8.0 = answer nps 10, keys 10, attempt 1, after 0.0s",
    );
}

#[test]
fn one_alone_is_accepted_by_timeout_and_marked() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 1
         12.5 = answer nps 1, keys 1, attempt 1, after 1.0s, by timeout",
    );
}

#[test]
fn pound_ends_the_one_at_once() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 1
         10.5 digit #
         10.5 = answer nps 1, keys 1#, attempt 1, after 1.5s",
    );
}

#[test]
fn pound_after_an_accepted_key_does_not_disturb_the_next_question() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 9
         10.0 = answer nps 9, keys 9, attempt 1, after 1.0s
         10.1 stored
         10.2 digit #
         10.4 = play ces
         11.0 digit #
         12.0 finished
         13.0 digit 3
         13.0 = answer ces 3, keys #3, attempt 1, after 1.0s",
    );
}

#[test]
fn a_wrong_key_asks_again_and_each_time_more_directly() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 1
         10.5 digit 5
         10.9 = play no_match nps
         15.0 finished
         16.0 digit A
         16.4 = play no_match nps_retry
         17.0 digit 8
         17.0 = stop
         17.0 = answer nps 8, keys 15A8, attempt 3, after 0.0s",
    );
}

#[test]
fn silence_asks_again_and_the_last_attempt_waits_twice_as_long() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         10.0 finished
         17.0 = play no_input nps
         20.0 finished
         27.0 = play no_input nps_retry
         30.0 finished
         44.0 = answer nps skipped, keys , attempt 3, after 0.0s
         44.1 stored
         44.4 = play ces",
    );
}

#[test]
fn silence_and_wrong_keys_count_together() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         10.0 finished
         17.0 = play no_input nps
         20.0 finished
         21.0 digit A
         21.4 = play no_match nps_retry
         23.0 digit B
         23.0 = stop
         23.0 = answer nps skipped, keys AB, attempt 3, after 0.0s
         23.1 stored
         23.4 = play ces",
    );
}

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
fn keys_before_the_question_do_not_answer_it_nor_interrupt_the_welcome() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.2 digit 5
         0.4 = play welcome
         2.0 digit 5
         5.0 finished
         5.0 = play nps
         6.0 digit 6
         6.0 = stop
         6.0 = answer nps 6, keys 6, attempt 1, after 0.0s
         6.2 digit 3
         6.3 stored
         6.4 = play ces
         9.0 finished
         16.0 = play no_input ces",
    );
}

#[test]
fn a_key_held_over_the_boundary_belongs_to_the_question_where_it_started() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         5.1 digit 4 pressed 4.9
         6.0 digit 6
         6.0 = stop
         6.0 = answer nps 6, keys 6, attempt 1, after 0.0s
         6.1 stored
         6.4 = play ces
         6.6 digit 3 pressed 6.3
         9.0 finished
         16.0 = play no_input ces",
    );
}

#[test]
fn a_key_reported_after_its_timer_was_due_counts_from_when_it_was_pressed() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 1
         12.4 digit 0 pressed 11.0
         12.4 = answer nps 10, keys 10, attempt 1, after 2.0s",
    );
}

#[test]
fn star_repeats_the_question_and_costs_no_attempt() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit *
         6.0 = stop
         6.4 = play nps
         9.0 finished
         10.0 digit 1
         10.5 digit *
         10.9 = play nps
         14.0 digit 9
         14.0 = stop
         14.0 = answer nps 9, keys *1*9, attempt 1, after 0.0s",
    );
}

#[test]
fn repeats_are_bounded_and_then_cost_attempts() {
    assert_transcript(
        &format!("[rules]\nrepeats = 1\nattempts = 2\n{NPS}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit *
         6.0 = stop
         6.4 = play nps
         10.0 digit *
         10.0 = stop
         10.4 = play no_match nps
         14.0 digit *
         14.0 = stop
         14.0 = answer nps skipped, keys ***, attempt 2, after 0.0s",
    );
}

#[test]
fn star_nine_opts_out_in_a_question() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit *
         6.0 = stop
         6.4 = play nps
         7.0 digit 9
         7.0 = opt out
         7.0 = stop
         7.4 = play declined
         10.0 finished
         10.0 = hang up: opted_out
         10.0 outcome declined opted_out, opted out",
    );
}

#[test]
fn star_nine_opts_out_during_the_welcome() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         1.0 digit *
         1.5 digit 9
         1.5 = opt out
         1.5 = stop
         1.9 = play declined
         4.0 finished
         4.0 = hang up: opted_out
         4.0 outcome declined opted_out, opted out",
    );
}

#[test]
fn star_nine_after_the_last_answer_leaves_the_survey_completed() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 3
         10.0 = answer nps 3, keys 3, attempt 1, after 1.0s
         10.1 stored
         10.4 = play thanks
         11.0 digit *
         11.3 digit 9
         11.3 = opt out
         11.3 = stop
         11.7 = play declined
         14.0 finished
         14.0 = hang up: all_answered
         14.0 outcome completed all_answered, opted out",
    );
}

#[test]
fn star_nine_waits_for_the_answer_on_its_way() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         9.0 finished
         10.0 digit 3
         10.0 = answer nps 3, keys 3, attempt 1, after 1.0s
         10.1 digit *
         10.2 digit 9
         10.2 = opt out
         11.0 stored
         11.0 = play declined
         14.0 hang up
         14.0 outcome declined opted_out, opted out",
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
fn barge_in_is_each_survey_s_choice() {
    assert_transcript(
        &format!("[rules]\nbarge_in = false\nbarge_in_welcome = true\nbarge_in_thanks = true\n{NPS}"),
        "0.0 answered
         0.4 = play welcome
         2.0 digit 5
         2.0 = stop
         2.0 = play nps
         3.0 digit 5
         6.0 finished
         7.0 digit 6
         7.0 = answer nps 6, keys 6, attempt 1, after 1.0s
         7.0 stored
         7.4 = play thanks
         8.0 digit 1
         8.0 = stop
         8.0 = hang up: all_answered
         8.0 outcome completed all_answered",
    );
}

#[test]
fn keys_switched_off_mean_nothing_or_are_wrong() {
    assert_transcript(
        &format!("[keys]\nrepeat = \"off\"\nend_of_input = \"off\"\n{NPS}"),
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit *
         7.0 finished
         8.0 digit #
         8.4 = play no_match nps",
    );
}

#[test]
fn an_answer_takes_its_branch_and_a_skip_goes_on() {
    let branched = "[rules]\nattempts = 1\n[prompts]\nwelcome = []\n\
         [[question]]\nmetric = \"nps\"\nbranch = [{ when = \"0-6\", goto = \"csat\" }]\n\
         [[question]]\nmetric = \"ces\"\nnext = \"end\"\n[[question]]\nmetric = \"csat\"";
    assert_transcript(
        branched,
        "0.0 answered
         0.4 = play nps
         1.0 digit 3
         1.0 = stop
         1.0 = answer nps 3, keys 3, attempt 1, after 0.0s
         1.0 stored
         1.4 = play csat
         2.0 digit 3
         2.0 = stop
         2.0 = answer csat 3, keys 3, attempt 1, after 0.0s
         2.0 stored
         2.4 = play thanks
         3.0 hang up
         3.0 outcome completed all_answered",
    );
    assert_transcript(
        branched,
        "0.0 answered
         0.4 = play nps
         1.0 finished
         15.0 = answer nps skipped, keys , attempt 1, after 0.0s
         15.0 stored
         15.4 = play ces",
    );
}
