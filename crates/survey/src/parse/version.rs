//! The version of a definition: what it says, not how it is laid out.
//!
//! The first 12 hexadecimal digits of the SHA-256 of the definition with comments, white space and the order of
//! fields taken away. It covers what is written, not the defaults, so that a release with another default gives
//! no new versions.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

const DIGITS: usize = 12;

/// The version of a definition.
pub(super) fn of(document: &DeTable<'_>) -> String {
    let mut text = String::new();
    write_table(document, &mut text);
    let mut version = String::new();
    for byte in Sha256::digest(text.as_bytes()).iter().take(DIGITS / 2) {
        // Writing to a String cannot fail.
        let _ = write!(version, "{byte:02x}");
    }
    version
}

fn write_table(table: &DeTable<'_>, text: &mut String) {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(field, _)| field.get_ref().as_ref());
    text.push('{');
    for (field, value) in entries {
        let _ = write!(text, "{:?}:", field.get_ref());
        write_value(value.get_ref(), text);
        text.push(',');
    }
    text.push('}');
}

fn write_value(value: &DeValue<'_>, text: &mut String) {
    match value {
        DeValue::String(string) => {
            let _ = write!(text, "{string:?}");
        }
        DeValue::Integer(integer) => {
            let _ = write!(text, "{integer}");
        }
        DeValue::Float(float) => text.push_str(float.as_str()),
        DeValue::Boolean(flag) => {
            let _ = write!(text, "{flag}");
        }
        DeValue::Datetime(date) => {
            let _ = write!(text, "{date}");
        }
        DeValue::Array(items) => {
            text.push('[');
            for item in items.iter() {
                write_value(item.get_ref(), text);
                text.push(',');
            }
            text.push(']');
        }
        DeValue::Table(table) => write_table(table, text),
    }
}
