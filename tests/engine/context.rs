//! What the PBX tells reaches the database with its source, has its effect, and comes back as results.

use super::caller::{Caller, header};
use super::house::House;
use super::{EVERY, stored};
use aftercall::config::load::from_text;
use aftercall::engine::LoadedContent;
use aftercall_base::Fault;

const OTHER_SURVEY: &str = "title = \"One question\"\ngoal = \"Know whether another survey can be asked for\"\n\
    [prompts]\nwelcome = []\n[timing]\nbefore_first_prompt = \"100ms\"\nafter_key = \"100ms\"\n\
    [[question]]\nmetric = \"nps\"\ntext.en = \"How likely?\"\n";

/// `field=value from source (note)` of every call.
async fn told(house: &House) -> Vec<String> {
    let database = house.database().await;
    let told = sqlx::query_scalar(
        "SELECT concat(field, '=', value, ' from ', source, ' (' || note || ')') FROM v_call_context \
         ORDER BY call_uid, field",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    database.close().await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_stored_with_its_sources_and_numbers_are_not() {
    let house = House::new(&format!(
        "{EVERY}every = 2\nnot_surveyed = {{ status = 480 }}\n[context]\npreset = [\"asterisk\", \"cisco\"]\n\
         attributes = {{ customer_segment = \"X-Segment\" }}\n"
    ));
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "told")
        .await
        .from("+358401234567")
        .dial("two--t0k3n");
    let headers = "X-Queuename: sales\r\nUser-to-User: agent=4711;talk_time=1:35;encoding=text\r\nX-Segment: gold\r\n\
                   Referred-By: <sip:+358402222222@pbx>\r\nX-Talk-Time: soon\r\n";
    caller.call_refused(headers, "480").await;
    service.hang_up_and_stop().await;
    let told = told(&house).await;
    let (transferor, others): (Vec<_>, Vec<_>) =
        told.iter().partition(|told| told.starts_with("transferor="));
    assert_eq!(
        others,
        [
            "agent=4711 from User-to-User:agent",
            "caller= from From",
            "customer_segment=gold from X-Segment",
            "queue=sales from X-Queuename",
            "talk_time=95 from User-to-User:talk_time",
            "token=t0k3n from Request-URI",
        ]
    );
    assert!(
        transferor.len() == 1 && transferor[0].ends_with(" from Referred-By (hashed)"),
        "{transferor:?}"
    );
    let database = house.database().await;
    let wide: (String, i64, Option<String>) =
        sqlx::query_as("SELECT agent, talk_time_s, optin FROM v_agent_call")
            .fetch_one(&database)
            .await
            .unwrap();
    assert_eq!(wide, ("4711".to_owned(), 95, None));
    let everything: String =
        sqlx::query_scalar("SELECT concat_ws(' ', dialled, queue, context, caller_number) FROM call")
            .fetch_one(&database)
            .await
            .unwrap();
    assert!(
        everything.starts_with("two sales {"),
        "the token is no part of the number: {everything}"
    );
    assert!(
        !everything.contains("40222") && !everything.contains("40123"),
        "{everything}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_who_did_not_agree_is_thanked_and_takes_no_turn() {
    let house = House::new(&format!(
        "{EVERY}every = 2\n[results]\nbye_headers = {{ X-Result = \"{{disposition}}/{{reason}}\" }}\n"
    ));
    let service = house.start().await;
    for (number, optin) in ["no", "false", "yes", "0", "perhaps"].into_iter().enumerate() {
        let mut caller = Caller::new(service.address, &format!("optin-{number}")).await;
        caller.call(&format!("X-Survey-Optin: {optin}\r\n")).await;
        caller.prompt_begins().await;
        if optin == "perhaps" {
            caller.bye().await;
        } else {
            let bye = caller.hung_up().await;
            let expected = if optin == "yes" {
                "not_sampled/not_sampled"
            } else {
                "suppressed/not_opted_in"
            };
            assert_eq!(header(&bye, "X-Result"), expected);
        }
    }
    service.stop().await;
    let suppressed = || stored("suppressed", "suppressed", "not_opted_in", true, &[]);
    assert_eq!(
        house.stored().await,
        [
            suppressed(),
            suppressed(),
            stored("not_sampled", "not_sampled", "not_sampled", true, &[]),
            suppressed(),
            stored("sampled", "abandoned", "caller_hung_up", true, &[]),
        ],
        "a word that is neither yes nor no says nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pbx_chooses_the_survey_by_name_and_an_unknown_one_falls_back_and_is_noted() {
    let house = House::new(EVERY);
    std::fs::write(house.path("surveys/other.toml"), OTHER_SURVEY).unwrap();
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "known").await;
    caller.call("X-Survey: other\r\n").await;
    caller.prompt().await;
    caller.press('9').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    let mut caller = Caller::new(service.address, "unknown").await;
    caller.call("X-Survey: nowhere\r\n").await;
    caller.prompt().await;
    caller.press('9').await;
    caller.prompt_begins().await;
    caller.bye().await;
    service.stop().await;
    let database = house.database().await;
    let surveys: Vec<(String, String)> =
        sqlx::query_as("SELECT survey, disposition FROM call ORDER BY arrived_at")
            .fetch_all(&database)
            .await
            .unwrap();
    let text = |pair: (&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
    assert_eq!(surveys, [text(("other", "completed")), text(("two", "partial"))]);
    let told = told(&house).await;
    assert!(
        told.contains(&"survey=other from X-Survey".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"survey=nowhere from X-Survey (unknown)".to_owned()),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_back_in_our_bye_and_our_200() {
    let house = House::new(&format!(
        "{EVERY}[results.bye_headers]\nX-Survey-Result = \"{{disposition}};nps={{nps}};ces={{ces}}\"\n\
         X-All = \"{{answers}}\"\nX-Original = \"{{original_call_id}}\"\nX-Nothing = \"{{token}}\"\n\
         [results.answer_headers]\nX-Survey-Call = \"{{call}}\"\nX-Language = \"{{language}}/{{survey}}\"\n"
    ));
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "results").await;
    caller.invite("X-Call-Id: 77;nps=10%0d%0aX-Evil: 1\r\n").await;
    let ok = caller.answered_whole().await;
    assert_eq!(header(&ok, "X-Survey-Call").len(), 26);
    assert_eq!(header(&ok, "X-Language"), "en/two");
    caller.ack().await;
    for key in ['9', '4'] {
        caller.prompt().await;
        caller.press(key).await;
    }
    caller.prompt_begins().await;
    let bye = caller.hung_up().await;
    assert_eq!(header(&bye, "X-Survey-Result"), "completed;nps=9;ces=4");
    assert_eq!(header(&bye, "X-All"), "nps=9;ces=4");
    assert_eq!(
        header(&bye, "X-Original"),
        "77%3Bnps%3D10%20%20X-Evil:%201",
        "what the PBX sent is a value and nothing else"
    );
    assert!(
        !bye.contains("X-Nothing"),
        "a header without a value is not sent: {bye}"
    );
    assert!(header(&bye, "Reason").contains("Survey finished"), "{bye}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preset_of_a_platform_that_reads_our_bye_turns_results_on() {
    let house = House::new(&format!("{EVERY}[context]\npreset = \"five9\"\n"));
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "five9").await;
    caller.call("X-CallANI: +358401234567\r\n").await;
    caller.prompt().await;
    caller.press('2').await;
    let stopping = aftercall_runtime::lifecycle::spawn("stop", service.hang_up_and_stop());
    let bye = caller.hung_up().await;
    assert_eq!(header(&bye, "X-Survey-Result"), "partial");
    assert_eq!(header(&bye, "X-Survey-Answers"), "nps=2");
    super::soon("the stop", stopping).await.unwrap();
}

/// The faults of a configuration, with the surveys of a house.
fn faults(settings: &str) -> Vec<String> {
    let house = House::new(settings);
    let loaded = from_text(settings, "a.toml", Some(house.environment()));
    let (_, found) = LoadedContent::load(&loaded);
    loaded.faults.iter().chain(&found).map(Fault::to_string).collect()
}

#[test]
fn template_that_could_never_be_filled_is_told_at_its_line_with_the_mend() {
    let found = faults(&format!(
        "{EVERY}[results.bye_headers]\nX-A = \"{{nps}}\"\nX-B = \"{{npx}}\"\n\
         [results.answer_headers]\nX-C = \"{{disposition}}\"\nX-D = \"{{nps}}\"\n"
    ));
    assert_eq!(found.len(), 3, "{found:#?}");
    for (fault, start, words) in [
        (&found[0], "a.toml:6", ["`{npx}`", "ces, nps"]),
        (&found[1], "a.toml:8", ["not known before", "original_call_id"]),
        (&found[2], "a.toml:9", ["not known before", "call, survey"]),
    ] {
        assert!(
            fault.starts_with(start) && words.iter().all(|word| fault.contains(word)),
            "{fault}"
        );
    }
    let found = faults(&format!(
        "{EVERY}[results.bye_headers]\nVia = \"x\"\nX-B = \"{{nps\"\n"
    ));
    assert!(
        found
            .iter()
            .any(|fault| fault.starts_with("a.toml:6") && fault.contains("single `{`")),
        "{found:#?}"
    );
    assert!(
        found.iter().any(|fault| fault.contains("must begin with X-")),
        "{found:#?}"
    );
    let found = faults(&format!(
        "{EVERY}[context]\npreset = \"nortel\"\n[context.attributes]\nqueue = \"X-Q\"\n"
    ));
    assert!(
        found
            .iter()
            .any(|fault| fault.starts_with("a.toml:5") && fault.contains("choose from asterisk")),
        "{found:#?}"
    );
    assert!(
        found.iter().any(|fault| fault.contains("field of its own")),
        "{found:#?}"
    );
}
