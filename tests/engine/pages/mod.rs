//! The pages over a socket: who may see what, signing in, forms, TLS.

pub(crate) mod browser;
#[path = "../../delivery/certificates.rs"]
mod certificates;
mod explain;
mod figures;
mod forms;
mod hostile;
mod newcomer;
mod prompts;
mod scope;
mod shared;
mod sign_in;
#[path = "../../../crates/storage/tests/storage/support.rs"]
#[expect(dead_code, reason = "the tests of storage need more")]
mod support;
mod tls;
mod walk;

use aftercall::accounts::Role;

use crate::EVERY;
use crate::house::{House, Service};
use browser::Browser;

/// The password that every user of the tests chooses.
pub(crate) const OWN: &str = "a password of my own";

/// A running service, and its first admin signed in.
pub(crate) async fn office(settings: &str) -> (House, Service, Browser) {
    let house = House::new(&format!("{EVERY}{settings}"));
    let mut service = house.start().await;
    let given = service
        .engine
        .take_first_password()
        .expect("the database has no user");
    let mut admin = Browser::new(&service);
    admin.settle("admin", given.expose(), OWN).await;
    (house, service, admin)
}

/// A user of this role, signed in.
pub(crate) async fn user(service: &Service, admin: &mut Browser, name: &str, role: Role) -> Browser {
    let of = |wanted, value| if role == wanted { value } else { "" };
    let fields = [
        ("name", name),
        ("role", role.as_str()),
        ("teams", of(Role::TeamLeader, "red")),
        ("agent", of(Role::Agent, "anna")),
    ];
    admin.get("/users").await;
    let answer = admin.post("/users", &fields).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let password = answer.between("role=\"status\"", "</div>");
    let password = password
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let mut browser = Browser::new(service);
    browser.settle(name, password, OWN).await;
    browser
}
