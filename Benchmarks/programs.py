# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the programs come from that are compared: gradflow is built, the peers are installed."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def say(text):
    print(text, file=sys.stderr, flush=True)


def add_options(parser):
    """The options of every comparison that say which programs to take."""
    parser.add_argument("--gradflow", metavar="PATH", help="this binary, instead of building one")
    parser.add_argument("--python", metavar="PATH", help="an interpreter that has the peers, instead of .venv")


def find(chosen):
    """gradflow and the interpreter, as the options say."""
    gradflow = Path(chosen.gradflow or built_gradflow()).resolve()
    # Not resolved: the link's place is what makes an interpreter belong to an environment.
    return gradflow, Path(chosen.python or python_with_peers()).absolute()


def built_gradflow():
    say("building gradflow")
    subprocess.run(["swift", "build", "-c", "release", "--product", "gradflow"], cwd=ROOT, check=True, stdout=sys.stderr)
    return ROOT / ".build/release/gradflow"


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
