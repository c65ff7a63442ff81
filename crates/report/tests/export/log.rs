//! What a long export costs the service that writes meanwhile.
