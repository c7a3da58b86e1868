# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures time and memory of programs from outside, so that no program has to measure itself."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

LIMIT = 900  # seconds after which a run counts as hung
ATTEMPTS = 3  # in case something else on the machine delays the short run for longer than the steps take
ENVIRONMENT = dict(os.environ)
AVAILABLE = os.sched_getaffinity(0)


class Failure(Exception):
    """A program crashed, hung, or diverged."""

    def __init__(self, command, why, output=""):
        self.short = why
        text = " ".join(str(part) for part in command)
        super().__init__("\n".join(filter(None, (why, text, output[-2000:].rstrip()))))


@dataclass(frozen=True)
class Contestant:
    """A program that does a given number of steps."""

    name: str
    command: Callable
    steps: tuple  # of the short and of the long run
    threads: int


@dataclass(frozen=True)
class Run:
    seconds: float
    memory: int  # peak resident set, in bytes
    output: str


def cores():
    """Returns one processor per core, because two hardware threads of one core are not two cores."""
    first = {}
    for cpu in sorted(AVAILABLE):
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        first.setdefault(siblings.read_text() if siblings.exists() else cpu, cpu)
    return list(first.values())


def run(command, threads, limit=LIMIT):
    """Runs a program on the given number of processors and waits for it. Raises a failure unless it succeeds."""
    environment = ENVIRONMENT | {"OMP_NUM_THREADS": str(threads), "PYTHONDONTWRITEBYTECODE": "1"}
    # The child inherits the affinity, and sees only these processors when it counts them.
    os.sched_setaffinity(0, cores()[:threads])
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            list(map(str, command)), env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=errors, start_new_session=True,
        )
        late = threading.Event()

        def stop():
            late.set()
            os.killpg(child.pid, signal.SIGKILL)

        timer = threading.Timer(limit, stop)
        timer.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
            os.sched_setaffinity(0, AVAILABLE)
        seconds = time.perf_counter() - start
        child.returncode = code = os.waitstatus_to_exitcode(status)
        if late.is_set():
            raise Failure(command, f"timed out after {limit} s")
        if code != 0:
            errors.seek(0)
            raise Failure(command, f"failed with status {code}", errors.read().decode(errors="replace"))
        output.seek(0)
        return Run(seconds, usage.ru_maxrss * 1024, output.read().decode())


def slope(contestant):
    """Returns the seconds per step, from the difference between a long and a short run. Start-up, compilation and data
    generation are part of both runs and cancel out. A run before them loads the program's files into memory."""
    short, long = contestant.steps
    for _ in range(ATTEMPTS):
        _, first, second = (run(contestant.command(n), contestant.threads).seconds for n in (short, short, long))
        if second > first:
            return (second - first) / (long - short)
    raise Failure(contestant.command(long), f"{long} steps took no longer than {short} in {ATTEMPTS} attempts")
