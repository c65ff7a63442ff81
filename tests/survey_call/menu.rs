//! The choice of languages at the beginning of a call.

use super::player::assert_transcript;

const MENU: &str = "languages = [\"en\", \"fi\", \"pl\"]\n[language_menu]\nkeys = { 1 = \"fi\", 2 = \"en\", 3 = \"pl\" }\n\
    [[question]]\nmetric = \"nps\"";

#[test]
fn each_language_is_offered_in_its_own_and_the_key_decides() {
    assert_transcript(
        MENU,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        3.0 finished
        3.0 = speak en
        3.0 = play language_key_2
        6.0 finished
        6.0 = speak pl
        6.0 = play language_key_3
        9.0 finished
        11.0 digit 2
        11.0 = speak en
        11.4 = play welcome
        14.0 finished
        14.0 = play nps",
    );
}

#[test]
fn any_choice_interrupts_the_offers() {
    assert_transcript(
        MENU,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        1.0 digit 3
        1.0 = speak pl
        1.0 = stop
        1.4 = play welcome",
    );
}

#[test]
fn silence_is_offered_again_once_and_then_goes_on_in_the_fallback() {
    let two = MENU.replace(", 3 = \"pl\"", "");
    assert_transcript(
        &two,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        3.0 finished
        3.0 = speak en
        3.0 = play language_key_2
        6.0 finished
        11.0 = speak fi
        11.0 = play language_key_1
        13.0 finished
        13.0 = speak en
        13.0 = play language_key_2
        16.0 finished
        21.0 = speak en
        21.0 = play welcome
        24.0 finished
        24.0 = play nps
        25.0 digit 9
        25.0 = stop
        25.0 = answer nps 9, keys 9, attempt 1, after 0.0s",
    );
}

#[test]
fn wrong_key_costs_an_attempt_and_star_does_not() {
    assert_transcript(
        MENU,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        1.0 digit *
        1.0 = stop
        1.4 = speak fi
        1.4 = play language_key_1
        2.0 digit #
        4.0 digit 7
        4.0 = stop
        4.4 = speak fi
        4.4 = play language_key_1
        5.0 digit 8
        5.0 = speak en
        5.0 = stop
        5.4 = play welcome",
    );
}

#[test]
fn opting_out_in_the_menu_is_confirmed_in_the_fallback() {
    assert_transcript(
        MENU,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        1.0 digit *
        1.0 = stop
        1.2 digit 9
        1.2 = opt out
        1.6 = speak en
        1.6 = play declined
        4.0 finished
        4.0 = hang up: opted_out
        4.0 outcome declined opted_out, opted out",
    );
}

#[test]
fn hang_up_in_the_menu_abandons_the_call() {
    assert_transcript(
        MENU,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        1.0 hang up
        1.0 = speak en
        1.0 outcome abandoned caller_hung_up",
    );
}

#[test]
fn key_pressed_before_the_first_offer_chooses_nothing() {
    assert_transcript(
        MENU,
        "0.0 answered
        0.2 digit 1
        0.4 = speak fi
        0.4 = play language_key_1
        0.5 digit 1 pressed 0.3
        1.0 digit 1
        1.0 = speak fi
        1.0 = stop
        1.4 = play welcome",
    );
}

#[test]
fn the_cap_ends_a_menu_too() {
    let patient = MENU.replace(
        "[language_menu]",
        "[timing]\nwhole_survey = \"10s\"\n[language_menu]\nno_input = \"30s\"",
    );
    assert_transcript(
        &patient,
        "0.0 answered
        0.4 = speak fi
        0.4 = play language_key_1
        3.0 finished
        3.0 = speak en
        3.0 = play language_key_2
        6.0 finished
        6.0 = speak pl
        6.0 = play language_key_3
        9.0 finished
        10.0 = speak en
        10.0 = play thanks
        12.0 finished
        12.0 = hang up: time_cap
        12.0 outcome no_answer time_cap",
    );
}
