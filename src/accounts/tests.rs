//! The service on a real database, with a clock that is set by hand.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{
    Accounts, AuditQuery, LinkRequest, ManageError, PageAddress, PasswordError, Principal, Right, Role,
    RoleRequest, SessionLimits, ShareError, SignInAttempt, SignInError, UserName, UserRequest, first_admin,
};
use aftercall_runtime::clock::Clock;
use aftercall_storage::{Access, AccountStore, Database, Scope};

const HOUR: i64 = 3_600;

#[derive(Debug)]
struct SetClock(Mutex<DateTime<Utc>>);

impl Clock for SetClock {
    fn utc(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

struct Office {
    accounts: Accounts,
    store: Database,
    clock: Arc<SetClock>,
    _directory: tempfile::TempDir,
}

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const OWN: &str = "a password of my own";

impl Office {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = aftercall_storage::open(&directory.path().join("db"), Access::Serve)
            .await
            .unwrap();
        let now = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
        let clock = Arc::new(SetClock(Mutex::new(now)));
        let limits = SessionLimits {
            idle: Duration::from_secs(12 * 3_600),
            lifetime: Duration::from_secs(48 * 3_600),
        };
        let accounts = Accounts::new(
            store.clone(),
            Arc::clone(&clock) as Arc<dyn Clock>,
            limits,
            StdRng::seed_from_u64(1),
        );
        Self {
            accounts,
            store,
            clock,
            _directory: directory,
        }
    }

    fn passes(&self, seconds: i64) {
        *self.clock.0.lock().unwrap() += TimeDelta::seconds(seconds);
    }

    async fn add(&self, name: &str, role: Role) -> String {
        let teams = (role == Role::TeamLeader).then(|| "sales".to_owned());
        let agent = (role == Role::Agent).then(|| "4711".to_owned());
        let request = UserRequest {
            name: user(name),
            display_name: String::new(),
            role: RoleRequest::new(role, teams, agent).unwrap(),
            is_of_proxy: false,
        };
        let added = self.accounts.add_user(request, None).await.unwrap();
        added.password.unwrap().expose().to_owned()
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<String, SignInError> {
        let attempt = SignInAttempt {
            name: name.to_owned(),
            password: password.to_owned(),
            address: HERE,
            user_agent: "a browser\n".to_owned(),
        };
        self.accounts.sign_in(attempt).await.map(|begun| begun.token)
    }

    async fn of(&self, token: &str) -> Option<Principal> {
        self.accounts.of_token(token).await.unwrap()
    }

    /// A user who has chosen a password and is signed in.
    async fn settled(&self, name: &str, role: Role) -> (String, Principal) {
        let given = self.add(name, role).await;
        let token = self.sign_in(name, &given).await.unwrap();
        let who = self.of(&token).await.unwrap();
        self.accounts
            .change_password(&who, &given, OWN, HERE)
            .await
            .unwrap();
        let who = self.of(&token).await.unwrap();
        (token, who)
    }

    async fn actions(&self) -> Vec<(String, &'static str)> {
        let query = AuditQuery {
            limit: 100,
            ..AuditQuery::default()
        };
        let found = self.accounts.audit_events(&query).await.unwrap();
        let events = found.into_iter().rev().map(|found| found.event);
        events
            .map(|event| (event.user_name, event.action.as_str()))
            .collect()
    }
}

fn page(address: &str) -> PageAddress {
    PageAddress::read(address, |_| true).unwrap()
}

fn user(name: &str) -> UserName {
    name.parse().unwrap()
}

#[tokio::test]
async fn first_admin_is_made_once_and_has_to_choose_a_password() {
    let office = Office::new().await;
    let mut rng = StdRng::seed_from_u64(2);
    let now = office.clock.utc();
    let password = first_admin(&office.store, now, &mut rng).await.unwrap().unwrap();
    assert!(first_admin(&office.store, now, &mut rng).await.unwrap().is_none());
    let token = office.sign_in("admin", password.expose()).await.unwrap();
    let who = office.of(&token).await.unwrap();
    assert!(who.must_change_password() && !who.may(Right::ManageUsers));
    office
        .accounts
        .change_password(&who, password.expose(), OWN, HERE)
        .await
        .unwrap();
    let who = office.of(&token).await.unwrap();
    assert!(!who.must_change_password() && who.may(Right::ManageUsers));
}

#[tokio::test]
async fn nobody_signs_in_without_the_password_and_no_reason_is_given() {
    let office = Office::new().await;
    let given = office.add("anna", Role::Supervisor).await;
    office.add("boss", Role::Admin).await;
    for (name, password) in [
        ("anna", "wrong"),
        ("nobody", given.as_str()),
        ("a b", "x"),
        ("", ""),
    ] {
        let refused = office.sign_in(name, password).await;
        assert!(matches!(refused, Err(SignInError::Refused)), "{name}");
    }
    let long = "x".repeat(1_000_000);
    assert!(matches!(
        office.sign_in("anna", &long).await,
        Err(SignInError::Refused)
    ));
    assert!(
        office.sign_in(" Anna ", &given).await.is_ok(),
        "as people write it"
    );
    office
        .accounts
        .set_disabled(&user("anna"), true, None)
        .await
        .unwrap();
    assert!(matches!(
        office.sign_in("anna", &given).await,
        Err(SignInError::Refused)
    ));
}

#[tokio::test]
async fn guessing_is_refused_without_looking_at_the_password() {
    let office = Office::new().await;
    let given = office.add("anna", Role::Supervisor).await;
    for _ in 0..6 {
        assert!(matches!(
            office.sign_in("anna", "wrong").await,
            Err(SignInError::Refused)
        ));
    }
    assert!(matches!(
        office.sign_in("anna", &given).await,
        Err(SignInError::Wait(_))
    ));
    office.accounts.reset_password(&user("anna"), None).await.unwrap();
    let again = office.sign_in("anna", &given).await;
    assert!(
        matches!(again, Err(SignInError::Refused)),
        "a new password ends the waiting, and the old one is none"
    );
}

#[tokio::test]
async fn password_that_another_process_has_set_ends_the_waiting() {
    let office = Office::new().await;
    office.add("anna", Role::Supervisor).await;
    for _ in 0..6 {
        office.sign_in("anna", "wrong").await.unwrap_err();
    }
    assert!(matches!(
        office.sign_in("anna", "wrong").await,
        Err(SignInError::Wait(_))
    ));
    // As `aftercall user reset` does it: on the same database, with a throttle of its own.
    let other = Accounts::new(
        office.store.clone(),
        Arc::clone(&office.clock) as Arc<dyn Clock>,
        office.accounts.0.limits,
        StdRng::seed_from_u64(3),
    );
    let given = other.reset_password(&user("anna"), None).await.unwrap();
    assert!(office.sign_in("anna", given.expose()).await.is_ok());
    for _ in 0..6 {
        assert!(matches!(
            office.sign_in("anna", "wrong").await,
            Err(SignInError::Refused)
        ));
    }
    assert!(
        matches!(
            office.sign_in("anna", given.expose()).await,
            Err(SignInError::Wait(_))
        ),
        "guessing at the new one costs as much"
    );
}

#[tokio::test]
async fn right_password_of_a_disabled_user_waits_like_a_wrong_one() {
    let office = Office::new().await;
    let given = office.add("anna", Role::Supervisor).await;
    office.add("boss", Role::Admin).await;
    office
        .accounts
        .set_disabled(&user("anna"), true, None)
        .await
        .unwrap();
    for _ in 0..6 {
        assert!(matches!(
            office.sign_in("anna", &given).await,
            Err(SignInError::Refused)
        ));
    }
    assert!(matches!(
        office.sign_in("anna", &given).await,
        Err(SignInError::Wait(_))
    ));
}

#[tokio::test]
async fn session_ends_when_it_is_not_used_and_when_it_is_old() {
    let office = Office::new().await;
    let (token, _) = office.settled("anna", Role::Supervisor).await;
    for _ in 0..4 {
        office.passes(11 * HOUR);
        assert!(office.of(&token).await.is_some(), "it is used");
    }
    office.passes(5 * HOUR);
    assert!(office.of(&token).await.is_none(), "48 hours are over");
    let token = office.sign_in("anna", OWN).await.unwrap();
    office.passes(12 * HOUR);
    assert!(office.of(&token).await.is_none(), "12 hours without use");
    for wrong in ["", "x", &token.to_uppercase(), "../../etc/passwd"] {
        assert!(office.of(wrong).await.is_none());
    }
}

#[tokio::test]
async fn every_sign_in_has_a_token_of_its_own_and_signing_out_ends_one_session() {
    let office = Office::new().await;
    let (first, who) = office.settled("anna", Role::Supervisor).await;
    let second = office.sign_in("anna", OWN).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(office.accounts.sessions(&who).await.unwrap().len(), 2);
    office.accounts.sign_out(&who, HERE).await.unwrap();
    assert!(office.of(&first).await.is_none() && office.of(&second).await.is_some());
    let who = office.of(&second).await.unwrap();
    let third = office.sign_in("anna", OWN).await.unwrap();
    office.accounts.end_other_sessions(&who).await.unwrap();
    assert!(office.of(&third).await.is_none() && office.of(&second).await.is_some());
}

#[tokio::test]
async fn password_is_changed_by_who_knows_the_present_one_and_other_sessions_end() {
    let office = Office::new().await;
    let (token, who) = office.settled("anna", Role::Supervisor).await;
    let other = office.sign_in("anna", OWN).await.unwrap();
    let change =
        async |present: &str, new: &str| office.accounts.change_password(&who, present, new, HERE).await;
    assert!(matches!(change(OWN, "short").await, Err(PasswordError::Fault(_))));
    assert!(matches!(change(OWN, OWN).await, Err(PasswordError::Same)));
    assert!(matches!(
        change("wrong", "another password").await,
        Err(PasswordError::Wrong)
    ));
    change(OWN, "another password").await.unwrap();
    assert!(office.of(&other).await.is_none() && office.of(&token).await.is_some());
    assert!(office.sign_in("anna", "another password").await.is_ok());
}

#[tokio::test]
async fn role_brings_its_scope_from_the_next_request_on() {
    let office = Office::new().await;
    office.add("boss", Role::Admin).await;
    let (token, who) = office.settled("anna", Role::TeamLeader).await;
    assert_eq!(who.scope(), Scope::Teams(["sales".to_owned()].into()));
    let role = RoleRequest::new(Role::Agent, [], Some(" 4712 ".to_owned())).unwrap();
    office.accounts.set_role(&user("anna"), role, None).await.unwrap();
    let who = office.of(&token).await.unwrap();
    assert_eq!(who.scope(), Scope::Agent("4712".to_owned()));
    assert!(!who.may(Right::HearComments));
    office
        .accounts
        .set_disabled(&user("anna"), true, None)
        .await
        .unwrap();
    assert!(office.of(&token).await.is_none());
}

#[test]
fn role_comes_with_what_belongs_to_it_and_nothing_else() {
    let new = |role, team: &str, agent: &str| {
        RoleRequest::new(role, [team.to_owned()], Some(agent.to_owned())).map(drop)
    };
    assert!(new(Role::TeamLeader, "sales", "").is_ok() && new(Role::Agent, "", "4711").is_ok());
    assert!(new(Role::Admin, "", "").is_ok());
    assert!(matches!(new(Role::TeamLeader, " ", ""), Err(ManageError::NoTeam)));
    assert!(matches!(new(Role::Agent, "", " "), Err(ManageError::NoAgent)));
    for (role, team, agent) in [
        (Role::Admin, "sales", ""),
        (Role::Analyst, "", "4711"),
        (Role::Agent, "sales", "4711"),
        (Role::TeamLeader, "sales", "4711"),
    ] {
        assert!(
            matches!(new(role, team, agent), Err(ManageError::NotOfRole)),
            "{role}"
        );
    }
    assert!(matches!(
        new(Role::TeamLeader, &"x".repeat(101), ""),
        Err(ManageError::TooLong)
    ));
}

#[tokio::test]
async fn last_admin_cannot_be_shut_out() {
    let office = Office::new().await;
    office.add("boss", Role::Admin).await;
    let disabled = office.accounts.set_disabled(&user("boss"), true, None).await;
    assert!(matches!(disabled, Err(ManageError::LastAdmin)));
    let unknown = office.accounts.set_disabled(&user("nobody"), true, None).await;
    assert!(matches!(unknown, Err(ManageError::Unknown)));
}

#[tokio::test]
async fn proxy_signs_in_users_that_are_known_and_enabled() {
    let office = Office::new().await;
    office.add("boss", Role::Admin).await;
    let request = UserRequest {
        name: user("anna@example.com"),
        display_name: "Anna".to_owned(),
        role: RoleRequest::new(Role::Supervisor, [], None).unwrap(),
        is_of_proxy: true,
    };
    assert!(
        office
            .accounts
            .add_user(request, None)
            .await
            .unwrap()
            .password
            .is_none()
    );
    let who = office
        .accounts
        .of_proxy("Anna@Example.com")
        .await
        .unwrap()
        .unwrap();
    assert!(who.may(Right::SeeFigures) && who.has_account() && !who.must_change_password());
    assert!(who.owns_form(who.form_token()));
    assert!(office.accounts.of_proxy("stranger").await.unwrap().is_none());
    assert!(office.accounts.of_proxy("a b\r\n").await.unwrap().is_none());
    let refused = office.sign_in("anna@example.com", "").await;
    assert!(
        matches!(refused, Err(SignInError::Refused)),
        "there is no password"
    );
    office
        .accounts
        .set_disabled(&user("anna@example.com"), true, None)
        .await
        .unwrap();
    assert!(
        office
            .accounts
            .of_proxy("anna@example.com")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn link_shows_one_page_until_it_ends_its_maker_leaves_or_it_is_taken_back() {
    let office = Office::new().await;
    office.add("boss", Role::Admin).await;
    let (_, who) = office.settled("anna", Role::TeamLeader).await;
    let request = LinkRequest {
        address: page("/report?team=other"),
        lifetime: Duration::from_secs(3_600),
        shows_comments: false,
        shows_callers: false,
    };
    let make = async |who: &Principal, request: &LinkRequest| {
        office.accounts.make_link(who, request.clone(), HERE).await
    };
    let token = make(&who, &request).await.unwrap();
    let link = office.accounts.open_link(&token, HERE).await.unwrap().unwrap();
    assert_eq!(link.address, request.address.as_str());
    assert_eq!(
        link.principal.scope(),
        who.scope(),
        "what its maker may see, whatever the address says"
    );
    assert!(!link.principal.has_account() && !link.principal.may(Right::HearComments));
    let (_, listener) = office.settled("lisa", Role::Listener).await;
    assert!(matches!(
        make(&listener, &request).await,
        Err(ShareError::NotPermitted)
    ));
    let (_, analyst) = office.settled("alex", Role::Analyst).await;
    let ticked = LinkRequest {
        shows_callers: true,
        ..request.clone()
    };
    assert!(matches!(
        make(&analyst, &ticked).await,
        Err(ShareError::NotPermitted)
    ));
    assert!(
        matches!(
            make(&link.principal, &request).await,
            Err(ShareError::NotPermitted)
        ),
        "a link makes no links"
    );
    let id = office.accounts.links(&who).await.unwrap()[0].0.id;
    assert!(
        !office.accounts.revoke_link(&analyst, id, HERE).await.unwrap(),
        "of somebody else"
    );
    assert!(office.accounts.revoke_link(&who, id, HERE).await.unwrap());
    assert!(office.accounts.open_link(&token, HERE).await.unwrap().is_none());
    let token = make(&who, &request).await.unwrap();
    office.passes(HOUR);
    assert!(
        office.accounts.open_link(&token, HERE).await.unwrap().is_none(),
        "it has ended"
    );
    let token = make(&who, &request).await.unwrap();
    office
        .accounts
        .set_disabled(&user("anna"), true, None)
        .await
        .unwrap();
    assert!(
        office.accounts.open_link(&token, HERE).await.unwrap().is_none(),
        "its maker has left"
    );
}

#[tokio::test]
async fn audit_log_says_who_came_and_who_changed_whom() {
    let office = Office::new().await;
    let (_, admin) = office.settled("boss", Role::Admin).await;
    office.sign_in("boss", "wrong").await.unwrap_err();
    let by = Some((&admin, HERE));
    office.accounts.reset_password(&user("boss"), by).await.unwrap();
    assert_eq!(
        office.actions().await,
        [
            ("command line", "user_added"),
            ("boss", "sign_in"),
            ("boss", "password_changed"),
            ("boss", "sign_in_refused"),
            ("boss", "user_changed"),
        ]
        .map(|(user, action)| (user.to_owned(), action))
    );
    let sessions = office
        .store
        .sessions(admin.user_id(), office.clock.utc())
        .await
        .unwrap();
    assert!(sessions.is_empty(), "a new password ends them");
}

#[tokio::test]
async fn view_is_saved_for_its_user() {
    let office = Office::new().await;
    let (_, anna) = office.settled("anna", Role::Admin).await;
    let (_, ben) = office.settled("ben", Role::Supervisor).await;
    office
        .accounts
        .save_view(&anna, " Sales ", page("/report?queue=sales"))
        .await
        .unwrap();
    for name in ["", " ", &"x".repeat(101)] {
        assert!(
            office.accounts.save_view(&anna, name, page("/")).await.is_err(),
            "{name}"
        );
    }
    let views = office.accounts.views(&anna).await.unwrap();
    assert_eq!(
        views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(),
        ["Sales"]
    );
    assert!(office.accounts.views(&ben).await.unwrap().is_empty());
    assert!(!office.accounts.remove_view(&ben, views[0].id).await.unwrap());
    assert!(office.accounts.remove_view(&anna, views[0].id).await.unwrap());
}
