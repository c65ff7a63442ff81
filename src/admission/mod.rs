//! Who is surveyed: policy, every-Nth sampling, capacity. Pure.
