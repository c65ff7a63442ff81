//! What one source file names, read from its tokens, not from its text.
//!
//! Text search misses a path inside a group (`use crate::{call, web}`), a relative path (`super::super::call`), and
//! cannot tell where an item that exists only for tests ends. Tokens can: every path of the file is written out from its
//! root, whether it stands in a `use`, in an expression, in a type or in the arguments of a macro.

#![expect(
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise, and the bounds are those of the loop"
)]

use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One source file of the product, without what `#[cfg(test)]` keeps for its tests.
pub(crate) struct Source {
    /// From the root of the repository.
    pub(crate) path: String,
    /// The segments of its module, the crate first.
    pub(crate) module: Vec<String>,
    /// The whole text.
    pub(crate) text: String,
    /// Every path of two segments or more, and every single name, with its line.
    pub(crate) names: Vec<Name>,
    /// Lines that belong to items under `#[cfg(test)]`.
    test_lines: Vec<RangeInclusive<usize>>,
}

/// A path that production code names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// Counted from 1.
    pub(crate) line: usize,
    /// `aftercall_base::CallUid`, `std::fs::read`, `UdpSocket`.
    pub(crate) path: String,
}

impl Source {
    /// Reads the file at `path` (`crates/sip/src/wire/mod.rs`).
    pub(crate) fn read(path: String, text: String) -> Self {
        let tokens: TokenStream = text.parse().expect("a file that compiles can be taken apart");
        let module = module_of(&path);
        let mut reader = Reader {
            module: module.clone(),
            names: Vec::new(),
            test_lines: Vec::new(),
        };
        reader.items(tokens);
        let Reader {
            names, test_lines, ..
        } = reader;
        Self {
            path,
            module,
            text,
            names,
            test_lines,
        }
    }

    /// How many lines the file has without its tests.
    pub(crate) fn production_lines(&self) -> usize {
        let in_tests: usize = self.test_lines.iter().map(|lines| lines.clone().count()).sum();
        self.text.lines().count() - in_tests
    }
}

/// The segments of the module that a file is, the crate first: `crates/sip/src/wire/mod.rs` is `aftercall_sip`, `wire`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let mut parts = path.split('/');
    let own = match parts.next() {
        Some("crates") => {
            let name = parts.next().unwrap_or_default().replace('-', "_");
            parts.next(); // src
            format!("aftercall_{name}")
        }
        _ => "aftercall".to_owned(),
    };
    let inner = parts.filter(|part| !["lib", "main"].contains(part));
    [own].into_iter().chain(inner.map(str::to_owned)).collect()
}

struct Reader {
    module: Vec<String>,
    names: Vec<Name>,
    test_lines: Vec<RangeInclusive<usize>>,
}

impl Reader {
    fn items(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if let Some(end) = test_item(&tokens, at) {
                let line = |index: usize| tokens[index].span();
                self.test_lines.push(line(at).start().line..=line(end).end().line);
                at = end + 1;
            } else if let Some((name, body)) = inline_module(&tokens, at) {
                self.module.push(name);
                self.items(body.stream());
                self.module.pop();
                at += 3;
            } else if let Some(length) = self.path(&tokens[at..], &[]) {
                at += length;
            } else {
                if let TokenTree::Group(group) = &tokens[at] {
                    self.items(group.stream());
                }
                at += 1;
            }
        }
    }

    /// Reads the path that `tokens` begin with, below `prefix`; how many tokens it has.
    fn path(&mut self, tokens: &[TokenTree], prefix: &[String]) -> Option<usize> {
        let mut segments = prefix.to_vec();
        let mut at = 0;
        let line = tokens.first()?.span().start().line;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(word)) => {
                    segments.push(word.to_string());
                    at += 1;
                }
                Some(TokenTree::Group(group)) if at > 0 && is_use_group(group) => {
                    self.use_group(group, &segments);
                    return Some(at + 1);
                }
                _ => break,
            }
            if !is_separator(&tokens[at..]) {
                break;
            }
            at += 2;
        }
        if at == 0 {
            return None;
        }
        let path = self.resolve(&segments).join("::");
        self.names.push(Name { line, path });
        Some(at)
    }

    fn use_group(&mut self, group: &Group, prefix: &[String]) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        for entry in tokens.split(is_comma) {
            self.path(entry, prefix);
        }
    }

    /// `crate`, `self` and `super` written out: every path of ours begins with the name of its crate.
    fn resolve(&self, segments: &[String]) -> Vec<String> {
        let mut base = match segments.first().map(String::as_str) {
            Some("crate") => self.module.first().cloned().into_iter().collect(),
            Some("self" | "super") if segments.len() > 1 => self.module.clone(),
            _ => return segments.to_vec(),
        };
        for segment in segments {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => {
                    base.pop();
                }
                _ => base.push(segment.clone()),
            }
        }
        base
    }
}

/// Where the item ends whose `#[cfg(test)]` begins at `at`; `None` when there is none.
fn test_item(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let is_test = |at: usize| attribute(tokens, at).is_some_and(|text| text == "cfg(test)");
    if !is_test(at) {
        return None;
    }
    let mut end = at;
    while attribute(tokens, end).is_some() {
        end += 2;
    }
    let ends_an_item = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';' || punct.as_char() == ',',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    let length = tokens.get(end..)?.iter().position(ends_an_item)?;
    Some(end + length)
}

/// The text of the attribute at `at`, without spaces.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<String> {
    match (tokens.get(at)?, tokens.get(at + 1)?) {
        (TokenTree::Punct(hash), TokenTree::Group(group)) if hash.as_char() == '#' => {
            Some(group.stream().to_string().replace(' ', ""))
        }
        _ => None,
    }
}

fn inline_module(tokens: &[TokenTree], at: usize) -> Option<(String, &Group)> {
    match (tokens.get(at)?, tokens.get(at + 1)?, tokens.get(at + 2)?) {
        (TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(body)) if keyword == "mod" => {
            Some((name.to_string(), body))
        }
        _ => None,
    }
}

fn is_separator(tokens: &[TokenTree]) -> bool {
    let is_colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(0) && is_colon(1)
}

fn is_use_group(group: &Group) -> bool {
    group.delimiter() == Delimiter::Brace
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn names(path: &str, text: &str) -> Vec<String> {
        let source = Source::read(path.to_owned(), text.to_owned());
        source.names.into_iter().map(|name| name.path).collect()
    }

    fn names_of(text: &str) -> Vec<String> {
        names("crates/x/src/survey/session/mod.rs", text)
    }

    #[test]
    fn groups_and_relative_paths_are_written_out() {
        for (text, path) in [
            ("use crate::{call, web};", "aftercall_x::web"),
            (
                "use crate::{call::{desk::Desk}, web};",
                "aftercall_x::call::desk::Desk",
            ),
            ("use super::super::storage::Store;", "aftercall_x::storage::Store"),
            ("use super::{plan, super::call::Desk};", "aftercall_x::call::Desk"),
            (
                "use self::menu::Offering;",
                "aftercall_x::survey::session::menu::Offering",
            ),
            (
                "fn f() { let x = crate::web::serve(); }",
                "aftercall_x::web::serve",
            ),
            (
                "fn f() { info!(x = crate::web::serve()); }",
                "aftercall_x::web::serve",
            ),
            ("use std::{collections::BTreeMap, fs};", "std::fs"),
            (
                "mod inner { use super::super::plan::Plan; }",
                "aftercall_x::survey::plan::Plan",
            ),
            ("fn f(x: Vec<std::fs::File>) {}", "std::fs::File"),
        ] {
            assert!(names_of(text).iter().any(|name| name == path), "{text}: {path}");
        }
    }

    #[test]
    fn path_begins_with_the_crate_that_the_file_belongs_to() {
        let text = "use crate::web::Api; use super::Desk; use aftercall_sip::wire;";
        for (path, expected) in [
            (
                "src/call/desk.rs",
                ["aftercall::web::Api", "aftercall::call::Desk"],
            ),
            ("src/call/mod.rs", ["aftercall::web::Api", "aftercall::Desk"]),
            (
                "crates/sip-net/src/service/mod.rs",
                ["aftercall_sip_net::web::Api", "aftercall_sip_net::Desk"],
            ),
        ] {
            let found = names(path, text);
            for name in expected.into_iter().chain(["aftercall_sip::wire"]) {
                assert!(
                    found.iter().any(|found| found == name),
                    "{path}: {name} in {found:?}"
                );
            }
        }
    }

    #[test]
    fn only_the_item_under_cfg_test_is_left_out() {
        let text = "#[cfg(test)]\nmod properties;\nuse crate::storage::Store;\n#[cfg(test)]\n#[expect(lint)]\nmod tests { use crate::web::Api; }\nfn f() { tokio::spawn(); }\n";
        let found = names_of(text);
        assert!(found.contains(&"aftercall_x::storage::Store".to_owned()));
        assert!(found.contains(&"tokio::spawn".to_owned()));
        assert!(!found.iter().any(|name| name.starts_with("aftercall_x::web")));
    }

    #[test]
    fn comments_strings_and_the_lines_of_tests_do_not_count() {
        let text = "//! tokio::spawn\n// crate::web::Api\nfn f() -> &'static str { \"crate::web::Api\" }\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n";
        let source = Source::read("src/ids.rs".to_owned(), text.to_owned());
        assert!(source.names.iter().all(|name| !name.path.contains("web")));
        assert_eq!(source.production_lines(), 3);
    }
}
