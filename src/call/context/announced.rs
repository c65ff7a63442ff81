//! Context of an announcement, which goes before that of the INVITE.

use aftercall_survey::context::{CallContext, ContextSource, Field, MatchedBy, Name};
use aftercall_survey::record::Announcement;

/// Records by which key the call was matched with its announcement.
pub(in crate::call) fn record_match(matched_by: MatchedBy, context: &mut CallContext) {
    context.sources.push(ContextSource {
        name: "announced_by".to_owned(),
        source: matched_by.as_str().to_owned(),
        value: None,
        note: None,
        text: None,
    });
}

/// Replaces values of the INVITE by those of its announcement, with `source` as where they came from.
pub fn merge_announcement(announcement: &Announcement, source: &str, context: &mut CallContext) {
    let told = |name: &str, value: Option<&String>, context: &mut CallContext| {
        context.sources.retain(|source| source.name != name);
        context.sources.push(ContextSource {
            name: name.to_owned(),
            source: source.to_owned(),
            value: value.cloned(),
            note: None,
            text: None,
        });
    };
    for (name, value) in &announcement.texts {
        let is_in_row = Field::of(name).is_some_and(Field::is_in_row);
        told(name, Some(value).filter(|_| !is_in_row), context);
        context.values.set(Name::of(name), value.clone());
    }
    if announcement.caller_hash.is_some() {
        told(Field::Caller.as_str(), None, context);
        context.caller_hash.clone_from(&announcement.caller_hash);
        context.former_hashes.clone_from(&announcement.former_hashes);
        context.caller_number.clone_from(&announcement.caller_number);
    }
}
