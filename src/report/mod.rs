//! What supervisors ask for: funnel, distributions, scores with honest intervals.
