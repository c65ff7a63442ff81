//! Forms from elsewhere, and what is no form.

use super::office;

#[tokio::test]
async fn form_of_another_site_or_another_user_changes_nothing() {
    let (_house, service, mut admin) = office("").await;
    let own = format!("http://{}", service.engine.http_address());
    let page = admin.get("/users").await;
    let token = page.between("name=\"form_token\" value=\"", "\"").to_owned();
    let token = token.as_str();
    for (headers, sent, expected) in [
        (&[("Origin", "http://example.com")][..], token, 403),
        (&[("Origin", "null")], token, 403),
        (&[], token, 403),
        (
            &[("Sec-Fetch-Site", "cross-site"), ("Origin", own.as_str())],
            token,
            403,
        ),
        (&[("Origin", own.as_str())], "", 403),
        (&[("Origin", own.as_str())], "another", 403),
        (&[("Sec-Fetch-Site", "same-origin")], token, 200),
        (&[("Origin", own.as_str())], token, 200),
    ] {
        let fields = [("form_token", sent)];
        let answer = admin.post_as_is("/users/admin/enable", headers, &fields).await;
        assert_eq!(answer.status, expected, "{headers:?} {sent}");
    }
    let answer = admin
        .post_as_is("/sign-in", &[("Origin", "http://example.com")], &[])
        .await;
    assert_eq!(answer.status, 403, "nobody is signed in by another site");
    service.stop().await;
}

#[tokio::test]
async fn what_is_no_form_of_a_browser_is_refused() {
    let (_house, service, mut admin) = office("").await;
    let own = format!("http://{}", service.engine.http_address());
    let origin = ("Origin", own.as_str());
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let large = format!("a={}", "x".repeat(16 * 1024));
    for (headers, body, expected) in [
        (&[origin, ("Content-Type", "application/json")][..], "{}", 415),
        (&[origin], "a=b", 415),
        (&[origin, form], "a=%", 400),
        (&[origin, form], "a=%ff", 400),
        (&[origin, form], large.as_str(), 413),
    ] {
        let answer = admin.send("POST", "/users", headers, body).await;
        assert_eq!(answer.status, expected, "{}", &body[..body.len().min(20)]);
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        assert_eq!(
            admin.send(method, "/users", &[origin, form], "").await.status,
            405,
            "{method}"
        );
    }
    service.stop().await;
}
