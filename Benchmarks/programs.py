# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared by the commands: building the programs to measure, and running a command's main function."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import measure
from measure import Contestant, Failure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PEAK_ROUND = 16e6  # operations per round and thread of peak.c


def say(text):
    print(text, file=sys.stderr, flush=True)


def product(name, folder=ROOT):
    """Builds a product of a Swift package with optimisation, and returns its path."""
    say(f"building {name}")
    subprocess.run(["swift", "build", "-c", "release", "--product", name], cwd=folder, check=True, stdout=sys.stderr)
    return folder / ".build/release" / name


def peak(folder):
    """Builds the program that only multiplies and adds, for AVX2 on x86-64 like gradflow, and returns its path."""
    flags = ["-mavx2", "-mfma"] if os.uname().machine in ("x86_64", "amd64") else []
    program = Path(folder) / "peak"
    subprocess.run(["cc", "-O3", *flags, HERE / "peak.c", "-o", program, "-lpthread"], check=True)
    return program


def peak_contestant(program, threads, seconds):
    """Returns the peak program as a contestant whose long run takes about `seconds`."""
    steps = (10, 10 + int(4000 * seconds))
    return Contestant(f"peak{threads}", lambda n: [program, str(n), str(threads)], steps, threads)


def best_peaks(program, peaks):
    """Measures the peak again and updates `peaks`, the highest operations per second by the number of threads."""
    for threads in (1, 2):
        seconds = measure.slope(peak_contestant(program, threads, seconds=1.5))
        peaks[threads] = max(peaks.get(threads, 0), threads * PEAK_ROUND / seconds)


def add_options(parser):
    """Adds the options that select the programs of a comparison."""
    parser.add_argument("--gradflow", metavar="PATH", help="binary to use instead of building one")
    parser.add_argument("--python", metavar="PATH", help="interpreter with the peers, to use instead of .venv")


def find(chosen):
    """Returns the paths of gradflow and of the Python interpreter, as selected by the options."""
    gradflow = Path(chosen.gradflow or product("gradflow")).resolve()
    # Do not resolve the link: its location determines the environment of an interpreter.
    return gradflow, Path(chosen.python or python_with_peers()).absolute()


def python_with_peers():
    """Returns the interpreter of a virtual environment with the peers. The environment is created on first use, and
    again when the list of peers has changed."""
    wanted = (HERE / "requirements.txt").read_text()
    environment = HERE / ".venv"
    python, installed = environment / "bin/python", environment / "installed.txt"
    if not (installed.exists() and installed.read_text() == wanted):
        say("installing the peers into Benchmarks/.venv (several gigabytes, mostly for PyTorch)")
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True, stdout=sys.stderr)
        install = [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"]
        subprocess.run(install, check=True, stdout=sys.stderr)
        installed.write_text(wanted)
    return python


def command(main, name, tools=()):
    """Runs a command's main function. If it cannot run or fails, exits with a message, and no report is written."""
    if len(measure.cores()) < 2:
        sys.exit(f"{name}: needs two cores")
    for tool in tools:
        if not shutil.which(tool):
            sys.exit(f"{name}: needs '{tool}'")
    try:
        main()
    except (Failure, subprocess.CalledProcessError) as failure:
        sys.exit(f"{name}: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
