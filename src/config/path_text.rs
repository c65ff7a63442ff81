//! Whether a text is the path of a file or directory.

use std::path::{Component, Path};

/// Whether a text can be the path of a file or directory here.
///
/// # Errors
/// Why not. What to write is told by the setting, whose example it is.
pub(super) fn sound(text: &str) -> Result<(), String> {
    let shown = super::syntax::shortened(text);
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    let scheme = scheme.or_else(|| {
        text.split_once(':')
            .map(|(before, _)| before)
            .filter(|word| ["sqlite", "file"].contains(word))
    });
    let is_variable = |rest: &str| {
        rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || first == '{')
    };
    if text.trim().is_empty() {
        return Err("an empty path leads nowhere".to_owned());
    }
    if text.starts_with('~') {
        return Err(format!("`{shown}` begins with `~`, which only a shell replaces"));
    }
    if text.split('$').skip(1).any(is_variable) {
        return Err(format!("`{shown}` holds a `$`, which only a shell replaces"));
    }
    if let Some(scheme) = scheme {
        return Err(format!(
            "`{shown}` begins with `{scheme}:`, and a path is not a URL"
        ));
    }
    if text.starts_with(':') {
        return Err(format!("`{shown}` is not a path"));
    }
    if text.contains(char::is_control) {
        return Err(format!("`{shown}` holds a control character"));
    }
    if text != text.trim() {
        return Err(format!("`{shown}` begins or ends with a space"));
    }
    if text.len() > 1024 {
        return Err("a path has at most 1024 bytes; write a shorter one".to_owned());
    }
    Ok(())
}

/// As [`sound`], of a file.
///
/// # Errors
/// Likewise.
pub(super) fn sound_file(text: &str) -> Result<(), String> {
    sound(text)?;
    let last = Path::new(text).components().next_back();
    if text.ends_with('/') || text.ends_with("/.") || !matches!(last, Some(Component::Normal(_))) {
        let shown = super::syntax::shortened(text);
        return Err(format!(
            "`{shown}` is the path of a directory; name the file in it"
        ));
    }
    Ok(())
}
