//! What every back end promises of users. The tests know only the `AccountStore` trait.

use std::collections::BTreeSet;

use crate::support::{after, morning, open, stranger_with, uid};
use aftercall_storage::AccountStore;
use aftercall_storage::accounts::{
    AuditAction, AuditEvent, AuditQuery, MOST_SESSIONS, NewLink, NewSession, NewUser, Role, SavedView,
    TokenHash, UserChange, UserChangeResult, UserFound, UserName,
};

contract![
    user_is_read_back_as_added_and_a_name_is_taken_once,
    first_user_is_added_only_where_there_is_none,
    change_of_a_role_replaces_the_teams,
    last_admin_stays_an_admin_who_may_sign_in,
    password_change_ends_the_other_sessions_and_a_disabled_user_has_none,
    password_that_was_changed_meanwhile_begins_no_session_and_is_not_changed_over,
    session_is_found_by_its_token_and_the_oldest_beyond_the_limit_ends,
    session_that_was_used_keeps_the_later_moment,
    audit_log_is_read_backwards_by_user_call_and_place,
    link_holds_until_it_ends_or_is_taken_back_by_its_maker,
    view_is_replaced_by_its_name_and_removed_by_its_owner_only,
    old_events_sessions_and_links_are_pruned_and_others_stay,
];

fn name(text: &str) -> UserName {
    text.parse().unwrap()
}

fn new(text: &str, role: Role) -> NewUser {
    NewUser {
        name: name(text),
        display_name: format!("{text} Ä. <b>"),
        role,
        teams: match role {
            Role::TeamLeader => ["sales".to_owned(), "ä\"'".to_owned()].into(),
            _ => BTreeSet::new(),
        },
        agent: (role == Role::Agent).then(|| "4711".to_owned()),
        password_hash: Some(format!("hash of {text}")),
        must_change_password: true,
        created_at: morning(),
    }
}

async fn add(store: &impl AccountStore, text: &str, role: Role) -> UserFound {
    store.add_user(&new(text, role)).await.unwrap().unwrap();
    store.user(&name(text)).await.unwrap().unwrap()
}

async fn begin(store: &impl AccountStore, user: u64, token: &str, seconds: i64) -> u64 {
    let users = store.users().await.unwrap();
    let user_found = users.iter().find(|found| found.id == user).unwrap();
    let session = NewSession {
        token: TokenHash::of(token),
        user,
        password_hash: user_found.password_hash.clone().unwrap(),
        user_agent: "a browser".to_owned(),
        created_at: after(seconds),
        expires_at: after(seconds + 3_600),
    };
    assert!(store.begin_session(&session).await.unwrap());
    let (found, _) = store.session(&TokenHash::of(token)).await.unwrap().unwrap();
    found.id
}

async fn user_is_read_back_as_added_and_a_name_is_taken_once(store: impl AccountStore) {
    for role in Role::ALL {
        let added = new(role.as_str(), *role);
        let id = store.add_user(&added).await.unwrap();
        let found = store.user(&added.name).await.unwrap().unwrap();
        assert_eq!(id, Some(found.id));
        assert_eq!(
            (
                &found.name,
                &found.display_name,
                found.role,
                &found.teams,
                &found.agent
            ),
            (
                &added.name,
                &added.display_name,
                added.role,
                &added.teams,
                &added.agent
            )
        );
        assert_eq!(found.password_hash, added.password_hash);
        assert_eq!((found.must_change_password, found.is_disabled), (true, false));
        assert_eq!((found.created_at, found.last_sign_in_at), (morning(), None));
    }
    assert_eq!(store.add_user(&new("admin", Role::Agent)).await.unwrap(), None);
    assert_eq!(store.user(&name("nobody")).await.unwrap(), None);
    let names: Vec<String> = store
        .users()
        .await
        .unwrap()
        .iter()
        .map(|user| user.name.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "admin",
            "agent",
            "analyst",
            "listener",
            "supervisor",
            "team_leader"
        ]
    );
}

async fn first_user_is_added_only_where_there_is_none(store: impl AccountStore) {
    assert!(store.add_first_user(&new("admin", Role::Admin)).await.unwrap());
    assert!(!store.add_first_user(&new("other", Role::Admin)).await.unwrap());
    assert_eq!(store.users().await.unwrap().len(), 1);
}

async fn change_of_a_role_replaces_the_teams(store: impl AccountStore) {
    let user = add(&store, "anna", Role::TeamLeader).await;
    let change = UserChange::Role {
        role: Role::TeamLeader,
        teams: ["support".to_owned()].into(),
        agent: None,
    };
    assert_eq!(
        store.change_user(user.id, &change).await.unwrap(),
        UserChangeResult::Done
    );
    let found = store.user(&user.name).await.unwrap().unwrap();
    assert_eq!(found.teams, BTreeSet::from(["support".to_owned()]));
    let change = UserChange::Role {
        role: Role::Agent,
        teams: BTreeSet::new(),
        agent: Some("4712".to_owned()),
    };
    assert_eq!(
        store.change_user(user.id, &change).await.unwrap(),
        UserChangeResult::Done
    );
    let found = store.user(&user.name).await.unwrap().unwrap();
    assert_eq!((found.role, found.teams.len()), (Role::Agent, 0));
    assert_eq!(found.agent.as_deref(), Some("4712"));
    assert_eq!(
        store.change_user(999, &change).await.unwrap(),
        UserChangeResult::Unknown
    );
}

async fn last_admin_stays_an_admin_who_may_sign_in(store: impl AccountStore) {
    let first = add(&store, "first", Role::Admin).await;
    let second = add(&store, "second", Role::Admin).await;
    let demotion = UserChange::Role {
        role: Role::Supervisor,
        teams: BTreeSet::new(),
        agent: None,
    };
    let disabled = UserChange::Disabled(true);
    assert_eq!(
        store.change_user(second.id, &disabled).await.unwrap(),
        UserChangeResult::Done
    );
    for change in [&demotion, &disabled] {
        let result = store.change_user(first.id, change).await.unwrap();
        assert_eq!(result, UserChangeResult::LastAdmin, "{change:?}");
        let found = store.user(&first.name).await.unwrap().unwrap();
        assert_eq!((found.role, found.is_disabled), (Role::Admin, false));
    }
    let enabled = UserChange::Disabled(false);
    assert_eq!(
        store.change_user(second.id, &enabled).await.unwrap(),
        UserChangeResult::Done
    );
    assert_eq!(
        store.change_user(first.id, &demotion).await.unwrap(),
        UserChangeResult::Done
    );
}

async fn password_change_ends_the_other_sessions_and_a_disabled_user_has_none(store: impl AccountStore) {
    add(&store, "admin", Role::Admin).await;
    let user = add(&store, "anna", Role::Supervisor).await;
    let own = begin(&store, user.id, "own", 0).await;
    begin(&store, user.id, "other", 1).await;
    let change = UserChange::Password {
        hash: "another".to_owned(),
        must_change: false,
        but: Some(own),
        instead_of: None,
    };
    store.change_user(user.id, &change).await.unwrap();
    let sessions = store.sessions(user.id, after(2)).await.unwrap();
    assert_eq!(
        sessions.iter().map(|session| session.id).collect::<Vec<_>>(),
        [own]
    );
    let found = store.user(&user.name).await.unwrap().unwrap();
    assert_eq!(found.password_hash.as_deref(), Some("another"));
    assert!(!found.must_change_password);
    store
        .change_user(user.id, &UserChange::Disabled(true))
        .await
        .unwrap();
    assert_eq!(store.session(&TokenHash::of("own")).await.unwrap(), None);
}

async fn password_that_was_changed_meanwhile_begins_no_session_and_is_not_changed_over(
    store: impl AccountStore,
) {
    add(&store, "admin", Role::Admin).await;
    let user = add(&store, "anna", Role::Supervisor).await;
    let known = user.password_hash.clone().unwrap();
    let changed = |hash: &str, instead_of: Option<&str>| UserChange::Password {
        hash: hash.to_owned(),
        must_change: false,
        but: None,
        instead_of: instead_of.map(str::to_owned),
    };
    let session = |hash: &str, token: &str| NewSession {
        token: TokenHash::of(token),
        user: user.id,
        password_hash: hash.to_owned(),
        user_agent: String::new(),
        created_at: after(0),
        expires_at: after(3_600),
    };
    assert!(store.begin_session(&session(&known, "before")).await.unwrap());
    let reset = changed("reset", None);
    assert_eq!(
        store.change_user(user.id, &reset).await.unwrap(),
        UserChangeResult::Done
    );
    // Both were compared with the former password before.
    assert!(!store.begin_session(&session(&known, "late")).await.unwrap());
    assert_eq!(store.session(&TokenHash::of("late")).await.unwrap(), None);
    let late = changed("late", Some(&known));
    assert_eq!(
        store.change_user(user.id, &late).await.unwrap(),
        UserChangeResult::Unknown
    );
    let found = store.user(&user.name).await.unwrap().unwrap();
    assert_eq!(found.password_hash.as_deref(), Some("reset"));
    let disabled = UserChange::Disabled(true);
    store.change_user(user.id, &disabled).await.unwrap();
    assert!(!store.begin_session(&session("reset", "disabled")).await.unwrap());
}

async fn session_is_found_by_its_token_and_the_oldest_beyond_the_limit_ends(store: impl AccountStore) {
    let user = add(&store, "anna", Role::Admin).await;
    for number in 0..=i64::from(MOST_SESSIONS) {
        begin(&store, user.id, &number.to_string(), number).await;
    }
    assert_eq!(store.session(&TokenHash::of("0")).await.unwrap(), None);
    let (session, found) = store.session(&TokenHash::of("1")).await.unwrap().unwrap();
    assert_eq!((session.created_at, session.last_used_at), (after(1), after(1)));
    assert_eq!(session.expires_at, after(3_601));
    assert_eq!(found.last_sign_in_at, Some(after(i64::from(MOST_SESSIONS))));
    store.end_session(session.id).await.unwrap();
    assert_eq!(store.session(&TokenHash::of("1")).await.unwrap(), None);
    assert_eq!(
        store.end_sessions(user.id, None).await.unwrap(),
        u64::from(MOST_SESSIONS) - 1
    );
}

async fn session_that_was_used_keeps_the_later_moment(store: impl AccountStore) {
    let user = add(&store, "anna", Role::Admin).await;
    let session = begin(&store, user.id, "token", 0).await;
    for (seconds, expected) in [(60, 60), (30, 60), (90, 90)] {
        store.use_session(session, after(seconds)).await.unwrap();
        let (found, _) = store.session(&TokenHash::of("token")).await.unwrap().unwrap();
        assert_eq!(found.last_used_at, after(expected));
    }
    assert_eq!(store.sessions(user.id, after(3_600)).await.unwrap(), []);
}

fn event(seconds: i64, user: &str, call: Option<u64>) -> AuditEvent {
    AuditEvent {
        occurred_at: after(seconds),
        user_name: user.to_owned(),
        action: AuditAction::CommentHeard,
        call: call.map(uid),
        subject: "why".to_owned(),
        address: "192.0.2.1".to_owned(),
    }
}

async fn audit_log_is_read_backwards_by_user_call_and_place(store: impl AccountStore) {
    let events = [
        event(1, "anna", Some(1)),
        event(2, "ben", Some(1)),
        event(3, "anna", None),
    ];
    store.audit(&events).await.unwrap();
    store.audit(&[]).await.unwrap();
    let all = AuditQuery {
        limit: 10,
        ..AuditQuery::default()
    };
    let found = store.audit_events(&all).await.unwrap();
    let read: Vec<AuditEvent> = found.iter().rev().map(|found| found.event.clone()).collect();
    assert_eq!(read, events);
    let of = async |query: AuditQuery| {
        let found = store.audit_events(&query).await.unwrap();
        found
            .iter()
            .map(|found| found.event.occurred_at)
            .collect::<Vec<_>>()
    };
    let anna = Some("anna".to_owned());
    assert_eq!(
        of(AuditQuery {
            user_name: anna.clone(),
            ..all.clone()
        })
        .await,
        [after(3), after(1)]
    );
    assert_eq!(
        of(AuditQuery {
            call: Some(uid(1)),
            ..all.clone()
        })
        .await,
        [after(2), after(1)]
    );
    let before = Some(found[1].id);
    assert_eq!(
        of(AuditQuery {
            before,
            ..all.clone()
        })
        .await,
        [after(1)]
    );
    assert_eq!(of(AuditQuery { limit: 1, ..all }).await, [after(3)]);
}

async fn link_holds_until_it_ends_or_is_taken_back_by_its_maker(store: impl AccountStore) {
    let user = add(&store, "anna", Role::Supervisor).await;
    let link = NewLink {
        token: TokenHash::of("link"),
        user: user.id,
        address: "/report?queue=sales".to_owned(),
        shows_comments: true,
        shows_callers: false,
        created_at: morning(),
        expires_at: after(100),
    };
    let id = store.add_link(&link).await.unwrap();
    let (found, maker) = store.link(&TokenHash::of("link")).await.unwrap().unwrap();
    assert_eq!(
        (found.id, &found.address, &maker.name),
        (id, &link.address, &user.name)
    );
    assert_eq!((found.shows_comments, found.shows_callers), (true, false));
    assert!(found.holds(after(99)) && !found.holds(after(100)));
    store.open_link(id, after(5)).await.unwrap();
    assert!(!store.revoke_link(id, Some(user.id + 1), after(6)).await.unwrap());
    assert!(
        !store.revoke_link(id, None, after(100)).await.unwrap(),
        "it has ended by itself"
    );
    assert!(store.revoke_link(id, Some(user.id), after(6)).await.unwrap());
    assert!(!store.revoke_link(id, None, after(7)).await.unwrap());
    let (found, of) = store.links(Some(user.id)).await.unwrap().remove(0);
    assert_eq!(
        (found.last_opened_at, found.revoked_at),
        (Some(after(5)), Some(after(6)))
    );
    assert!(!found.holds(after(8)) && of == user.name);
    assert!(store.links(Some(user.id + 1)).await.unwrap().is_empty());
    assert_eq!(store.links(None).await.unwrap().len(), 1);
    assert_eq!(store.link(&TokenHash::of("other")).await.unwrap(), None);
}

async fn view_is_replaced_by_its_name_and_removed_by_its_owner_only(store: impl AccountStore) {
    let user = add(&store, "anna", Role::Supervisor).await.id;
    let view = |name: String, address: &str| SavedView {
        user,
        name,
        address: address.to_owned(),
        created_at: morning(),
    };
    for number in 0..SavedView::MOST {
        assert!(store.save_view(&view(format!("{number:03}"), "/")).await.unwrap());
    }
    assert!(!store.save_view(&view("one more".to_owned(), "/")).await.unwrap());
    assert!(store.save_view(&view("000".to_owned(), "/calls")).await.unwrap());
    let first = store.views(user).await.unwrap().remove(0);
    assert_eq!((first.name.as_str(), first.address.as_str()), ("000", "/calls"));
    assert!(!store.remove_view(first.id, user + 1).await.unwrap());
    assert!(store.remove_view(first.id, user).await.unwrap());
    assert_eq!(store.views(user).await.unwrap().len(), 199);
}

async fn old_events_sessions_and_links_are_pruned_and_others_stay(store: impl AccountStore) {
    let user = add(&store, "anna", Role::Admin).await.id;
    store
        .audit(&[event(0, "anna", None), event(10, "anna", None)])
        .await
        .unwrap();
    begin(&store, user, "old", -3_600).await;
    begin(&store, user, "new", 0).await;
    for (token, end) in [("old", 5), ("new", 1_000)] {
        let link = NewLink {
            token: TokenHash::of(token),
            user,
            address: "/".to_owned(),
            shows_comments: false,
            shows_callers: false,
            created_at: morning(),
            expires_at: after(end),
        };
        store.add_link(&link).await.unwrap();
    }
    assert_eq!(store.prune_accounts(after(10), after(10)).await.unwrap(), 1);
    let query = AuditQuery {
        limit: 10,
        ..AuditQuery::default()
    };
    assert_eq!(store.audit_events(&query).await.unwrap().len(), 1);
    for (token, is_there) in [("old", false), ("new", true)] {
        let token = TokenHash::of(token);
        assert_eq!(store.session(&token).await.unwrap().is_some(), is_there);
        assert_eq!(store.link(&token).await.unwrap().is_some(), is_there);
    }
}

#[tokio::test]
async fn events_of_the_audit_log_cannot_be_changed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let store = open(&path).await;
    store.audit(&[event(0, "anna", None)]).await.unwrap();
    let pool = stranger_with(&path, "SELECT 1").await;
    let changed = sqlx::query("UPDATE audit_event SET user_name = 'ben'")
        .execute(&pool)
        .await;
    let error = changed.unwrap_err().to_string();
    assert!(error.contains("are not changed"), "{error}");
}

#[tokio::test]
async fn tokens_and_passwords_are_shown_by_no_debug_text() {
    let shown = format!("{:?} {:?}", TokenHash::of("token"), new("anna", Role::Admin));
    assert_eq!(shown, "TokenHash NewUser(anna, admin)");
}
