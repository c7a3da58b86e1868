# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs gradflow for the tests of examples/pytorch."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "pytorch"
sys.path.insert(0, str(EXAMPLES))

# The program that is tested.
PROGRAM = os.environ.get("GRADFLOW", str(ROOT / ".build" / "release" / "gradflow"))
IS_SHORT = os.environ.get("GRADFLOW_TESTS") == "short"


def run(source):
    """Runs source code. Returns the tables that it prints, as lists of records."""
    command = [PROGRAM, "--no-init", "--format", "json", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{done.stderr}\n{source}")
    decoder, text, tables = json.JSONDecoder(), done.stdout.lstrip(), []
    while text:
        table, end = decoder.raw_decode(text)
        tables.append(table)
        text = text[end:].lstrip()
    return tables
