"""The speech engines, each in a fresh process: Pico keeps a noise generator between calls, and festival reads files.
espeak-ng is for languages that have no better free voice: its prompts are placeholders, and the manifest says so.

An engine gives the samples of a text and their rate. A missing engine is an error that names the package to install.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from . import wavfile
from .errors import PromptError

SENTENCE_GAP_S = 0.36
# What festival's letter-to-sound rules read, by language.
FESTIVAL_ENCODINGS = {"cs": "iso-8859-2", "fi": "iso-8859-1"}
ESPEAK_WORDS_PER_MINUTE = 175
# Its own default of 100 comes near full scale; the level is set afterwards.
ESPEAK_AMPLITUDE = 60
TIMEOUT_S = 60
PICO_RATE_HZ = 16000
# The engine clips at its own default of 1.0; half of it leaves 6 dB.
PICO_VOLUME = 0.5
PICO_PROGRAM = """
import sys
from py_nanotts import NanoTTS
voice, speed, pitch, volume = sys.argv[1], *map(float, sys.argv[2:])
text = sys.stdin.buffer.read().decode("utf-8")
sys.stdout.buffer.write(NanoTTS().speak(text, voice=voice, speed=speed, pitch=pitch, volume=volume))
"""


def speak(voice, text: str) -> tuple[np.ndarray, int]:
    """The samples and their rate in Hz of `text` spoken by `voice` (a `manifest.Voice`)."""
    return {"pico": _pico, "festival": _festival, "espeak": _espeak}[voice.engine](voice, text)


def sentences(text: str) -> list[str]:
    """The sentences of a text; each is spoken with an intonation of its own."""
    return [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]


def _run(command: list[str], text: bytes, environment: dict[str, str] | None = None) -> bytes:
    try:
        done = subprocess.run(command, input=text, capture_output=True, timeout=TIMEOUT_S, env=environment, check=False)
    except subprocess.TimeoutExpired as error:
        raise PromptError(f"{command[0]} did not finish within {TIMEOUT_S} s") from error
    if done.returncode != 0:
        raise PromptError(f"{command[0]} failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def _pico(voice, text: str) -> tuple[np.ndarray, int]:
    try:
        import py_nanotts  # noqa: F401
    except ImportError as error:
        raise PromptError("the engine pico is missing: pip install py-nanotts==0.1.1 (PyPI)") from error
    settings = [voice.name, str(voice.speed), str(voice.pitch), str(PICO_VOLUME)]
    spoken = _run([sys.executable, "-c", PICO_PROGRAM, *settings], text.encode("utf-8"))
    samples = np.frombuffer(spoken, dtype="<i2") / wavfile.FULL_SCALE
    return _unclipped(samples, "pico"), PICO_RATE_HZ


def _festival(voice, text: str) -> tuple[np.ndarray, int]:
    program = shutil.which("festival")
    if program is None:
        raise PromptError("the engine festival is missing: apt install festival (Debian)")
    if not list(Path("/usr/share/festival/voices").glob(f"*/{voice.name}")):
        raise PromptError(f"the voice {voice.name} is missing: apt install {voice.package} (Debian)")
    with tempfile.TemporaryDirectory() as room:
        script = Path(room) / "speak.scm"
        script.write_bytes(festival_script(voice, sentences(text), room))
        # HOME is the empty room: a user's own .festivalrc must not change the result.
        _run([program, "-b", str(script)], b"", {**os.environ, "HOME": room})
        spoken = [wavfile.read(Path(room) / f"{index}.wav") for index in range(len(sentences(text)))]
    rate_hz = spoken[0][1]
    gap = np.zeros(int(SENTENCE_GAP_S * rate_hz))
    parts = [piece for samples, _ in spoken for piece in (gap, _without_ends(samples))][1:]
    return _unclipped(np.concatenate(parts), "festival"), rate_hz


def festival_script(voice, parts: list[str], room: str) -> bytes:
    """A Scheme program, in the encoding that the language's letter-to-sound rules read."""
    encoding = FESTIVAL_ENCODINGS[voice.language]
    lines = [f"(voice_{voice.name})", f"(Parameter.set 'Duration_Stretch {1.0 / voice.speed:.3f})"]
    for index, part in enumerate(parts):
        quoted = part.replace("\\", "").replace('"', "")
        lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{quoted}")) "{room}/{index}.wav" \'riff)')
    try:
        return "\n".join(lines).encode(encoding)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise PromptError(f"festival reads {encoding.upper()} here, which has no {letter!r}") from error


def _espeak(voice, text: str) -> tuple[np.ndarray, int]:
    program = shutil.which("espeak-ng")
    if program is None:
        raise PromptError("the engine espeak-ng is missing: apt install espeak-ng (Debian)")
    with tempfile.TemporaryDirectory() as room:
        spoken = Path(room) / "spoken.wav"
        speed = round(ESPEAK_WORDS_PER_MINUTE * voice.speed)
        settings = ["-v", voice.name, "-s", str(speed), "-a", str(ESPEAK_AMPLITUDE), "-b", "1"]
        _run([program, *settings, "-w", str(spoken), "--stdin"], text.encode("utf-8"))
        samples, rate_hz = wavfile.read(spoken)
    return _unclipped(samples, "espeak-ng"), rate_hz


def _without_ends(samples: np.ndarray) -> np.ndarray:
    """A sentence without the silence that festival puts around it (under -50 dB of its peak)."""
    sounding = np.flatnonzero(np.abs(samples) > np.max(np.abs(samples), initial=0.0) * 10.0 ** (-50.0 / 20.0))
    return samples[int(sounding[0]) : int(sounding[-1]) + 1] if sounding.size else samples


def _unclipped(samples: np.ndarray, engine: str) -> np.ndarray:
    if np.count_nonzero(np.abs(samples) >= 32767.0 / wavfile.FULL_SCALE):
        raise PromptError(f"{engine} clipped the speech; lower its volume")
    return samples
