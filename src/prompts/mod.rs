//! Recorded prompts: decoded and encoded once at load, shared by all calls.
