//! Configuration: one file a section, checked as a person would like.
