//! Signing in.

use maud::{Markup, html};

use crate::address::Address;
use crate::language::choice;
use crate::shell::{Shell, page};

/// What is shown of an attempt to sign in.
#[derive(Debug, Clone, Default)]
pub struct SignIn<'s> {
    /// The name as it was written.
    pub name: &'s str,
    /// The page to go on to.
    pub to: &'s str,
    /// Why nobody was signed in, in the reader's language.
    pub refused: Option<&'s str>,
}

/// The page with the form.
pub fn sign_in_page(shell: &Shell<'_>, sign_in: &SignIn<'_>) -> Markup {
    let words = shell.words;
    let address = Address::default().with([("to", sign_in.to)]).at("/sign-in");
    let content = html! {
        div.narrow {
            @if let Some(refused) = sign_in.refused { p.note role="alert" { (refused) } }
            form.fields method="post" action="/sign-in" {
                input type="hidden" name="to" value=(sign_in.to);
                label {
                    span { (words.t("user-name")) }
                    input name="name" value=(sign_in.name) required autocomplete="username" autocapitalize="none" spellcheck="false"
                        autofocus[sign_in.name.is_empty()];
                }
                label {
                    span { (words.t("password")) }
                    input type="password" name="password" required autocomplete="current-password"
                        autofocus[!sign_in.name.is_empty()];
                }
                button type="submit" { (words.t("sign-in")) }
            }
            p { (words.t("sign-in-help")) }
            (choice(shell, &address))
        }
    };
    page(shell, &content)
}
