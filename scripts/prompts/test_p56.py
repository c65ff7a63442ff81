"""Facts about the active speech level."""

import unittest

import numpy as np

from studio import p56

RATE_HZ = 8000


def sine(seconds: float, peak: float, tone_hz: float = 440.0) -> np.ndarray:
    return peak * np.sin(2 * np.pi * tone_hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)


class SpeechLevel(unittest.TestCase):
    def test_a_steady_full_scale_sine_is_three_db_below_overload(self):
        level = p56.speech_level(sine(4.0, 1.0), RATE_HZ)
        self.assertAlmostEqual(level.active_dbov, -3.01, delta=0.1)
        self.assertGreater(level.activity, 0.98)

    def test_silence_lowers_the_long_term_level_but_not_the_active_level(self):
        speech = sine(3.0, 0.1)
        level = p56.speech_level(np.concatenate([speech, np.zeros(6 * RATE_HZ)]), RATE_HZ)
        self.assertAlmostEqual(level.long_term_dbov, -23.01 - 4.77, delta=0.05)
        self.assertAlmostEqual(level.active_dbov, -23.01, delta=0.5)
        self.assertAlmostEqual(level.activity, 1 / 3, delta=0.05)

    def test_a_pause_within_the_hangover_counts_as_speech(self):
        burst = np.concatenate([sine(0.3, 0.1), np.zeros(int(0.15 * RATE_HZ))])
        level = p56.speech_level(np.tile(burst, 10), RATE_HZ)
        self.assertGreater(level.activity, 0.97)

    def test_noise_far_below_the_speech_does_not_count_as_active(self):
        noise = np.random.default_rng(1).normal(0.0, 10 ** (-70 / 20), 6 * RATE_HZ)
        noise[: 3 * RATE_HZ] += sine(3.0, 0.1)
        level = p56.speech_level(noise, RATE_HZ)
        self.assertAlmostEqual(level.activity, 0.5, delta=0.06)

    def test_gain_moves_the_level_by_itself(self):
        speech = np.concatenate([sine(1.0, 0.2), np.zeros(RATE_HZ), sine(1.0, 0.3)])
        louder, softer = (p56.speech_level(speech * gain, RATE_HZ).active_dbov for gain in (1.0, 0.1))
        self.assertAlmostEqual(louder - softer, 20.0, delta=0.3)

    def test_the_level_hardly_depends_on_the_sampling_rate(self):
        fast = 0.1 * np.sin(2 * np.pi * 440.0 * np.arange(32000) / 16000)
        fast[8000:16000] = 0.0
        slow = fast[::2]
        rates = p56.speech_level(fast, 16000).active_dbov, p56.speech_level(slow, 8000).active_dbov
        self.assertAlmostEqual(rates[0], rates[1], delta=0.05)

    def test_digital_silence_has_no_level(self):
        self.assertIsNone(p56.speech_level(np.zeros(RATE_HZ), RATE_HZ))


if __name__ == "__main__":
    unittest.main()
