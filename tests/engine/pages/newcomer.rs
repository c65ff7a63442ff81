//! What somebody meets who is new: a language of their own, and a service that no call has reached.

use super::browser::Browser;
use super::office;

#[tokio::test]
async fn language_is_chosen_before_and_after_signing_in_and_kept() {
    let (_house, service, mut admin) = office("").await;
    let greek = [("Accept-Language", "el")];
    let mut visitor = Browser::new(&service);
    let page = visitor.get_with("/sign-in?to=%2Freport", &greek).await;
    assert!(
        page.body.contains("<html lang=\"el\">"),
        "the language that the browser asks for"
    );
    let form = page.between("action=\"/language\"", "</form>");
    for (tag, name) in [
        ("en", "English"),
        ("fi", "Suomi"),
        ("pl", "Polski"),
        ("cs", "Čeština"),
        ("el", "Ελληνικά"),
    ] {
        assert!(
            form.contains(&format!("value=\"{tag}\" lang=\"{tag}\"")) && form.contains(name),
            "{form}"
        );
    }
    assert_eq!(form.matches("aria-pressed").count(), 1, "{form}");
    let back = form.split("name=\"back\" value=\"").nth(1).unwrap();
    let back = back.split('"').next().unwrap().to_owned();
    let chosen = visitor
        .post("/language", &[("language", "fi"), ("back", &back)])
        .await;
    assert_eq!((chosen.status, chosen.location()), (303, "/sign-in?to=%2Freport"));
    let page = visitor.get_with("/sign-in", &greek).await;
    assert!(
        page.body.contains("<html lang=\"fi\">"),
        "what was chosen is stronger"
    );

    admin.get("/account").await;
    let chosen = admin
        .post("/language", &[("language", "cs"), ("back", "/account")])
        .await;
    assert_eq!((chosen.status, chosen.location()), (303, "/account"));
    let page = admin.get_with("/account", &greek).await;
    assert!(page.body.contains("<html lang=\"cs\">") && page.body.contains("href=\"/account#language\""));
    for (language, back, expected) in [
        ("sv", "/", 400),
        ("", "/", 400),
        ("fi", "https://example.com", 303),
        ("fi", "//example.com", 303),
    ] {
        let answer = admin
            .post("/language", &[("language", language), ("back", back)])
            .await;
        assert_eq!(answer.status, expected, "{language} {back}");
        assert!(
            expected == 400 || answer.location() == "/",
            "nobody is sent to another site: {back}"
        );
    }
    let foreign = [("Origin", "http://example.com")];
    let answer = admin
        .post_as_is("/language", &foreign, &[("language", "pl")])
        .await;
    assert_eq!(answer.status, 403, "no other site chooses");
    service.stop().await;
}

#[tokio::test]
async fn service_without_calls_says_what_to_do_first() {
    let (_house, service, mut admin) = office("").await;
    let page = admin.get("/").await;
    let steps = page.between("id=\"first-steps\"", "</section>");
    for step in [
        "aftercall call <bdi>sip:",
        "sip.trusted",
        "aftercall demo",
        "href=\"/users\"",
        "href=\"/system\"",
    ] {
        assert!(steps.contains(step), "{step}: {steps}");
    }
    for list in ["/calls", "/comments", "/stream"] {
        let page = admin.get(list).await;
        assert!(
            page.body.contains("href=\"/#first-steps\""),
            "{list}: {}",
            page.body
        );
    }
    service.stop().await;
}

#[tokio::test]
async fn saved_page_stands_in_words_beside_its_name() {
    let (_house, service, mut admin) = office("").await;
    admin.get("/views").await;
    let address = "/calls?period=last-week&queue=%3Dsales&answer=low";
    let saved = admin
        .post("/views", &[("name", "Monday"), ("address", address)])
        .await;
    assert_eq!(saved.status, 303, "{saved:?}");
    let page = admin.get("/views").await;
    let shown = page.between(">Monday<", "</li>");
    assert!(
        shown.contains("Calls · Last week · Queue: sales · Low scores"),
        "{shown}"
    );
    service.stop().await;
}
