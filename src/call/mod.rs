//! One task per call: context intake, the select loop that joins signalling, media, survey and storage.
