//! Links for those who cannot sign in, and pages that users save under a name.

use std::net::IpAddr;
use std::time::Duration;

use super::sign_in::later;
use super::{Accounts, Principal, Right, token};
use aftercall_storage::accounts::{
    AuditAction, LinkFound, NewLink, SavedView, SavedViewFound, TokenHash, UserName,
};
use aftercall_storage::{AccountStore, StoreError};

/// A link leads somewhere for so long at most.
const LONGEST_LIFE: Duration = Duration::from_secs(366 * 86_400);
/// Longest address of a page that is shared or saved.
const LONGEST_ADDRESS: usize = 4_000;
/// Longest name of a view, in characters.
const LONGEST_NAME: usize = 100;

/// Path and query of a page of this service that may be saved and shared, such as `/report?queue=sales`: nothing that a browser takes for another host
/// or another link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAddress(String);

impl PageAddress {
    /// Reads an address. `is_page`: whether a path is that of a page that may be shared, which the pages know.
    ///
    /// # Errors
    /// [`ShareError::Address`]: it is none.
    pub fn read(address: &str, is_page: impl FnOnce(&str) -> bool) -> Result<Self, ShareError> {
        let path = address.split_once('?').map_or(address, |(path, _)| path);
        let is_sound = address.len() <= LONGEST_ADDRESS
            && path.starts_with('/')
            && !path.starts_with("//")
            && address
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
        match is_sound && is_page(path) {
            true => Ok(Self(address.to_owned())),
            false => Err(ShareError::Address),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A link that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRequest {
    /// Path and query of the page.
    pub address: PageAddress,
    /// For how long it leads there.
    pub lifetime: Duration,
    /// Whether comments may be heard by it.
    pub shows_comments: bool,
    /// Whether callers' numbers are shown by it.
    pub shows_callers: bool,
}

/// A link that somebody opened.
#[derive(Debug, Clone)]
pub struct ShareLink {
    /// Path and query of the page.
    pub address: String,
    /// Who sees it: what its maker may, and no more than was ticked.
    pub principal: Principal,
}

/// Why a link or a view was not made.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The user may not share, or not what was ticked.
    #[error("may not be shared")]
    NotPermitted,
    /// It is no address of a page of this service.
    #[error("not the address of a page")]
    Address,
    /// The name is empty or too long.
    #[error("a name has 1 to {LONGEST_NAME} characters")]
    Name,
    /// It lasts no time, or more than a year.
    #[error("a link lasts a year at most")]
    Lifetime,
    /// The user has as many views as there may be.
    #[error("a user has at most {} views", SavedView::MOST)]
    TooMany,
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// Makes a link. Returns its token, which is kept nowhere.
    ///
    /// # Errors
    /// As [`ShareError`] says.
    pub async fn make_link(
        &self,
        who: &Principal,
        request: LinkRequest,
        from: IpAddr,
    ) -> Result<String, ShareError> {
        let may = who.may(Right::Share)
            && who.has_account()
            && (!request.shows_comments || who.may(Right::HearComments))
            && (!request.shows_callers || who.may(Right::SeeCallers));
        if !may {
            return Err(ShareError::NotPermitted);
        }
        if request.lifetime.is_zero() || request.lifetime > LONGEST_LIFE {
            return Err(ShareError::Lifetime);
        }
        let token = token::new(&mut self.rng());
        let created_at = self.now();
        let link = NewLink {
            token: TokenHash::of(&token),
            user: who.user_id(),
            address: request.address.0,
            shows_comments: request.shows_comments,
            shows_callers: request.shows_callers,
            created_at,
            expires_at: later(created_at, request.lifetime),
        };
        let id = self.0.store.add_link(&link).await?;
        let subject = format!("link {id}: {}", link.address);
        let event = self.event(who.in_audit(), AuditAction::LinkMade, &subject, Some(from));
        self.0.store.audit(&[event]).await?;
        Ok(token)
    }

    /// Where a link leads; `None` when it does not, any more or ever, or its maker may not share any more.
    ///
    /// # Errors
    /// The database cannot be read or written.
    pub async fn open_link(&self, text: &str, from: IpAddr) -> Result<Option<ShareLink>, StoreError> {
        let Some((link, principal)) = self.link(text).await? else {
            return Ok(None);
        };
        let event = self.event(
            principal.in_audit(),
            AuditAction::LinkOpened,
            &link.address,
            Some(from),
        );
        self.0.store.audit(&[event]).await?;
        self.0.store.open_link(link.id, self.now()).await?;
        Ok(Some(ShareLink {
            address: link.address,
            principal,
        }))
    }

    /// Who sees what belongs to the page of a link, such as the sound of its comments; `None` when the link does not lead there. The page was opened
    /// before, so this is no opening of its own.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn of_link(&self, text: &str) -> Result<Option<Principal>, StoreError> {
        Ok(self.link(text).await?.map(|(_, principal)| principal))
    }

    async fn link(&self, text: &str) -> Result<Option<(LinkFound, Principal)>, StoreError> {
        if !token::is_sound(text) {
            return Ok(None);
        }
        let Some((link, maker)) = self.0.store.link(&TokenHash::of(text)).await? else {
            return Ok(None);
        };
        if !link.holds(self.now()) || maker.is_disabled || !Right::Share.is_of(maker.role) {
            return Ok(None);
        }
        let principal = Principal::of_link(maker, link.id, link.shows_comments, link.shows_callers);
        Ok(Some((link, principal)))
    }

    /// The links of a user; an admin sees those of all.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn links(&self, who: &Principal) -> Result<Vec<(LinkFound, UserName)>, StoreError> {
        self.0.store.links(maker(who)).await
    }

    /// Takes a link back, which its maker and an admin may; `false` when there is none that holds.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn revoke_link(&self, who: &Principal, link: u64, from: IpAddr) -> Result<bool, StoreError> {
        if !self.0.store.revoke_link(link, maker(who), self.now()).await? {
            return Ok(false);
        }
        let subject = format!("link {link}");
        let event = self.event(who.in_audit(), AuditAction::LinkRevoked, &subject, Some(from));
        self.0.store.audit(&[event]).await?;
        Ok(true)
    }

    /// Saves a page under a name; one of the same name is replaced.
    ///
    /// # Errors
    /// As [`ShareError`] says.
    pub async fn save_view(
        &self,
        who: &Principal,
        name: &str,
        address: PageAddress,
    ) -> Result<(), ShareError> {
        let name = name.trim();
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
            return Err(ShareError::Name);
        }
        if !who.has_account() {
            return Err(ShareError::NotPermitted);
        }
        let view = SavedView {
            user: who.user_id(),
            name: name.to_owned(),
            address: address.0,
            created_at: self.now(),
        };
        match self.0.store.save_view(&view).await? {
            true => Ok(()),
            false => Err(ShareError::TooMany),
        }
    }

    /// The views of a user, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn views(&self, who: &Principal) -> Result<Vec<SavedViewFound>, StoreError> {
        self.0.store.views(who.user_id()).await
    }

    /// Removes a view of a user; `false` when there is none.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn remove_view(&self, who: &Principal, view: u64) -> Result<bool, StoreError> {
        self.0.store.remove_view(view, who.user_id()).await
    }
}

/// Whose links are meant: those of all for an admin.
fn maker(who: &Principal) -> Option<u64> {
    (!who.may(Right::ManageUsers)).then(|| who.user_id())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::PageAddress;

    proptest! {
        /// A browser takes `//`, `/\\` and what it drops (tab, line breaks) for the beginning of another host.
        #[test]
        fn address_that_is_shared_names_no_other_host(address in "/{0,2}[a-z/?#%@:.\\\\=& \t-]{0,40}|.{0,40}") {
            if PageAddress::read(&address, |_| true).is_ok() {
                let read: String = address.chars().filter(|letter| !letter.is_ascii_control()).collect();
                prop_assert!(read.starts_with('/') && !read[1..].starts_with(['/', '\\']), "{}", address);
            }
        }
    }

    #[test]
    fn address_is_sound_short_and_of_a_page() {
        let read = |address: &str| PageAddress::read(address, |path| path == "/report").is_ok();
        assert!(read("/report?queue=%C3%A4"));
        for address in [
            "/report#x",
            "/report?a b",
            "/report?a\r\nSet-Cookie: x",
            "/report?\\",
            "/other",
        ] {
            assert!(!read(address), "{address}");
        }
        assert!(!read(&format!("/report?{}", "a".repeat(4_000))));
    }
}
