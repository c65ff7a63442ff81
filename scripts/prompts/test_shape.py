"""Facts about how speech becomes a prompt, with a synthetic speaker instead of an engine."""

import unittest

import numpy as np

from studio import filters, measure, shape, wavfile
from studio.errors import PromptError

RATE_HZ = 22050


def babble(seconds: float, seed: int) -> np.ndarray:
    """Noise with the slow swell of syllables, five a second; no engine needed."""
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(seed).normal(0.0, 0.1, len(time))
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 5 * time)
    return swell * np.convolve(noise, filters.low_pass_taps(2000.0, RATE_HZ, 101), mode="same")


def pause(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE_HZ))


def spoken() -> np.ndarray:
    speech = [babble(1.5, 1), pause(0.9), babble(1.2, 2), pause(0.3), babble(1.0, 3)]
    return np.concatenate([pause(0.7), *speech, pause(0.8)])


class Shape(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prompt = shape.shape(spoken(), RATE_HZ)
        cls.found = measure.measure(cls.prompt, shape.MASTER_RATE_HZ)

    def test_a_shaped_prompt_has_no_fault(self):
        self.assertEqual(shape.faults(self.found), [])

    def test_silence_around_is_exact(self):
        data = wavfile.encode(self.prompt, shape.MASTER_RATE_HZ)
        samples, _ = wavfile.decode(data, "test")
        self.assertTrue(np.all(samples[:1600] == 0.0) and np.all(samples[-3200:] == 0.0))
        self.assertAlmostEqual(self.found.lead_ms, 100.0, delta=1.0)
        self.assertAlmostEqual(self.found.tail_ms, 200.0, delta=1.0)

    def test_a_long_pause_is_shortened_and_a_short_one_kept(self):
        runs = measure.quiet_runs(measure.loud_frames(self.prompt, shape.MASTER_RATE_HZ, measure.QUIET_DBOV))
        longest = sorted(10 * (end - start) for start, end in runs)[-2:]
        self.assertAlmostEqual(longest[0], 300, delta=30)
        self.assertTrue(350 <= longest[1] <= 400, longest)

    def test_what_is_spoken_as_a_caller_is_at_telephone_rate_and_its_silence_exact(self):
        caller = shape.at_rate(self.prompt, 8000)
        samples, rate_hz = wavfile.decode(wavfile.encode(caller, 8000), "test")
        self.assertEqual((rate_hz, len(samples)), (8000, len(self.prompt) // 2))
        self.assertTrue(np.all(samples[:800] == 0.0) and np.all(samples[-1600:] == 0.0))
        found = measure.measure(samples, 8000)
        self.assertEqual([fault for fault in shape.faults(found, 8000) if "pause" not in fault], [])
        self.assertEqual(len(shape.faults(found)) - len(shape.faults(found, 8000)), 1, "it is no prompt")

    def test_the_same_speech_gives_the_same_bytes(self):
        again = shape.shape(spoken(), RATE_HZ)
        self.assertEqual(wavfile.encode(again, 16000), wavfile.encode(self.prompt, 16000))

    def test_a_click_is_brought_down_and_the_speech_beside_it_kept(self):
        signal = 0.1 * np.sin(2 * np.pi * 500 * np.arange(16000) / 16000)
        clicked = signal.copy()
        clicked[8000] = 0.95
        limited = shape.limit_peaks(clicked)
        self.assertLessEqual(measure.peak_dbfs(limited), shape.PEAK_AIM_DBFS + 1e-9)
        np.testing.assert_allclose(limited[:7800], signal[:7800], atol=1e-12)
        np.testing.assert_allclose(limited[8200:], signal[8200:], atol=1e-12)

    def test_silence_from_an_engine_is_refused(self):
        with self.assertRaisesRegex(PromptError, "silence"):
            shape.shape(np.zeros(RATE_HZ), RATE_HZ)

    def test_a_soft_prompt_and_a_clipped_one_are_named(self):
        self.assertIn("active speech level", shape.faults(measure.measure(self.prompt * 0.5, 16000))[0])
        loud = np.clip(self.prompt * 8, -1.0, 32767 / 32768)
        self.assertTrue(any("peak" in fault for fault in shape.faults(measure.measure(loud, 16000))))


class Dtmf(unittest.TestCase):
    def tone(self, *tones_hz: float) -> np.ndarray:
        time = np.arange(800) / 8000
        return sum(0.1 * np.sin(2 * np.pi * tone * time) for tone in tones_hz)

    def test_a_dtmf_pair_is_found(self):
        self.assertGreater(measure.longest_dtmf_run(self.tone(770, 1336)), 10)

    def test_one_tone_noise_and_other_pairs_are_no_digit(self):
        noise = np.random.default_rng(4).normal(0, 0.1, 8000)
        for signal in (self.tone(1000), self.tone(440, 480), noise, np.zeros(8000), np.zeros(5)):
            self.assertLessEqual(measure.longest_dtmf_run(signal), 1)


class Filters(unittest.TestCase):
    def level_after(self, tone_hz: float, change) -> float:
        signal = np.sin(2 * np.pi * tone_hz * np.arange(32000) / 16000)
        result = change(signal)
        middle = result[len(result) // 4 : 3 * len(result) // 4]
        return 10 * np.log10(np.mean(middle**2) * 2 + 1e-12)

    def test_the_view_at_8_khz_keeps_the_telephone_band_and_nothing_above(self):
        def view(signal):
            return filters.resample(signal, 16000, 8000, 3450)

        for tone_hz in (300, 1000, 3300):
            self.assertAlmostEqual(self.level_after(tone_hz, view), 0.0, delta=0.1)
        for tone_hz in (3700, 4100, 6000):
            self.assertLess(self.level_after(tone_hz, view), -50)

    def test_the_high_pass_removes_hum_and_keeps_the_voice(self):
        def cut(signal):
            return filters.high_pass(signal, 16000, 270)

        self.assertLess(self.level_after(50, cut), -50)
        self.assertLess(self.level_after(150, cut), -40)
        self.assertAlmostEqual(self.level_after(400, cut), 0.0, delta=0.1)

    def test_resampling_by_an_odd_ratio_keeps_tone_and_length(self):
        tone = np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050)
        result = filters.resample(tone, 22050, 16000, 7500)
        expected = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000)
        self.assertEqual(len(result), 16000)
        np.testing.assert_allclose(result[500:-500], expected[500:-500], atol=1e-3)


if __name__ == "__main__":
    unittest.main()
