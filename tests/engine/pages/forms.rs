//! Forms from elsewhere, and what is no form.

use super::{office, user};
use aftercall::accounts::Role;

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

#[tokio::test]
async fn refused_form_comes_back_as_it_was_typed_with_its_field_named() {
    let (_house, service, mut admin) = office("").await;
    admin.get("/users").await;
    let typed = [
        ("name", "anna k"),
        ("display_name", "Anna <K>"),
        ("role", "team_leader"),
        ("teams", "red\nblue"),
        ("agent", "4711"),
    ];
    let answer = admin.post("/users", &typed).await;
    assert_eq!(answer.status, 400);
    let form = answer.between("action=\"/users\"", "</form>").to_owned();
    for kept in [
        "value=\"anna k\" required",
        "value=\"Anna &lt;K&gt;\"",
        "<option value=\"team_leader\" selected>",
        ">red\nblue</textarea>",
        "value=\"4711\"",
    ] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    assert_eq!(
        form.matches("aria-invalid=\"true\" aria-describedby=\"refused\"")
            .count(),
        1,
        "{form}"
    );
    let said = answer.between("id=\"refused\"", "</p>");
    assert!(said.contains("User name:") && said.contains("1 to 64"), "{said}");

    let mut lena = user(&service, &mut admin, "lena", Role::Supervisor).await;
    admin.get("/users").await;
    let answer = admin
        .post("/users/lena/role", &[("role", "team_leader"), ("agent", "x1")])
        .await;
    assert_eq!(answer.status, 400);
    let changed = answer.between("<details open>", "</details>");
    assert!(
        changed.contains("/users/lena/role") && changed.contains("value=\"x1\""),
        "{changed}"
    );
    assert!(
        !answer.between("action=\"/users\"", "</form>").contains("x1"),
        "the other form is empty"
    );

    lena.get("/account").await;
    let passwords = [
        ("present", "wrong and secret"),
        ("new", "another long one"),
        ("again", "another long one"),
    ];
    let answer = lena.post("/account/password", &passwords).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer
            .between("id=\"refused\"", "</p>")
            .contains("Present password:"),
        "{}",
        answer.body
    );
    for (_, password) in passwords {
        assert!(!answer.body.contains(password), "no password comes back");
    }

    lena.get("/views").await;
    let long = "x".repeat(101);
    let answer = lena
        .post(
            "/views",
            &[("name", long.as_str()), ("address", "/report?queue=a")],
        )
        .await;
    assert_eq!(answer.status, 400);
    let form = answer.between("action=\"/views\"", "</form>");
    assert!(
        form.contains(&long) && form.contains("value=\"/report?queue=a\""),
        "{form}"
    );
    let link = [
        ("address", "/calls?period=today"),
        ("days", "999"),
        ("comments", "yes"),
    ];
    let answer = lena.post("/share", &link).await;
    assert_eq!(answer.status, 400);
    let form = answer.between("action=\"/share\"", "</form>");
    for kept in [
        "value=\"/calls?period=today\"",
        "value=\"999\"",
        "value=\"yes\" checked",
    ] {
        assert!(form.contains(kept), "{kept}: {form}");
    }

    let answer = admin.get("/sampling?change=0&half_width=5").await;
    assert_eq!(answer.status, 400);
    let plan = answer.between("id=\"plan\"", "</section>");
    assert!(
        plan.contains("id=\"refused\"")
            && plan.contains("name=\"half_width\" min=\"0.1\" max=\"200\" step=\"any\" value=\"5\""),
        "{plan}"
    );
    let answer = admin.get("/audit?user=lena&call=none").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("value=\"none\"") && answer.body.contains("value=\"lena\""));
    service.stop().await;
}
