//! The built-in test caller and load generator: a user agent client on the sip, rtp and dtmf modules.
