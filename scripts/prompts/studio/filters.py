"""Linear-phase filters and a resampler, with plain numpy so that a build needs nothing bigger."""

import math

import numpy as np

CHUNK = 4096


def low_pass_taps(cut_hz: float, rate_hz: int, taps: int) -> np.ndarray:
    """A Blackman-windowed low pass of odd length with unit gain at 0 Hz; 6 dB down at `cut_hz`."""
    position = np.arange(taps) - (taps - 1) / 2
    response = np.sinc(2.0 * cut_hz / rate_hz * position) * np.blackman(taps)
    return response / np.sum(response)


def high_pass(signal: np.ndarray, rate_hz: int, cut_hz: float) -> np.ndarray:
    """Removes what lies below `cut_hz` (6 dB down there, transition about 110 Hz wide), without delay."""
    taps = 2 * (rate_hz // 40) + 1
    response = -low_pass_taps(cut_hz, rate_hz, taps)
    response[taps // 2] += 1.0
    return np.convolve(signal, response, mode="same") if len(signal) >= taps else _short(signal, response)


def _short(signal: np.ndarray, response: np.ndarray) -> np.ndarray:
    start = len(response) // 2
    return np.convolve(signal, response)[start : start + len(signal)]


def resample(signal: np.ndarray, from_hz: int, to_hz: int, cut_hz: float) -> np.ndarray:
    """Band-limited interpolation at the new sample times; nothing above `cut_hz` (6 dB down there) is left.

    96 neighbours a side at the lower rate: the transition is about 3 % of that rate wide. Polyphase: sample `n` lies at
    `n * step / phases` of the old samples, so only `phases` different filters occur.
    """
    if from_hz == to_hz:
        return signal
    divisor = math.gcd(from_hz, to_hz)
    phases, step = to_hz // divisor, from_hz // divisor
    half = math.ceil(96 * max(from_hz / to_hz, 1.0))
    kernels = _kernels(phases, half, 2.0 * cut_hz / from_hz)
    padded = np.concatenate([np.zeros(half - 1), signal, np.zeros(half + 1)])
    neighbours = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    position = np.arange(len(signal) * phases // step) * step
    result = np.empty(len(position))
    for start in range(0, len(position), CHUNK):
        part = position[start : start + CHUNK]
        result[start : start + CHUNK] = np.einsum("nk,nk->n", neighbours[part // phases], kernels[part % phases])
    return result


def _kernels(phases: int, half: int, scale: float) -> np.ndarray:
    """One windowed sinc of `2 * half` taps for each place between two old samples."""
    distance = np.arange(1 - half, half + 1) - np.arange(phases)[:, None] / phases
    angle = math.pi * distance / half
    window = 0.42 + 0.5 * np.cos(angle) + 0.08 * np.cos(2.0 * angle)
    return scale * np.sinc(scale * distance) * window
