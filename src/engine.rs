//! Composition root: builds every part from the configuration and joins them.
