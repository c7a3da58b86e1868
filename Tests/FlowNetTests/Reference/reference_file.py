# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a file of reference numbers, or compares it with new ones."""

import argparse
import json
import sys


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(u, v) for u, v in zip(a, b))
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-13 * abs(b)
    return a == b


def write(description, file, make):
    """Writes the numbers that `make` returns. With --check, compares them with the file and exits with 1 if they differ."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    options = parser.parse_args()
    text = json.dumps(make(), allow_nan=False, separators=(",", ":")) + "\n"
    if not options.check:
        file.write_text(text)
        return
    equal = same(json.loads(text), json.loads(file.read_text()))
    print(file.name, "agrees" if equal else "differs")
    sys.exit(0 if equal else 1)
