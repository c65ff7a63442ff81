//! Who sends and who receives (RFC 3264 sections 5.1, 6.1, 8.4).

/// The direction of a stream, seen from whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MediaDirection {
    /// Both ways; the default where an SDP says nothing.
    #[default]
    SendRecv,
    /// The writer only sends: it has put the other side on hold with music.
    SendOnly,
    /// The writer only receives.
    RecvOnly,
    /// Neither: on hold in silence.
    Inactive,
}

impl MediaDirection {
    /// From the two halves.
    pub const fn new(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// The attribute's name.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// The direction that an attribute of this name sets.
    pub fn from_attribute(name: &str) -> Option<Self> {
        [Self::SendRecv, Self::SendOnly, Self::RecvOnly, Self::Inactive]
            .into_iter()
            .find(|direction| name.eq_ignore_ascii_case(direction.attribute()))
    }

    /// Whether the writer sends media.
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the writer wants media.
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The same stream from the other end: what a willing answerer answers (RFC 3264 section 6.1).
    pub const fn reversed(self) -> Self {
        Self::new(self.receives(), self.sends())
    }

    /// The same without the wish to receive: what `c=0.0.0.0` means (RFC 3264 section 8.4).
    pub const fn without_receiving(self) -> Self {
        Self::new(self.sends(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::MediaDirection::{self, Inactive, RecvOnly, SendOnly, SendRecv};

    #[test]
    fn answers_follow_the_table_of_rfc_3264() {
        for (offered, answered) in [
            (SendRecv, SendRecv),
            (SendOnly, RecvOnly),
            (RecvOnly, SendOnly),
            (Inactive, Inactive),
        ] {
            assert_eq!(offered.reversed(), answered);
            assert_eq!(MediaDirection::from_attribute(offered.attribute()), Some(offered));
        }
        assert_eq!(MediaDirection::from_attribute("ptime"), None);
    }

    #[test]
    fn the_unspecified_address_takes_the_wish_to_receive_away() {
        assert_eq!(SendRecv.without_receiving(), SendOnly);
        assert_eq!(RecvOnly.without_receiving(), Inactive);
    }
}
