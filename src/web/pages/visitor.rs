//! Who asks for a page.

use std::net::IpAddr;

use super::origin::Client;
use super::routes::places;
use super::seal::SharedPage;
use crate::accounts::{Principal, Scope};
use crate::browse::{Browse, Selection};
use aftercall_pages::comments::AudioAddresses;
use aftercall_pages::shell::{Place, Reader};

/// Who asks for a page, and where the navigation may lead them. Made by the guard.
#[derive(Debug, Clone)]
pub(in crate::web) struct Visitor {
    /// Who is signed in.
    pub(super) reader: Option<Reader>,
    /// The pages that they may see.
    pub(super) places: Vec<Place>,
    /// Whose calls they may see, whatever the address asks for.
    pub(super) scope: Scope,
    /// The browser.
    client: Option<Client>,
    principal: Option<Principal>,
    /// The link by which they came.
    shared: Option<SharedPage>,
}

impl Visitor {
    /// Somebody known, or nobody.
    pub(super) fn new(principal: Option<Principal>, client: Client) -> Self {
        let account = principal.as_ref().filter(|who| who.has_account());
        Self {
            reader: account.map(|who| Reader {
                name: who.display_name().to_owned(),
                form_token: who.form_token().to_owned(),
            }),
            places: account.map_or_else(Vec::new, |who| places(Some(who))),
            scope: principal.as_ref().map_or_else(no_call, Principal::scope),
            client: Some(client),
            principal,
            shared: None,
        }
    }

    /// The same, who came by a link.
    pub(super) fn by(self, shared: Option<SharedPage>) -> Self {
        Self { shared, ..self }
    }

    /// Somebody whom no guard has let in: nothing is for them.
    pub(super) fn nobody() -> Self {
        Self {
            reader: None,
            places: Vec::new(),
            scope: no_call(),
            client: None,
            principal: None,
            shared: None,
        }
    }

    /// Where comments are played to them, if they came by a link.
    pub(super) fn shared(&self) -> Option<&dyn AudioAddresses> {
        self.shared
            .as_ref()
            .map(|shared| -> &dyn AudioAddresses { shared })
    }

    /// Somebody known.
    pub(super) const fn principal(&self) -> Option<&Principal> {
        self.principal.as_ref()
    }

    /// The calls that they may see.
    pub(super) fn within(&self) -> Selection {
        Browse::within(&self.scope)
    }

    /// The network address of the browser.
    pub(super) fn address(&self) -> IpAddr {
        let nowhere = IpAddr::from([0, 0, 0, 0]);
        self.client.as_ref().map_or(nowhere, |client| client.address)
    }

    /// Whether the way to the browser is protected by TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.is_secure)
    }
}

fn no_call() -> Scope {
    Scope::Teams([].into())
}
