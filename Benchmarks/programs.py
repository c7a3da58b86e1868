# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands share: the programs they measure, built, and how a command begins and ends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import measure
from measure import Contestant, Failure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PEAK_ROUND = 16e6  # operations of a round and thread of peak.c


def say(text):
    print(text, file=sys.stderr, flush=True)


def product(name, folder=ROOT):
    """A product of a Swift package, optimised; its path."""
    say(f"building {name}")
    subprocess.run(["swift", "build", "-c", "release", "--product", name], cwd=folder, check=True, stdout=sys.stderr)
    return folder / ".build/release" / name


def peak(folder):
    """The program that only multiplies and adds, for AVX2 on x86-64 as gradflow is."""
    flags = ["-mavx2", "-mfma"] if os.uname().machine in ("x86_64", "amd64") else []
    program = Path(folder) / "peak"
    subprocess.run(["cc", "-O3", *flags, HERE / "peak.c", "-o", program, "-lpthread"], check=True)
    return program


def peak_contestant(program, threads, seconds):
    """It, running for about so long."""
    steps = (10, 10 + int(4000 * seconds))
    return Contestant(f"peak{threads}", lambda n: [program, str(n), str(threads)], steps, threads)


def best_peaks(program, peaks):
    """Raises what is known of the machine's best, in operations per second by threads, by measuring again."""
    for threads in (1, 2):
        seconds = measure.slope(peak_contestant(program, threads, seconds=1.5))
        peaks[threads] = max(peaks.get(threads, 0), threads * PEAK_ROUND / seconds)


def add_options(parser):
    """The options of every comparison that say which programs to take."""
    parser.add_argument("--gradflow", metavar="PATH", help="this binary, instead of building one")
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has the peers, instead of .venv")


def find(chosen):
    """gradflow and the interpreter, as the options say."""
    gradflow = Path(chosen.gradflow or product("gradflow")).resolve()
    # Not resolved: the link's place is what makes an interpreter belong to an environment.
    return gradflow, Path(chosen.python or python_with_peers()).absolute()


def python_with_peers():
    """The interpreter of an environment of our own, with the peers in it; made at the first time and when the list
    of peers has changed."""
    wanted = (HERE / "requirements.txt").read_text()
    environment = HERE / ".venv"
    python, installed = environment / "bin/python", environment / "installed.txt"
    if not (installed.exists() and installed.read_text() == wanted):
        say("installing the peers into Benchmarks/.venv (several gigabytes; PyTorch brings much with it)")
        subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True, stdout=sys.stderr)
        install = [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"]
        subprocess.run(install, check=True, stdout=sys.stderr)
        installed.write_text(wanted)
    return python


def command(main, name, tools=()):
    """Runs a command's main function. What hinders it is said in a line, and no report is written."""
    if len(measure.cores()) < 2:
        sys.exit(f"{name}: two cores are needed")
    for tool in tools:
        if not shutil.which(tool):
            sys.exit(f"{name}: '{tool}' is needed")
    try:
        main()
    except (Failure, subprocess.CalledProcessError) as failure:
        sys.exit(f"{name}: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
