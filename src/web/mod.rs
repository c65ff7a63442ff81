//! HTTP: health, readiness, metrics.
