"""Brings what an engine spoke to the house format, and says where a prompt departs from it.

16 kHz master (kept above the telephone band, for wideband codecs), nothing below 250 Hz, -22 dBov active speech level
as heard at 8 kHz, 100 ms of silence before and 200 ms after, no pause inside that could pass for the end.
"""

import numpy as np

from . import filters, measure, p56
from .errors import PromptError

MASTER_RATE_HZ = 16000
TARGET_DBOV, TOLERANCE_DB = -22.0, 1.5
PEAK_LIMIT_DBFS, PEAK_AIM_DBFS = -2.0, -5.0
LEAD_S, TAIL_S = 0.1, 0.2
PAUSE_LIMIT_MS, PAUSE_AIM_MS = 400, 360
LONGEST_MS = 15000
BELOW_BAND_LIMIT_DB = -20.0
ABOVE_BAND_LIMIT_DB = -20.0
DTMF_HITS_LIMIT = 2
FADE_S = 0.005
LIMITER_REACH_S = 0.005
KEEP_FRAMES = 2
# The least significant bit of 16.
LEAST = 1.0 / 32768.0


def shape(spoken: np.ndarray, rate_hz: int, pause_ms: int = PAUSE_AIM_MS) -> np.ndarray:
    """The finished prompt at 16 kHz of what an engine spoke at any rate; no pause in it is longer than `pause_ms`."""
    cut_hz = 0.47 * min(rate_hz, MASTER_RATE_HZ)
    signal = filters.resample(spoken, rate_hz, MASTER_RATE_HZ, cut_hz)
    signal = set_level(filters.high_pass(signal, MASTER_RATE_HZ, measure.BAND_HZ[0] + 20.0))
    signal = shorten_pauses(trim(limit_peaks(signal)), pause_ms)
    lead, tail = (np.zeros(int(part * MASTER_RATE_HZ)) for part in (LEAD_S, TAIL_S))
    return set_level(np.concatenate([lead, signal, tail]))


def at_rate(signal: np.ndarray, rate_hz: int) -> np.ndarray:
    """A finished prompt at another rate; the silence around it stays exact."""
    if rate_hz == MASTER_RATE_HZ:
        return signal
    signal = measure.heard(signal, MASTER_RATE_HZ)
    lead, tail = (int(part * rate_hz) for part in (LEAD_S, TAIL_S))
    # The filter rings a little into the silence.
    signal[:lead] = signal[len(signal) - tail :] = 0.0
    for end in (lead, len(signal) - tail - 1):
        signal[end] = signal[end] if abs(signal[end]) >= LEAST else LEAST
    return signal


def set_level(signal: np.ndarray) -> np.ndarray:
    """Scales to the target level as heard at 8 kHz."""
    level = p56.speech_level(measure.heard(signal, MASTER_RATE_HZ), measure.VIEW_RATE_HZ)
    if level is None:
        raise PromptError("the engine gave silence")
    return signal * 10.0 ** ((TARGET_DBOV - level.active_dbov) / 20.0)


def limit_peaks(signal: np.ndarray) -> np.ndarray:
    """Turns the gain down for 5 ms around each peak above the aim.

    A diphone voice has a few clicks where its pieces join, 20 dB above its level; speech itself stays below the aim.
    The gain is the least one wanted nearby, then smoothed over the same reach, so no sample gets more than it may.
    """
    reach = int(LIMITER_REACH_S * MASTER_RATE_HZ)
    ceiling = 10.0 ** (PEAK_AIM_DBFS / 20.0)
    wanted = np.pad(ceiling / np.maximum(np.abs(signal), ceiling), 2 * reach, constant_values=1.0)
    least = np.min(np.lib.stride_tricks.sliding_window_view(wanted, 2 * reach + 1), axis=1)
    weights = np.hanning(2 * reach + 3)[1:-1]
    return signal * np.convolve(least, weights / np.sum(weights), mode="valid")


def trim(signal: np.ndarray) -> np.ndarray:
    """Cuts the quiet ends, but for 20 ms beside the speech, and fades them; both ends are not zero."""
    loud = np.flatnonzero(measure.loud_frames(signal, MASTER_RATE_HZ, measure.QUIET_DBOV))
    if not loud.size:
        raise PromptError("the engine gave silence")
    size = int(MASTER_RATE_HZ * measure.FRAME_S)
    start, end = max(int(loud[0]) - KEEP_FRAMES, 0), int(loud[-1]) + 1 + KEEP_FRAMES
    kept = signal[start * size : end * size].copy()
    fade = _fade()
    kept[: len(fade)] *= fade
    kept[-len(fade) :] *= fade[::-1]
    return _with_sounding_ends(kept)


def _with_sounding_ends(signal: np.ndarray) -> np.ndarray:
    """One least significant bit at the very ends, so that the silence around is of exact length."""
    sounding = np.flatnonzero(np.abs(signal) >= LEAST)
    return signal[int(sounding[0]) : int(sounding[-1]) + 1]


def _fade() -> np.ndarray:
    steps = int(FADE_S * MASTER_RATE_HZ)
    return 0.5 - 0.5 * np.cos(np.pi * (np.arange(steps) + 0.5) / steps)


def shorten_pauses(signal: np.ndarray, pause_ms: int = PAUSE_AIM_MS) -> np.ndarray:
    """Takes the middle out of every pause that exceeds the aim, joining the ends over 5 ms."""
    size = int(MASTER_RATE_HZ * measure.FRAME_S)
    fade = _fade()
    kept = round(pause_ms / (1000 * measure.FRAME_S))
    loud = measure.loud_frames(signal, MASTER_RATE_HZ, measure.QUIET_DBOV)
    for first, end in reversed(measure.quiet_runs(loud)):
        excess = (end - first - kept) * size
        if excess <= 0:
            continue
        cut = (first + kept // 2) * size
        after = signal[cut + excess :]
        joint = signal[cut : cut + len(fade)] * fade[::-1] + after[: len(fade)] * fade
        signal = np.concatenate([signal[:cut], joint, after[len(fade) :]])
    return signal


def faults(found: measure.Measures, rate_hz: int = MASTER_RATE_HZ) -> list[str]:
    """Every departure from the house format, in words."""
    checks = [
        (found.rate_hz == rate_hz, f"sampled at {found.rate_hz} Hz, expected {rate_hz}"),
        (found.duration_ms < LONGEST_MS, f"{found.duration_ms} ms long, a caller bears less than {LONGEST_MS}"),
        (_level_fits(found.heard_dbov), f"active speech level {found.heard_dbov:.1f} dBov as heard at 8 kHz"),
        (_level_fits(found.master_dbov), f"active speech level {found.master_dbov:.1f} dBov in the master"),
        (found.peak_dbfs <= PEAK_LIMIT_DBFS, f"peak {found.peak_dbfs:.1f} dBFS, at most {PEAK_LIMIT_DBFS}"),
        (abs(found.lead_ms - 1000 * LEAD_S) <= 1.0, f"{found.lead_ms:.1f} ms of silence before, expected 100"),
        (abs(found.tail_ms - 1000 * TAIL_S) <= 1.0, f"{found.tail_ms:.1f} ms of silence after, expected 200"),
        (found.pause_ms <= PAUSE_LIMIT_MS, f"a pause of {found.pause_ms} ms, at most {PAUSE_LIMIT_MS}"),
        (found.below_band_db <= BELOW_BAND_LIMIT_DB, f"{found.below_band_db:.1f} dB of its power below 250 Hz"),
        (found.above_band_db <= ABOVE_BAND_LIMIT_DB, f"{found.above_band_db:.1f} dB of its power above 3450 Hz"),
        (found.dtmf_hits <= DTMF_HITS_LIMIT, f"{found.dtmf_hits} blocks in a row that look like one DTMF digit"),
    ]
    return [words for fits, words in checks if not fits]


def _level_fits(level_dbov: float) -> bool:
    return abs(level_dbov - TARGET_DBOV) <= TOLERANCE_DB
