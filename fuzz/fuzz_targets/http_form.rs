//! Any body of a form: what is read is no longer than what was sent, and comes back from an address that is made of it.
#![no_main]

use aftercall::web::pages::form::Form;
use aftercall_pages::address::encoded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Some(form) = Form::read(body) else { return };
    for field in body.split(|byte| *byte == b'&') {
        let name = field.split(|byte| *byte == b'=').next().unwrap_or_default();
        let Ok(name) = std::str::from_utf8(name) else {
            continue;
        };
        let value = form.get(name);
        assert!(value.len() <= body.len());
        let printed = format!("{}={}", encoded(name), encoded(value));
        // Printing can make a form three times as long, and so too long to be read.
        if let Some(again) = Form::read(printed.as_bytes()) {
            assert!(name.is_empty() || again.get(name) == value, "{printed}");
        }
    }
});
