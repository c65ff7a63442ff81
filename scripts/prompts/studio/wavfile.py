"""Mono 16-bit PCM WAV files as arrays, byte for byte reproducible."""

import io
import wave
from pathlib import Path

import numpy as np

from .errors import PromptError

FULL_SCALE = 32768.0


def decode(data: bytes, origin: str) -> tuple[np.ndarray, int]:
    """The samples and the rate in Hz of a WAV file; `origin` names it in errors."""
    try:
        with wave.open(io.BytesIO(data)) as source:
            shape = (source.getnchannels(), source.getsampwidth())
            rate_hz, frames = source.getframerate(), source.readframes(source.getnframes())
    except (wave.Error, EOFError) as error:
        raise PromptError(f"{origin}: not a PCM WAV file ({error})") from error
    if shape != (1, 2):
        raise PromptError(f"{origin}: {shape[0]} channels of {8 * shape[1]} bits, expected mono 16 bits")
    return np.frombuffer(frames, dtype="<i2") / FULL_SCALE, rate_hz


def encode(signal: np.ndarray, rate_hz: int) -> bytes:
    """The WAV file of a signal within full scale: a 44-byte header and the samples, nothing that varies."""
    samples = np.round(signal * FULL_SCALE)
    if samples.size and np.max(np.abs(samples)) >= FULL_SCALE:
        raise ValueError("the signal exceeds full scale")
    target = io.BytesIO()
    with wave.open(target, "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(rate_hz)
        sink.writeframes(samples.astype("<i2").tobytes())
    return target.getvalue()


def read(path: Path) -> tuple[np.ndarray, int]:
    """`decode` of the file at `path`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PromptError(f"{path}: {error.strerror}") from error
    return decode(data, str(path))
