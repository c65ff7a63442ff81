"""Active speech level after ITU-T P.56 (12/2011), method B.

The mean power of the time in which somebody speaks, pauses longer than the hangover left out. Levels are in dBov:
0 dBov is the power of a full-scale square wave, so a full-scale sine has -3.01 dBov.
"""

import math
from dataclasses import dataclass

import numpy as np

TIME_CONSTANT_S = 0.03
HANGOVER_S = 0.2
MARGIN_DB = 15.9
THRESHOLDS = [2.0**-exponent for exponent in range(15, 0, -1)]


@dataclass(frozen=True)
class SpeechLevel:
    """What P.56 says of a signal: level while active, level overall, and the share of time that is active."""

    active_dbov: float
    long_term_dbov: float
    activity: float


def envelope(signal: np.ndarray, rate_hz: int) -> np.ndarray:
    """The rectified signal after two first-order smoothers in a row."""
    keep = math.exp(-1.0 / (rate_hz * TIME_CONSTANT_S))
    first = second = 0.0
    smoothed = np.empty(len(signal))
    for index, magnitude in enumerate(np.abs(signal).tolist()):
        first = keep * first + (1.0 - keep) * magnitude
        second = keep * second + (1.0 - keep) * first
        smoothed[index] = second
    return smoothed


def active_samples(smoothed: np.ndarray, threshold: float, hangover: int) -> int:
    """How many samples are at or above the threshold, or at most `hangover` samples after one that is."""
    position = np.arange(len(smoothed))
    never = -hangover - 1
    last_above = np.maximum.accumulate(np.where(smoothed >= threshold, position, never))
    return int(np.count_nonzero(position - last_above <= hangover))


def speech_level(signal: np.ndarray, rate_hz: int) -> SpeechLevel | None:
    """The level of a signal, or None where no threshold separates speech from silence (digital silence)."""
    energy = float(np.sum(signal**2))
    if energy == 0.0:
        return None
    smoothed = envelope(signal, rate_hz)
    hangover = math.floor(HANGOVER_S * rate_hz + 0.5)
    below = None
    for threshold in THRESHOLDS:
        active = active_samples(smoothed, threshold, hangover)
        if active == 0:
            return None
        level_db = 10.0 * math.log10(energy / active)
        excess_db = level_db - 20.0 * math.log10(threshold)
        if excess_db <= MARGIN_DB:
            return _result(level_db, excess_db, below, energy, len(signal))
        below = (level_db, excess_db)
    return None


def _result(level_db, excess_db, below, energy, samples) -> SpeechLevel:
    """Interpolates to where the level stands exactly the margin above its threshold."""
    if below is not None:
        share = (below[1] - MARGIN_DB) / (below[1] - excess_db)
        level_db = below[0] + share * (level_db - below[0])
    long_term_db = 10.0 * math.log10(energy / samples)
    return SpeechLevel(level_db, long_term_db, 10.0 ** ((long_term_db - level_db) / 10.0))
