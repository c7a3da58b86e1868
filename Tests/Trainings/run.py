# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how often gradflow's verdicts on recordings are right.

Trains small random networks in PyTorch, half of them healthy (healthy.py) and half with a planted
fault (sick.py), records them with examples/pytorch/gradflow_hook.py, and lets the program diagnose
the recordings. A healthy training counts if it has learned, and a sick one if its fault took hold,
which training.py finds out without the program. A verdict on a healthy training is a false alarm,
and a sick one without an expected symptom is a miss, unless its rate is blamed and was too large.
Exits with 1 if more than 3 % of the healthy trainings that count are false alarms, or more than 6
% of the sick ones are misses. A training depends on nothing but its seed and the version of
PyTorch, 1.13 or later. Even seeds are healthy.

    run.py                          trains 200 networks, with the seeds from 0
    run.py 400 --seed 1000          trains 400 networks, with the seeds from 1000
    run.py --seed 1012 --keep DIR   trains a single network, and keeps its recording

The program is the one in the environment variable GRADFLOW, or .build/release/gradflow.
"""

import argparse
import json
import math
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from healthy import FAMILIES as HEALTHY
from healthy import healthy
from samples import ROOT
from sick import FAMILIES as SICK
from sick import KINDS
from training import Outcome, measure, record, score

PROGRAM = os.environ.get("GRADFLOW", str(ROOT / ".build" / "release" / "gradflow"))


@dataclass
class Result:
    """What a training was, whether it counts, and the verdicts on its recording."""

    seed: int
    kind: str
    family: str
    expected: tuple
    counts: bool
    verdicts: list

    @property
    def is_right(self):
        found = {verdict["symptom"] for verdict in self.verdicts}
        if self.kind == "large rate" and any(v["cause"].startswith("rate") for v in self.verdicts):
            return True
        return bool(found & set(self.expected)) if self.expected else not found

    def __str__(self):
        found = [f"{v['symptom']} ({v['cause']})" for v in self.verdicts] or ["no verdict"]
        expected = f", expected {' or '.join(self.expected)}" if self.expected else ""
        return f"  {self.seed} {self.family}: {'; '.join(found)}{expected}"


def diagnose(path):
    """Returns the program's verdicts on a recording."""
    code = f"recorded(read({json.dumps(str(path))})) |> diagnose"
    command = [PROGRAM, "--no-init", "--format", "json", "-e", code]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{path}: {done.stderr}")
    return json.loads(done.stdout)


def run(folder, seed):
    """Trains the network of a seed, and has its recording judged."""
    draw = random.Random(seed)
    torch.manual_seed(seed)
    warnings.simplefilter("ignore")
    if seed % 2 == 0:
        kind, family = "healthy", HEALTHY[seed // 2 % len(HEALTHY)]
        training, expected = healthy(draw, family), ()
    else:
        kind, family = SICK[seed // 2 % len(SICK)]
        training = family(draw)
        expected = training.symptoms or KINDS[kind].symptoms
    path = Path(folder) / f"{seed}-{family.__name__}.jsonl"
    every = draw.choice([n for n in (1, 2, 3, 5, 10, 20) if training.steps >= 4 * n])
    examine = measure if expected else score
    before = examine(training)
    losses = record(training, path, every)
    after = examine(training) if math.isfinite(losses[-1]) else before
    if expected:
        holds = training.holds or KINDS[kind].holds
        counts = holds(Outcome(training.model, losses, before, after))
    else:
        counts = after < 0.7 * before
    return Result(seed, kind, family.__name__, expected, counts, diagnose(path))


def report(results):
    """Prints a table and what is wrong. Returns whether enough is right."""
    counted = [r for r in results if r.counts]
    print(f"{'kind':12}{'trainings':>10}{'counted':>10}{'right':>10}")
    for kind in ["healthy", *KINDS]:
        total, own = sum(r.kind == kind for r in results), [r for r in counted if r.kind == kind]
        print(f"{kind:12}{total:10}{len(own):10}{sum(r.is_right for r in own):10}")
    is_good = True
    for title, most, is_sick in [("false alarms", 0.03, False), ("misses", 0.06, True)]:
        own = [r for r in counted if bool(r.expected) == is_sick]
        wrong = [r for r in own if not r.is_right]
        print(f"{title}: {len(wrong)} of {len(own)}", *wrong, sep="\n")
        is_good = is_good and len(wrong) <= most * len(own)
    others = Counter(r.family for r in results if not r.counts)
    print("not counted:", ", ".join(f"{n} {family}" for family, n in others.items()) or "none")
    return is_good


def main():
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("count", nargs="?", type=int, help="number of trainings")
    parser.add_argument("--seed", type=int, help="seed of the first training")
    parser.add_argument("--keep", metavar="DIR", help="folder for the recordings")
    parser.add_argument("--jobs", type=int, choices=[1, 2], default=2, help="number of processes")
    options = parser.parse_args()
    if shutil.which(PROGRAM) is None:
        parser.error(f"{PROGRAM} is not a program")
    first = options.seed or 0
    count = options.count or (200 if options.seed is None else 1)
    with tempfile.TemporaryDirectory() as temporary, multiprocessing.Pool(options.jobs) as pool:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        results = pool.map(partial(run, folder), range(first, first + count), chunksize=1)
    sys.exit(0 if report(results) else 1)


if __name__ == "__main__":
    main()
