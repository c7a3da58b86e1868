# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples to train on. Every function returns the given number of inputs, and their targets."""

import csv
import math
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
with open(ROOT / "examples" / "data" / "digits.csv") as file:
    DIGITS = torch.tensor([[float(x) for x in row] for row in list(csv.reader(file))[1:]])


def digits(count, brightness=2.0):
    """Returns handwritten digits of 8 x 8 pixels."""
    rows = DIGITS[torch.randint(len(DIGITS), (count,))]
    return rows[:, :64] * (brightness / 16), rows[:, 64].long()


def masks(count):
    """Returns noisy images of digits, and where the digits are."""
    x = digits(count)[0].view(-1, 1, 8, 8)
    return x + 0.5 * torch.randn_like(x), (x > 1).float()


def friedman(count):
    """Returns Friedman's regression problem, standardized, with two inputs that have no effect."""
    x = torch.rand(count, 7)
    y = 10 * torch.sin(math.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
    return (x - 0.5) * 3.46, ((y + 10 * x[:, 3] + 5 * x[:, 4] - 14.4) / 5)[:, None]


def series(count, length=24):
    """Returns noisy waves as sequences, and the same sequences one step later."""
    frequency, phase = 0.6 * torch.rand(count, 1) + 0.2, 2 * math.pi * torch.rand(count, 1)
    x = torch.sin(frequency * torch.arange(length + 1) + phase)
    x = (x + 0.05 * torch.randn(count, length + 1))[..., None]
    return x[:, :-1], x[:, 1:]


def waves(count, length=24):
    """Returns noisy waves as sequences, and which of four frequencies each has."""
    y, phase = torch.randint(4, (count,)), 2 * math.pi * torch.rand(count, 1)
    x = torch.sin(3.4 * math.pi * (y[:, None] + 1) * torch.arange(length) / length + phase)
    return (x + 0.3 * torch.randn(count, length))[..., None], y


def unsorted(count):
    """Returns sequences of eight kinds of tokens, and the same sequences sorted."""
    x = torch.randint(8, (count, 6))
    return x, x.sort(1)[0]
