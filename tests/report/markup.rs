//! Pages and mails, read by a tokenizer that follows the rules of browsers.

use std::collections::BTreeMap;

use html5gum::{Token, Tokenizer};

/// A table of a page: its caption and its cells as texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct TableText {
    pub(crate) class: String,
    pub(crate) heading: String,
    pub(crate) caption: String,
    /// Rows with a cell of data.
    pub(crate) rows: Vec<Vec<String>>,
    head: bool,
}

/// What is in a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) tables: Vec<TableText>,
    /// How often each element is there, with the names of its attributes.
    pub(crate) elements: BTreeMap<String, usize>,
    /// Every text between tags, but not of styles.
    pub(crate) texts: Vec<String>,
    /// Values of `href` and `src`.
    pub(crate) links: Vec<String>,
}

const VOID: [&str; 4] = ["meta", "link", "br", "img"];

/// Reads a page; panics where its elements are not closed in order.
pub(crate) fn read(html: &str) -> Page {
    let mut page = Page::default();
    let mut open: Vec<String> = Vec::new();
    // Tables in tables: those without a caption only lay out.
    let mut tables: Vec<TableText> = Vec::new();
    let mut heading = String::new();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let attributes: Vec<String> = tag
                    .attributes
                    .keys()
                    .map(|name| String::from_utf8_lossy(name).into_owned())
                    .collect();
                for (attribute, value) in &tag.attributes {
                    if ["href", "src", "action", "data", "xlink:href"]
                        .iter()
                        .any(|name| attribute.as_slice() == name.as_bytes())
                    {
                        page.links.push(String::from_utf8_lossy(value).into_owned());
                    }
                }
                *page
                    .elements
                    .entry(format!("{name} {}", attributes.join(" ")))
                    .or_default() += 1;
                match name.as_str() {
                    "table" => {
                        let class = tag.attributes.get(&b"class"[..]);
                        tables.push(TableText {
                            class: class.map_or_else(String::new, |class| {
                                String::from_utf8_lossy(class).into_owned()
                            }),
                            heading: heading.clone(),
                            ..TableText::default()
                        });
                    }
                    "tr" => {
                        if let Some(table) = tables.last_mut() {
                            table.rows.push(Vec::new());
                            table.head = true;
                        }
                    }
                    "td" | "th" => {
                        if let Some(table) = tables.last_mut() {
                            table.head &= name == "th";
                            table.rows.last_mut().unwrap().push(String::new());
                        }
                    }
                    "h2" | "h3" => heading.clear(),
                    _ => {}
                }
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert_eq!(
                    open.pop().as_deref(),
                    Some(name.as_str()),
                    "elements are closed in order"
                );
                match name.as_str() {
                    "tr" => {
                        if let Some(table) = tables.last_mut().filter(|table| table.head) {
                            table.rows.pop();
                        }
                    }
                    "table" => page
                        .tables
                        .extend(tables.pop().filter(|table| !table.caption.is_empty())),
                    _ => {}
                }
            }
            Token::String(text) => {
                let text = String::from_utf8_lossy(&text).into_owned();
                if open.iter().any(|name| name == "style") {
                    continue;
                }
                if open.iter().any(|name| matches!(name.as_str(), "h2" | "h3")) {
                    heading.push_str(&text);
                }
                let in_caption = open.iter().any(|name| name == "caption");
                if let Some(table) = tables.last_mut() {
                    match (in_caption, table.rows.last_mut().and_then(|row| row.last_mut())) {
                        (true, _) => table.caption.push_str(&text),
                        (false, Some(cell)) => cell.push_str(&text),
                        (false, None) => {}
                    }
                }
                page.texts.push(text);
            }
            Token::Doctype(_) => {}
            Token::Comment(_) | Token::Error(_) => panic!("{token:?}"),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    page
}
