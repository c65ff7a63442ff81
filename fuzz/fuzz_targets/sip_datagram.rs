//! Any datagram: read it, take every typed reading, answer it, and read back what was written.
#![no_main]

use aftercall_sip::wire::{Message, ParseError, Response, parse_datagram};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = ([192, 0, 2, 1], 5060).into();
    match parse_datagram(bytes) {
        Ok(Message::Request(mut request)) => {
            let headers = &request.headers;
            let _ = (
                headers
                    .top_via()
                    .map(|via| (via.rport(), via.received(), via.ttl())),
                headers.reason(),
            );
            let _ = (
                headers.contact().map(|contact| contact.to_address()),
                request.uri.to_address(),
            );
            let _ = (request.typed_body(), headers.content_disposition());
            parse_datagram(&request.to_bytes()).expect("what we write we can read");
            request.stamp_source(source);
            parse_datagram(&Response::to(&request, 200).to_bytes()).expect("what we answer can be read");
        }
        Ok(Message::Response(response)) => {
            parse_datagram(&response.to_bytes()).expect("what we write we can read");
        }
        Err(ParseError::Answerable(mut rejected)) => {
            rejected.stamp_source(source);
            let _ = Response::refusing(&rejected).to_bytes();
        }
        Err(ParseError::Drop(_)) => {}
    }
});
