"""What a caller hears of a prompt: level, peak, pauses, band and accidental DTMF.

A caller on G.711 hears the file at 8 kHz, so band, level and DTMF are measured on that view of the master.
"""

import math
from dataclasses import dataclass

import numpy as np

from . import filters, p56

VIEW_RATE_HZ = 8000
BAND_HZ = (250.0, 3450.0)
FRAME_S = 0.01
QUIET_DBOV = -50.0
DTMF_ROWS_HZ = (697.0, 770.0, 852.0, 941.0)
DTMF_COLUMNS_HZ = (1209.0, 1336.0, 1477.0, 1633.0)
DTMF_BLOCK, DTMF_HOP = 102, 34


@dataclass(frozen=True)
class Measures:
    """The figures of one prompt; `*_ms` in milliseconds, shares in dB of the whole power."""

    rate_hz: int
    duration_ms: int
    master_dbov: float
    heard_dbov: float
    activity: float
    peak_dbfs: float
    clipped: int
    lead_ms: float
    tail_ms: float
    pause_ms: int
    below_band_db: float
    above_band_db: float
    dtmf_hits: int


def heard(signal: np.ndarray, rate_hz: int) -> np.ndarray:
    """The signal at 8 kHz, limited to the telephone band at the top."""
    return filters.resample(signal, rate_hz, VIEW_RATE_HZ, BAND_HZ[1])


def decibel(ratio: float) -> float:
    """A power ratio in dB; nothing at all is -120 dB."""
    return 10.0 * math.log10(max(ratio, 1e-12))


def peak_dbfs(signal: np.ndarray) -> float:
    """The largest sample, 0 dBFS being full scale."""
    return decibel(float(np.max(np.abs(signal), initial=0.0)) ** 2)


def loud_frames(signal: np.ndarray, rate_hz: int, threshold_dbov: float) -> np.ndarray:
    """For each whole frame of 10 ms: does its power reach the threshold?"""
    size = int(rate_hz * FRAME_S)
    frames = signal[: len(signal) // size * size].reshape(-1, size)
    return np.mean(frames**2, axis=1) >= 10.0 ** (threshold_dbov / 10.0)


def quiet_runs(loud: np.ndarray) -> list[tuple[int, int]]:
    """Runs of quiet frames between loud ones, as (first, one past the last)."""
    positions = np.flatnonzero(loud)
    return [(int(a) + 1, int(b)) for a, b in zip(positions[:-1], positions[1:]) if b - a > 1]


def longest_pause_ms(signal: np.ndarray, rate_hz: int) -> int:
    """The longest quiet time inside the speech."""
    runs = quiet_runs(loud_frames(signal, rate_hz, QUIET_DBOV))
    return max((round((end - start) * FRAME_S * 1000) for start, end in runs), default=0)


def band_shares(view: np.ndarray) -> tuple[float, float]:
    """The power below and above the telephone band, in dB of the whole."""
    power = np.abs(np.fft.rfft(view)) ** 2
    frequency = np.fft.rfftfreq(len(view), 1.0 / VIEW_RATE_HZ)
    whole = max(float(np.sum(power)), 1e-30)
    below = float(np.sum(power[frequency < BAND_HZ[0]]))
    above = float(np.sum(power[frequency > BAND_HZ[1]]))
    return decibel(below / whole), decibel(above / whole)


def longest_dtmf_run(view: np.ndarray) -> int:
    """The most blocks in a row that look like the same DTMF digit to a tolerant detector.

    Block 12.75 ms, hop 4.25 ms: a receiver that follows ITU-T Q.24 needs five or more in a row.
    """
    count = (len(view) - DTMF_BLOCK) // DTMF_HOP + 1
    if count < 1:
        return 0
    blocks = view[np.arange(count)[:, None] * DTMF_HOP + np.arange(DTMF_BLOCK)]
    rows, columns = (_tone_power(blocks, tones) for tones in (DTMF_ROWS_HZ, DTMF_COLUMNS_HZ))
    hit = _looks_like_pair(rows, columns, np.sum(blocks**2, axis=1))
    digit = np.where(hit, np.argmax(rows, axis=1) * 4 + np.argmax(columns, axis=1), -1)
    longest = run = 0
    previous = -1
    for current in digit.tolist():
        run = 0 if current < 0 else run + 1 if current == previous else 1
        previous, longest = current, max(longest, run)
    return longest


def _tone_power(blocks: np.ndarray, tones) -> np.ndarray:
    """The energy of each block that a sine at each tone explains."""
    time = np.arange(DTMF_BLOCK) / VIEW_RATE_HZ
    basis = np.exp(-2j * math.pi * np.outer(time, tones))
    return np.abs(blocks @ basis) ** 2 * 2.0 / DTMF_BLOCK


def _looks_like_pair(rows: np.ndarray, columns: np.ndarray, energy: np.ndarray) -> np.ndarray:
    row, column = np.max(rows, axis=1), np.max(columns, axis=1)
    audible = energy / DTMF_BLOCK > 10.0 ** (-45.0 / 10.0)
    pure = row + column > energy * 10.0 ** (-1.2 / 10.0)
    twist_fits = (row < column * 10.0 ** (9.0 / 10.0)) & (column < row * 10.0 ** (9.0 / 10.0))
    return audible & pure & twist_fits


def _silent_ends_ms(signal: np.ndarray, rate_hz: int) -> tuple[float, float]:
    """Digital silence before and after the speech."""
    sounding = np.flatnonzero(signal)
    if not sounding.size:
        return 1000.0 * len(signal) / rate_hz, 0.0
    tail = len(signal) - 1 - int(sounding[-1])
    return 1000.0 * int(sounding[0]) / rate_hz, 1000.0 * tail / rate_hz


def measure(signal: np.ndarray, rate_hz: int) -> Measures:
    """All figures of a prompt."""
    view = heard(signal, rate_hz)
    master_level, heard_level = p56.speech_level(signal, rate_hz), p56.speech_level(view, VIEW_RATE_HZ)
    lead_ms, tail_ms = _silent_ends_ms(signal, rate_hz)
    below_db, above_db = band_shares(view)
    return Measures(
        rate_hz=rate_hz,
        duration_ms=round(1000.0 * len(signal) / rate_hz),
        master_dbov=master_level.active_dbov if master_level else -120.0,
        heard_dbov=heard_level.active_dbov if heard_level else -120.0,
        activity=heard_level.activity if heard_level else 0.0,
        peak_dbfs=max(peak_dbfs(signal), peak_dbfs(view)),
        clipped=int(np.count_nonzero(np.abs(signal) >= 32767.0 / 32768.0)),
        lead_ms=lead_ms,
        tail_ms=tail_ms,
        pause_ms=longest_pause_ms(signal, rate_hz),
        below_band_db=below_db,
        above_band_db=above_db,
        dtmf_hits=longest_dtmf_run(view),
    )
