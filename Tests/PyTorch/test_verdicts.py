# SPDX-License-Identifier: GPL-3.0-or-later
"""Pipes the records of the example trainings into gradflow, and checks what it says about them."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

from gradflow import PROGRAM

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "pytorch"
CODE = 'recorded(read("-")) |> diagnose'


class VerdictTests(unittest.TestCase):
    def verdicts(self, script):
        """Returns the rows of `python script | gradflow -e CODE`."""
        training = subprocess.Popen(
            [sys.executable, EXAMPLES / script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        judged = subprocess.run(
            [PROGRAM, "--no-init", "--format", "json", "-e", CODE],
            stdin=training.stdout,
            capture_output=True,
            text=True,
        )
        training.stdout.close()
        self.assertEqual(training.wait(), 0)
        self.assertEqual(judged.returncode, 0, judged.stderr)
        return json.loads(judged.stdout)

    def test_vanishing_convnet(self):
        (row,) = self.verdicts("train_convnet.py")
        self.assertEqual((row["layer"], row["symptom"]), (1, "vanishing"))
        self.assertTrue(row["cause"].startswith("slope: layer 1 (body.0, Conv2d)"), row["cause"])

    def test_exploding_lstm(self):
        (row,) = self.verdicts("train_lstm.py")
        self.assertEqual((row["layer"], row["symptom"]), (2, "exploding"))
        self.assertIn("(lstm, LSTM)", row["cause"])
        self.assertTrue(row["remedy"].startswith("clip by norm"), row["remedy"])

    def test_overflow_in_half_precision(self):
        (row,) = self.verdicts("train_half.py")
        self.assertEqual((row["layer"], row["symptom"]), (2, "overflow"))
        self.assertIn("layer 2 (2, HalfLinear)", row["cause"])

    def test_healthy_resnet(self):
        self.assertEqual(self.verdicts("train_resnet.py"), [])


if __name__ == "__main__":
    unittest.main()
