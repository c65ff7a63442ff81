//! How large a message may be.

/// Bounds on what one message may hold. What exceeds one of them is refused with 513.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageLimits {
    /// The whole message, head and body.
    pub message_bytes: usize,
    /// Header lines, folds not counted.
    pub headers: usize,
    /// One header line with its folds.
    pub line_bytes: usize,
}

impl Default for MessageLimits {
    fn default() -> Self {
        Self {
            message_bytes: 65_535,
            headers: 256,
            line_bytes: 16_384,
        }
    }
}
