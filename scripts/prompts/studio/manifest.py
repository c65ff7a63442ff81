"""prompts/manifest.toml: what each prompt says, by which voice, under which licence, and what file came out.

Read with `tomllib`; `with_results` changes only the `sha256` and `duration_ms` lines, so that comments stay.
"""

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import PromptError

PAUSE_MS = 360
# Of prompts, and of what is spoken as if the service had recorded it.
RATES_HZ = (16000, 8000)
ENGINES = ("pico", "festival", "espeak")
PROMPT_KEYS = ("name", "language", "voice", "licence", "text", "sha256", "duration_ms")


@dataclass(frozen=True)
class Voice:
    """A speaker: the engine, its name for the voice, and how it is asked to speak (1.0 = as the engine does).

    A placeholder is understood and no more; `aftercall check` names the languages that it serves. `pause_ms` is the longest
    pause that is left between its words and sentences, `rate_hz` the rate of its files.
    """

    engine: str
    name: str
    language: str
    package: str
    licence: str
    speed: float
    pitch: float
    placeholder: bool = False
    pause_ms: int = PAUSE_MS
    rate_hz: int = RATES_HZ[0]


@dataclass(frozen=True)
class Prompt:
    """One file: `prompts/<language>/<name>.wav`."""

    name: str
    language: str
    voice: Voice
    text: str
    sha256: str
    duration_ms: int

    @property
    def key(self) -> str:
        """How a person names it: en/nps."""
        return f"{self.language}/{self.name}"


def parse(document: str, origin: str) -> list[Prompt]:
    """The prompts of a manifest, in its order; `origin` names it in errors."""
    try:
        tree = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{origin}: {error}") from error
    voices = {key: _voice(key, table, origin) for key, table in tree.get("voice", {}).items()}
    prompts = [_prompt(table, voices, origin) for table in tree.get("prompt", [])]
    keys = [prompt.key for prompt in prompts]
    for key in keys:
        if keys.count(key) > 1:
            raise PromptError(f"{origin}: {key} is there twice")
    return prompts


def read(path: Path) -> tuple[str, list[Prompt]]:
    """The manifest as text and as prompts."""
    try:
        document = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"{path}: {error.strerror}") from error
    return document, parse(document, str(path))


def _voice(key: str, table: dict, origin: str) -> Voice:
    missing = [name for name in ("engine", "name", "language", "package", "licence") if name not in table]
    if missing:
        raise PromptError(f"{origin}: voice {key} lacks {', '.join(missing)}")
    if table["engine"] not in ENGINES:
        raise PromptError(f"{origin}: voice {key}: no engine {table['engine']!r}, only {', '.join(ENGINES)}")
    return Voice(
        engine=table["engine"],
        name=table["name"],
        language=table["language"],
        package=table["package"],
        licence=table["licence"],
        speed=float(table.get("speed", 1.0)),
        pitch=float(table.get("pitch", 1.0)),
        placeholder=_placeholder(key, table, origin),
        pause_ms=_pause_ms(key, table, origin),
        rate_hz=_rate_hz(key, table, origin),
    )


def _placeholder(key: str, table: dict, origin: str) -> bool:
    """Said of a voice by hand; the robotic engine is never anything else."""
    placeholder = table.get("placeholder", False)
    if not isinstance(placeholder, bool):
        raise PromptError(f"{origin}: voice {key}: placeholder is true or false")
    if table["engine"] == "espeak" and not placeholder:
        raise PromptError(f"{origin}: voice {key}: an espeak voice is a placeholder, write placeholder = true")
    return placeholder


def _pause_ms(key: str, table: dict, origin: str) -> int:
    pause_ms = table.get("pause_ms", PAUSE_MS)
    if not isinstance(pause_ms, int) or pause_ms % 10 or not 50 <= pause_ms <= PAUSE_MS:
        raise PromptError(f"{origin}: voice {key}: pause_ms is a multiple of 10 from 50 to {PAUSE_MS}")
    return pause_ms


def _rate_hz(key: str, table: dict, origin: str) -> int:
    rate_hz = table.get("rate_hz", RATES_HZ[0])
    if rate_hz not in RATES_HZ:
        raise PromptError(f"{origin}: voice {key}: rate_hz is {' or '.join(map(str, RATES_HZ))}")
    return rate_hz


def _prompt(table: dict, voices: dict[str, Voice], origin: str) -> Prompt:
    key = f"{table.get('language', '?')}/{table.get('name', '?')}"
    missing = [name for name in PROMPT_KEYS if name not in table]
    if missing:
        raise PromptError(f"{origin}: prompt {key} lacks {', '.join(missing)}")
    if not re.fullmatch(r"[a-z][a-z]/[a-z][a-z0-9_]*", key):
        raise PromptError(f"{origin}: {key} is no prompt name (a language of two letters, then a-z, 0-9 and _)")
    voice = voices.get(table["voice"])
    if voice is None:
        raise PromptError(f"{origin}: prompt {key}: no voice {table['voice']!r}")
    if (voice.language, voice.licence) != (table["language"], table["licence"]):
        raise PromptError(f"{origin}: prompt {key}: its voice speaks {voice.language} under {voice.licence}")
    if re.search(r"\d", table["text"]):
        raise PromptError(f"{origin}: prompt {key}: write numbers as words, an engine may read digits in its own way")
    voice = replace(voice, speed=float(table.get("speed", voice.speed)))
    return Prompt(table["name"], table["language"], voice, table["text"], table["sha256"], table["duration_ms"])


def with_results(document: str, results: dict[str, tuple[str, int]]) -> str:
    """The document with the sha256 and duration in ms of each prompt named in `results` (by key)."""
    head, *tables = re.split(r"(?m)^(?=\[\[prompt\]\])", document)
    return head + "".join(_with_result(table, results) for table in tables)


def _with_result(table: str, results: dict[str, tuple[str, int]]) -> str:
    entry = tomllib.loads(table)["prompt"][0]
    result = results.get(f"{entry['language']}/{entry['name']}")
    if result is None:
        return table
    table = re.sub(r"(?m)^sha256 = .*$", f'sha256 = "{result[0]}"', table)
    return re.sub(r"(?m)^duration_ms = .*$", f"duration_ms = {result[1]}", table)
