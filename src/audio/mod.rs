//! G.711 and the measuring and shaping of speech samples. Pure.
