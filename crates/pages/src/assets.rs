//! The files of the pages, compiled in: one style, one script. Their addresses name their content, so that browsers keep them until they change.

use std::sync::LazyLock;

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// Its address.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub content: String,
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    // Reports as files and as pages look alike.
    let content = format!(
        "{}{}",
        aftercall_report::render::STYLE,
        include_str!("assets/page.css")
    );
    asset("aftercall", "css", "text/css; charset=utf-8", content)
});

static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("assets/page.js").to_owned();
    asset("aftercall", "js", "text/javascript; charset=utf-8", content)
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let content = include_str!("assets/icon.svg").to_owned();
    asset("icon", "svg", "image/svg+xml", content)
});

/// The style of all pages.
pub fn style() -> &'static Asset {
    &STYLE
}

/// What makes pages live.
pub fn script() -> &'static Asset {
    &SCRIPT
}

/// The picture in the browser's tab.
pub fn icon() -> &'static Asset {
    &ICON
}

/// All of them.
pub fn all() -> [&'static Asset; 3] {
    [style(), script(), icon()]
}

fn asset(name: &str, extension: &str, media_type: &'static str, content: String) -> Asset {
    Asset {
        path: format!("/assets/{name}.{:016x}.{extension}", fingerprint(&content)),
        media_type,
        content,
    }
}

/// FNV-1a (Fowler, Noll, Vo), 64 bits: tells versions of our own files apart, and protects nothing.
fn fingerprint(content: &str) -> u64 {
    content.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
