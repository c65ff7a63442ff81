//! The media plane: threads that pace RTP and turn packets into digits.
