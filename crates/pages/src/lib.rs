//! The pages for supervisors, as markup: from what a page is about to HTML, free of HTTP, of sessions and of the database.
//!
//! Every page is one file with its view: a struct of everything it shows, and a function that writes it inside the [`shell`]. Figures come as
//! [`ReportMarkup`](aftercall_report::render::ReportMarkup), made by the code that makes files and mails, so a page cannot show another figure. What is
//! asked for stands in the address ([`address`]): a page can be shared, bookmarked and left by the back button.
//!
//! Texts from callers, headers and surveys are escaped by maud and set apart with `<bdi>`. Pages work without script; `assets/page.js` makes them live.

pub mod account;
pub mod address;
pub mod assets;
pub mod audit;
pub mod call;
pub mod calls;
pub mod comments;
mod error;
pub mod explain;
pub mod filters;
pub mod first_steps;
mod language;
pub mod names;
pub mod overview;
pub mod refused;
pub mod sampling;
pub mod shell;
pub mod sign_in;
pub mod stream;
pub mod surveys;
pub mod system;
pub mod users;
pub mod views;
pub mod wallboard;
mod words;

pub use self::error::{PageFault, error_page};
pub use self::words::{Words, catalog};
