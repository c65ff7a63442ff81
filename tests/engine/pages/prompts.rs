//! Prompts on the page of their survey: those that callers hear, and no other file.

use super::{office, user};
use aftercall::accounts::Role;

/// 300 ms at 16 kHz with the header of a WAV file.
const OCTETS: u64 = 44 + 2 * 4_800;

#[tokio::test(flavor = "multi_thread")]
async fn prompts_of_a_survey_are_played_from_its_page() {
    let (house, service, mut admin) = office("").await;
    std::fs::write(
        house.path("prompts/manifest.toml"),
        "[[prompt]]\nname = \"thanks\"\nlanguage = \"en\"\ntext = \"Thank you & <goodbye>.\"\n",
    )
    .unwrap();
    let page = admin.get("/surveys/said").await;
    assert_eq!(page.status, 200);
    let sources: Vec<&str> = page
        .body
        .split("src=\"/surveys/said/prompts/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(
        sources,
        [
            "en/nps",
            "en/no_input",
            "en/nps_retry",
            "en/no_match",
            "en/comment",
            "en/thanks",
            "en/declined",
            "en/sorry_error"
        ],
        "in the order of a call"
    );
    assert!(
        page.body.contains("preload=\"none\""),
        "nothing is loaded unasked"
    );
    for text in ["How likely?", "Why?", "Thank you &amp; &lt;goodbye&gt;."] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    // A file at 8 kHz is played as all are: WAV at 16 kHz.
    for source in &sources {
        let whole = admin.get(&format!("/surveys/said/prompts/{source}")).await;
        assert_eq!(whole.status, 200, "{source}");
        assert_eq!(whole.header("content-type"), Some("audio/wav"), "{source}");
        assert_eq!(
            whole.header("content-length"),
            Some(OCTETS.to_string().as_str()),
            "{source}"
        );
        assert_eq!(whole.header("accept-ranges"), Some("bytes"), "{source}");
    }
    let path = "/surveys/said/prompts/en/nps";
    let part = admin.get_with(path, &[("Range", "bytes=0-43")]).await;
    assert_eq!((part.status, part.header("content-length")), (206, Some("44")));
    assert_eq!(
        part.header("content-range"),
        Some(format!("bytes 0-43/{OCTETS}").as_str())
    );
    assert!(part.body.starts_with("RIFF"), "{:?}", part.body);
    let end = admin.get_with(path, &[("Range", "bytes=-2")]).await;
    assert_eq!((end.status, end.header("content-length")), (206, Some("2")));
    assert_eq!(
        admin.get_with(path, &[("Range", "bytes=99999-")]).await.status,
        416
    );
    let etag = part.header("etag").unwrap().to_owned();
    assert_eq!(
        admin.get_with(path, &[("If-None-Match", &etag)]).await.status,
        304
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_survey_does_not_play_is_not_there() {
    let (house, service, mut admin) = office("").await;
    std::fs::write(house.path("prompts/secret.wav"), "RIFF").unwrap();
    let outside = house.path("db").display().to_string().replace('/', "%2F");
    for path in [
        // Of another survey, of a language that it has not, of no survey.
        "said/prompts/en/ces",
        "said/prompts/fi/nps",
        "other/prompts/en/nps",
        "said/prompts/en/goodbye_not_surveyed",
        // Paths.
        "said/prompts/en/..%2Fsecret",
        "said/prompts/en/..%2Fsecret.wav",
        "said/prompts/..%2Fprompts%2Fen/nps",
        "said/prompts/en%2F..%2Fen/nps",
        "said/prompts/en/nps.wav",
        "said/prompts/en/.%2Fnps",
        "said/prompts/en/nps%00",
        "..%2Fsurveys%2Fsaid/prompts/en/nps",
        "said/prompts/en/NPS",
        "said/prompts/en/%ff",
        &format!("said/prompts/en/{outside}"),
    ] {
        let answer = admin.get(&format!("/surveys/{path}")).await;
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("RIFF"), "{path}");
    }
    let mut agent = user(&service, &mut admin, "agent", Role::Agent).await;
    assert_eq!(agent.get("/surveys/said/prompts/en/nps").await.status, 403);
    service.stop().await;
}
