//! How questions follow each other and are asked again.

use crate::player::assert_transcript;
use crate::{THREE, TWO};

#[test]
fn three_answers_complete_the_survey() {
    assert_transcript(
        THREE,
        "0.0 answered
         0.4 = play welcome_three
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
        &format!("[rules]\nsilences_in_a_row = 4\n{TWO}"),
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
