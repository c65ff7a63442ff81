//! RTP and RTCP: packets, reception statistics, latching. Pure.
