//! What each key does, and when.

use crate::player::assert_transcript;
use crate::{NPS, TWO};

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
         13.0 = answer ces 3, keys #3, attempt 1, after 1.0s, early #",
    );
}

#[test]
fn keys_before_the_question_do_not_answer_it_nor_interrupt_a_welcome_that_says_so() {
    assert_transcript(
        &format!("[rules]\nbarge_in_welcome = false\n{TWO}"),
        "0.0 answered
         0.2 digit 5
         0.4 = play welcome
         2.0 digit 5
         5.0 finished
         5.0 = play nps
         6.0 digit 6
         6.0 = stop
         6.0 = answer nps 6, keys 6, attempt 1, after 0.0s, early 55
         6.2 digit 3
         6.3 stored
         6.4 = play ces
         9.0 finished
         16.0 = play no_input ces",
    );
}

#[test]
fn case_23_a_key_held_over_the_boundary_belongs_to_the_question_where_it_started() {
    assert_transcript(
        TWO,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         5.1 digit 4 pressed 4.9
         6.0 digit 6
         6.0 = stop
         6.0 = answer nps 6, keys 6, attempt 1, after 0.0s, early 4
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
         1.0 = stop
         1.0 = play nps
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
         7.0 = answer nps 6, keys 6, attempt 1, after 1.0s, early 55
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
fn star_nine_and_an_immediate_hang_up_is_declined() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         1.0 digit *
         1.0 = stop
         1.0 = play nps
         1.5 digit 9
         1.5 = opt out
         1.5 = stop
         1.6 hang up
         1.6 outcome declined caller_hung_up, opted out",
    );
}

/// The time between two keys begins where the first is released.
#[test]
fn one_that_is_held_waits_for_the_zero_behind_its_release() {
    for (held, zero) in [(3.0, 3.5), (2.2, 2.8), (1.5, 2.7), (8.0, 10.4)] {
        let at = |after: f64| format!("{:.1}", 6.0 + after);
        let mut script = "0.0 answered
            0.4 = play welcome
            5.0 finished
            5.0 = play nps
            6.0 digit 1
            6.0 = stop\n"
            .to_owned();
        let notices = (1..).map(|notice| f64::from(notice) * 0.4);
        for notice in notices.take_while(|notice| *notice < held).chain([held]) {
            script += &format!("{} held 1\n", at(notice));
        }
        let zero = at(zero);
        script += &format!("{zero} digit 0\n{zero} = answer nps 10, keys 10, attempt 1, after 0.0s");
        assert_transcript(NPS, &script);
    }
}

#[test]
fn one_that_is_held_is_accepted_by_timeout_behind_its_release() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 1
         6.0 = stop
         6.4 held 1
         6.7 held 1
         9.2 = answer nps 1, keys 1, attempt 1, after 0.0s, by timeout",
    );
}

#[test]
fn zero_behind_a_one_that_was_held_from_the_welcome_on_is_its_rest() {
    assert_transcript(
        &format!("[rules]\nbarge_in_welcome = false\n{NPS}"),
        "0.0 answered
         0.4 = play welcome
         4.0 digit 1
         5.0 finished
         5.0 = play nps
         6.0 held 1
         7.0 held 1
         8.0 digit 0
         11.6 digit 5
         11.6 = stop
         11.6 = answer nps 5, keys 5, attempt 1, after 0.0s, early 10",
    );
}

#[test]
fn zero_behind_a_doubtful_one_is_not_taken_alone() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 doubtful 1
         6.5 digit 0
         9.1 digit 1
         9.1 = stop
         9.5 digit 0
         9.5 = answer nps 10, keys 10, attempt 1, after 0.0s, early 10",
    );
}

#[test]
fn one_in_front_of_a_doubtful_zero_is_not_taken_alone() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit 1
         6.0 = stop
         6.5 doubtful 0
         6.9 = play no_match nps
         9.0 digit 1
         9.0 = stop
         9.5 digit 0
         9.5 = answer nps 10, keys 1010, attempt 2, after 0.0s",
    );
}

#[test]
fn key_that_makes_no_answer_with_a_doubtful_one_counts() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 doubtful 1
         6.5 digit 9
         6.5 = stop
         6.5 = answer nps 9, keys 9, attempt 1, after 0.0s, early 1",
    );
}

#[test]
fn nine_behind_the_release_of_a_star_opts_out() {
    assert_transcript(
        NPS,
        "0.0 answered
         0.4 = play welcome
         5.0 finished
         5.0 = play nps
         6.0 digit *
         6.0 = stop
         6.4 = play nps
         8.0 held *
         9.0 held *
         11.0 digit 9
         11.0 = opt out
         11.0 = stop",
    );
}
