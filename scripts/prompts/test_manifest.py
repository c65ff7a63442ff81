"""Facts about the manifest and the command line, on a manifest of their own."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from studio import cli, engines, manifest, wavfile
from studio.errors import PromptError

DOCUMENT = """# kept
[voice.one]
engine = "pico"
name = "en-US"
language = "en"
package = "py-nanotts"
licence = "Apache-2.0"

[[prompt]]
name = "first"
language = "en"
voice = "one"
licence = "Apache-2.0"
text = "Good day. How are you?"
sha256 = ""
duration_ms = 0

# about the second
[[prompt]]
name = "second"
language = "en"
voice = "one"
licence = "Apache-2.0"
text = "Fine."
sha256 = "old"
duration_ms = 7
"""


class Manifest(unittest.TestCase):
    def refused(self, before: str, after: str, reason: str):
        self.assertIn(before, DOCUMENT)
        with self.assertRaisesRegex(PromptError, reason):
            manifest.parse(DOCUMENT.replace(before, after), "test")

    def test_prompts_come_in_order_with_their_voice(self):
        prompts = manifest.parse(DOCUMENT, "test")
        self.assertEqual([prompt.key for prompt in prompts], ["en/first", "en/second"])
        self.assertEqual(prompts[0].voice.name, "en-US")

    def test_results_change_only_their_own_lines(self):
        expected = DOCUMENT.replace('"old"', '"new"').replace("duration_ms = 7", "duration_ms = 1234")
        self.assertEqual(manifest.with_results(DOCUMENT, {"en/second": ("new", 1234)}), expected)

    def test_what_is_wrong_is_named(self):
        self.refused('name = "en-US"\n', 'name = "en-US"\nrate_hz = 44100\n', "rate_hz is 16000 or 8000")
        self.refused('voice = "one"\n', 'voice = "two"\n', "no voice 'two'")
        self.refused('engine = "pico"', 'engine = "hal"', "no engine 'hal'")
        self.refused("Fine.", "Fine, 9 of 10.", "numbers as words")
        self.refused('"second"', '"first"', "twice")
        self.refused('name = "second"', 'name = "../x"', "no prompt name")
        self.refused('text = "Fine."\n', "", "lacks text")
        licensed = 'licence = "Apache-2.0"\ntext = "Fine'
        self.refused(licensed, licensed.replace("Apache-2.0", "MIT"), "its voice speaks en under Apache-2.0")


    def test_a_prompt_may_have_a_speed_and_a_voice_its_longest_pause(self):
        quick = DOCUMENT.replace('text = "Fine."', 'speed = 1.35\ntext = "Fine."')
        quick = quick.replace('licence = "Apache-2.0"\n\n[[prompt]]', 'licence = "Apache-2.0"\nspeed = 1.1\npause_ms = 200\n\n[[prompt]]', 1)
        first, second = manifest.parse(quick, "test")
        self.assertEqual((first.voice.speed, second.voice.speed), (1.1, 1.35))
        self.assertEqual((first.voice.pause_ms, second.voice.pause_ms), (200, 200))
        self.assertEqual(manifest.parse(DOCUMENT, "test")[0].voice.pause_ms, manifest.PAUSE_MS)
        for pause in ("205", "0", "400", '"short"'):
            self.refused('engine = "pico"', f'engine = "pico"\npause_ms = {pause}', "pause_ms is a multiple of 10")

    def test_a_robotic_voice_is_a_placeholder_and_says_so(self):
        robot = DOCUMENT.replace('engine = "pico"', 'engine = "espeak"')
        with self.assertRaisesRegex(PromptError, "write placeholder = true"):
            manifest.parse(robot, "test")
        marked = robot.replace('engine = "espeak"', 'engine = "espeak"\nplaceholder = true')
        self.assertTrue(all(prompt.voice.placeholder for prompt in manifest.parse(marked, "test")))
        self.assertFalse(manifest.parse(DOCUMENT, "test")[0].voice.placeholder)
        self.refused('engine = "pico"', 'engine = "pico"\nplaceholder = "yes"', "placeholder is true or false")


class Engines(unittest.TestCase):
    def voice(self, engine: str, name: str, language: str = "fi") -> manifest.Voice:
        return manifest.Voice(engine, name, language, "festvox-suopuhe-lj", "LGPL-2.0-or-later", 1.0, 1.0)

    def test_a_missing_engine_names_its_package(self):
        with mock.patch.dict("sys.modules", {"py_nanotts": None}), self.assertRaisesRegex(PromptError, "py-nanotts"):
            engines.speak(self.voice("pico", "en-US"), "Hello.")
        with mock.patch("shutil.which", return_value=None), self.assertRaisesRegex(PromptError, "apt install festival"):
            engines.speak(self.voice("festival", "suo_fi_lj_diphone"), "Hei.")
        with mock.patch("shutil.which", return_value=None), self.assertRaisesRegex(PromptError, "apt install espeak-ng"):
            engines.speak(self.voice("espeak", "pl", "pl"), "Halo.")

    def test_a_missing_voice_names_its_package(self):
        found = mock.patch("shutil.which", return_value="/bin/true")
        with found, self.assertRaisesRegex(PromptError, "festvox-suopuhe-lj"):
            engines.speak(self.voice("festival", "no_such_voice"), "Hei.")

    def test_finnish_reaches_festival_as_latin_1(self):
        script = engines.festival_script(self.voice("festival", "suo_fi_lj_diphone"), ["Näppäile työ."], "/room")
        self.assertIn(b"N\xe4pp\xe4ile ty\xf6.", script)

    def test_czech_reaches_festival_as_latin_2(self):
        script = engines.festival_script(self.voice("festival", "czech_dita", "cs"), ["Stiskněte mřížku."], "/room")
        self.assertIn("Stiskněte mřížku.".encode("iso-8859-2"), script)

    def test_a_letter_that_latin_1_lacks_is_named(self):
        with self.assertRaisesRegex(PromptError, "ř"):
            engines.festival_script(self.voice("festival", "suo_fi_lj_diphone"), ["ř"], "/room")

    def test_a_text_falls_into_sentences(self):
        self.assertEqual(engines.sentences("Mitä kuuluu? Hyvää.  Kiitos."), ["Mitä kuuluu?", "Hyvää.", "Kiitos."])


class CommandLine(unittest.TestCase):
    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.root = Path(room.name)
        (self.root / "manifest.toml").write_text(DOCUMENT, encoding="utf-8")

    def run_tool(self, *arguments: str) -> tuple[int, str]:
        """The exit status and what went to stderr, with an engine that hums syllables."""
        time = np.arange(32000) / 16000
        hum = 0.1 * np.sin(2 * np.pi * 500 * time) * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time))
        errors = io.StringIO()
        with mock.patch.object(engines, "speak", return_value=(hum, 16000)):
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
                return cli.main(["--root", str(self.root), *arguments]), errors.getvalue()

    def test_an_updated_build_passes_the_check_and_builds_the_same_again(self):
        self.assertEqual(self.run_tool("--update"), (0, ""))
        self.assertEqual(self.run_tool("--check"), (0, ""))
        self.assertEqual(self.run_tool(), (0, ""))

    def test_a_build_that_differs_from_the_manifest_says_so(self):
        status, errors = self.run_tool("--only", "en/first")
        self.assertEqual(status, 1)
        self.assertIn("en/first: differs from the manifest's sha256", errors)
        self.assertNotIn("en/second", errors)

    def test_the_check_finds_missing_changed_and_unknown_files(self):
        self.run_tool("--update")
        (self.root / "en/second.wav").unlink()
        samples, rate_hz = wavfile.read(self.root / "en/first.wav")
        (self.root / "en/first.wav").write_bytes(wavfile.encode(samples * 0.5, rate_hz))
        (self.root / "en/third.wav").write_bytes(b"")
        _, errors = self.run_tool("--check")
        about_first = ("first: its sha256", "first: active speech level")
        for words in ("second.wav is missing", *about_first, "en/third.wav: not in"):
            self.assertIn(words, errors)

    def test_what_is_no_wav_is_left_alone(self):
        self.run_tool("--update")
        (self.root / "sv").mkdir()
        (self.root / "sv/first.mp3").write_bytes(b"theirs")
        self.assertEqual(self.run_tool("--check"), (0, ""))

    def test_an_unknown_prompt_is_refused(self):
        self.assertIn("no such prompt", self.run_tool("--only", "en/none")[1])


if __name__ == "__main__":
    unittest.main()
