"""The command line: build prompts, or check those in the tree without any engine."""

import argparse
import hashlib
import sys
from pathlib import Path

from . import engines, manifest, measure, shape, wavfile
from .errors import PromptError

DEFAULT_ROOT = Path(__file__).resolve().parents[3] / "prompts"
HEADER = (
    f"{'prompt':<26}{'ms':>6}{'heard':>7}{'master':>7}{'active':>7}{'peak':>6}{'clip':>5}"
    f"{'lead':>5}{'tail':>5}{'pause':>6}{'<250':>7}{'>3450':>7}{'dtmf':>5}"
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 0 when every prompt is as it should be."""
    options = _options(arguments)
    try:
        document, prompts = manifest.read(options.root / "manifest.toml")
        chosen = _chosen(prompts, options.only)
        faults = _check(options.root, chosen) if options.check else _build(options, document, chosen)
        if not options.only:
            faults += _strangers(options.root, prompts)
    except PromptError as error:
        faults = [str(error)]
    for fault in faults:
        print(f"prompts: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prompts/build",
        description="Builds prompts/<language>/<name>.wav from prompts/manifest.toml.",
    )
    parser.add_argument("--check", action="store_true", help="check what is in the tree; needs no speech engine")
    parser.add_argument("--update", action="store_true", help="write the sha256 and durations into the manifest")
    parser.add_argument("--only", action="append", metavar="LANG/NAME", help="this prompt or language; repeatable")
    parser.add_argument("--root", type=Path, default=DEFAULT_ROOT, help="the directory of manifest.toml")
    options = parser.parse_args(arguments)
    if options.check and options.update:
        parser.error("--check changes nothing, so it does not go with --update")
    return options


def _chosen(prompts: list[manifest.Prompt], only: list[str] | None) -> list[manifest.Prompt]:
    if not only:
        return prompts
    for word in only:
        if not any(word in (prompt.key, prompt.language) for prompt in prompts):
            raise PromptError(f"--only {word}: the manifest has no such prompt or language")
    return [prompt for prompt in prompts if prompt.key in only or prompt.language in only]


def _build(options: argparse.Namespace, document: str, prompts: list[manifest.Prompt]) -> list[str]:
    print(HEADER)
    faults, results = [], {}
    for prompt in prompts:
        try:
            spoken = engines.speak(prompt.voice, prompt.text)
            master = shape.shape(*spoken, prompt.voice.pause_ms)
            data = wavfile.encode(shape.at_rate(master, prompt.voice.rate_hz), prompt.voice.rate_hz)
        except PromptError as error:
            faults.append(f"{prompt.key}: {error}")
            continue
        found, departures = _examine(prompt, data)
        faults += departures
        digest = hashlib.sha256(data).hexdigest()
        if digest != prompt.sha256 and not options.update:
            faults.append(f"{prompt.key}: differs from the manifest's sha256; --update records the new one")
        results[prompt.key] = (digest, found.duration_ms)
        target = options.root / f"{prompt.key}.wav"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    if options.update:
        (options.root / "manifest.toml").write_text(manifest.with_results(document, results), encoding="utf-8")
    return faults


def _check(root: Path, prompts: list[manifest.Prompt]) -> list[str]:
    print(HEADER)
    faults = []
    for prompt in prompts:
        path = root / f"{prompt.key}.wav"
        if not path.is_file():
            faults.append(f"{prompt.key}: {path} is missing; scripts/prompts/build --only {prompt.key}")
            continue
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != prompt.sha256:
            faults.append(f"{prompt.key}: its sha256 is not the manifest's")
        try:
            found, departures = _examine(prompt, data)
        except PromptError as error:
            faults.append(str(error))
            continue
        faults += departures
        if found.duration_ms != prompt.duration_ms:
            faults.append(f"{prompt.key}: lasts {found.duration_ms} ms, the manifest says {prompt.duration_ms}")
    return faults


def _strangers(root: Path, prompts: list[manifest.Prompt]) -> list[str]:
    """Files beside the manifest's own; an operator's recordings have a directory of their own."""
    known = {f"{prompt.key}.wav" for prompt in prompts}
    found = {path.relative_to(root).as_posix() for path in root.glob("*/*.wav")}
    strangers = sorted(found - known)
    return [f"{name}: not in the manifest; own recordings go to the directory prompts.own" for name in strangers]


def _examine(prompt: manifest.Prompt, data: bytes) -> tuple[measure.Measures, list[str]]:
    found = measure.measure(*wavfile.decode(data, prompt.key))
    print(_row(prompt.key, found))
    return found, [f"{prompt.key}: {fault}" for fault in shape.faults(found, prompt.voice.rate_hz)]


def _row(key: str, found: measure.Measures) -> str:
    return (
        f"{key:<26}{found.duration_ms:>6}{found.heard_dbov:>7.1f}{found.master_dbov:>7.1f}{found.activity:>7.0%}"
        f"{found.peak_dbfs:>6.1f}{found.clipped:>5}{found.lead_ms:>5.0f}{found.tail_ms:>5.0f}{found.pause_ms:>6}"
        f"{found.below_band_db:>7.1f}{found.above_band_db:>7.1f}{found.dtmf_hits:>5}"
    )
