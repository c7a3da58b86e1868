# SPDX-License-Identifier: GPL-3.0-or-later
"""A random session: a terminal, key bindings, a history, and what somebody types."""

import random
import shutil
import subprocess

HISTORY = [
    "net = chain(8, sigmoid, init: normal(0, 1))",
    "fn twice(x) {\n  y = 2 * x  # doubled\n  y\n}",
    "x = [1,\n2,\n3]",
    'print("a wide 漢字 text, and some é and e\u0301")',
    "t = flow(chain(12, tanh, width: 16, init: xavier_normal), batch: 32) |> select(layer, grad_norm, factor, state)",
    "1 + 1",
    "for i in 1..3 {\n\tprint(i)\n}",
    "ys = map(1..20, fn(i) = i * i) |> filter(fn(y) = y > 100) |> sort; len(ys)",
    "if x > 2 {\n  print(\"{x} is large, and this line is long enough to be wrapped in most windows of this test\")\n} else { 0 }",
    "net2 = chain(3, relu)",
]

WORDS = [
    "net", "chain(", "flow", "sigmoid", "tanh", "init: ", "normal(0, 1)", ")", ", ", " |> ", "select", "[1, 2]", "fn ",
    "if ", "{", "}", '"text ', '"', "# so", "é", "漢字", "e\u0301", "😀", "x", "1", " ", "  ", "width: 16", "(", "]", "1e-3",
]

SEARCHED = ["ch", "net", "x", "tw", "ta", "1", "zz", "漢", "print", "}"]

# Keys of Readline in its two modes that neither accept the line nor wait for a further key.
EMACS = [
    "\x01", "\x02", "\x05", "\x06", "\x08", "\x7f", "\x0b", "\x15", "\x17", "\x19", "\x14", "\x1f", "\x1bb", "\x1bf",
    "\x1bd", "\x1b\x7f", "\x1bt", "\x1bu", "\x1bl", "\x1bc", "\x1by", "\x1b\\", "\x18\x15", "\x18\x18", "\x00", "\x0c",
    "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b.", "\x1b<", "\x1b>", "\x1br", "\x1b*", "\x18\x7f",
]
ARGUED = ["\x02", "\x06", "\x7f", "x", "\x1bf", "\x14", "\x0b", "-", "漢", "\x1bu", "\x1f"]
VI = [
    "h", "l", "w", "b", "e", "0", "$", "x", "X", "D", "dw", "db", "d$", "dd", "cw", "u", "p", "P", "~", "i", "a", "A", "I",
    "rz", "fn", "Fa", ";", ",", "yw", "yy", "cc", "C", "S", "^", "%", "|", "5|", "tn", "Ta", "2x", "3l", "10h", "R", ".", "\x0c", "W", "B", "E",
]
HISTORY_KEYS = ["\x10", "\x0e", "\x1b[A", "\x1b[B", "\x1bOA", "\x1bOB"]

SIZES = [(80, 24), (140, 45), (20, 5), (80, 24), (40, 10), (12, 6), (33, 8), (61, 30), (9, 4)]
TERMINALS = ["xterm", "xterm-256color", "vt100", "screen", "linux", "tmux-256color", "ansi", "rxvt"]


def known_terminals():
    """Returns the kinds of terminals that this system describes."""
    if not shutil.which("infocmp"):
        return ["xterm", "vt100", "linux", "screen"]
    return [t for t in TERMINALS if subprocess.run(["infocmp", t], capture_output=True).returncode == 0]


class Session:
    """What a seed stands for. `steps` are pairs of a kind and its argument; `only` keeps those with these numbers."""

    def __init__(self, seed, terminals, only=None):
        random_ = random.Random(seed)
        self.seed = seed
        self.terminal = random_.choice(terminals)
        self.columns, self.rows = random_.choice(SIZES)
        self.is_vi = random_.random() < 0.3
        # Only keys of Readline, whose state is compared with that of a program that uses Readline alone.
        self.is_standard = random_.random() < 0.6
        self.modes = None
        self.inputrc = self.make_inputrc(random_)
        self.history = [random_.choice(HISTORY) for _ in range(random_.randint(0, 8))]
        self.history = [entry for i, entry in enumerate(self.history) if i == 0 or entry != self.history[i - 1]]
        steps = [self.step(random_) for _ in range(random_.randint(3, 25))]
        self.steps = steps if only is None else [steps[i] for i in only]

    def make_inputrc(self, random_):
        lines = ["set keyseq-timeout 30", "set bell-style " + random_.choice(["none", "audible", "visible"])]
        if self.is_vi:
            lines.append("set editing-mode vi")
        if random_.random() < 0.4:
            lines.append("set show-mode-in-prompt on")
            self.modes = {"emacs": "@", "vi-insert": "(ins)", "vi-command": "(cmd)"}
            if random_.random() < 0.5:
                self.modes = {"emacs": "e>", "vi-insert": "\1\x1b[1m\2+\1\x1b[0m\2", "vi-command": "\1\x1b[3m\2:"}
                for name, key in (("emacs", "emacs"), ("vi-ins", "vi-insert"), ("vi-cmd", "vi-command")):
                    text = self.modes[key].replace("\1", "\\1").replace("\2", "\\2").replace("\x1b", "\\e")
                    lines.append(f'set {name}-mode-string "{text}"')
        for name in ("horizontal-scroll-mode", "history-preserve-point", "show-all-if-ambiguous", "blink-matching-paren"):
            if random_.random() < 0.15:
                lines.append(f"set {name} on")
        if random_.random() < 0.3:
            lines.append("set enable-bracketed-paste off")
        if random_.random() < 0.3:
            lines.append("set completion-query-items 5")
        if random_.random() < 0.2:
            lines += ['"\\t": menu-complete']
        if self.is_standard:
            keys = ("\\e[A", "\\eOA", "\\C-p"), ("\\e[B", "\\eOB", "\\C-n")
            for name, chosen in zip(("previous-history", "next-history"), keys):
                lines += [f'"{key}": {name}' for key in chosen]
            lines.append('"\\t": tab-insert')
            # Completion, which only gradflow has.
            lines += [f'"\\e{key}": abort' for key in "*?="]
            if self.is_vi:
                lines += ["set keymap vi-command", '"k": previous-history', '"j": next-history',
                          '"-": previous-history', '"+": next-history', '"#": abort', '"v": abort']
                # This would turn to the keys of Emacs.
                lines.append('"\\C-e": abort')
                lines += [f'"{key}": abort' for key in ("*", "=", "\\\\")]
                lines += [f'"{key}": {n}' for n, c in zip(("previous-history", "next-history"), keys) for key in c]
        return "\n".join(lines) + "\n"

    def step(self, random_):
        kind = random_.random()
        if kind < 0.3:
            return "type", "".join(random_.choice(WORDS) for _ in range(random_.randint(1, 4)))
        if kind < 0.55:
            if self.is_vi:
                return "type", "\x1b" + "".join(random_.choice(VI) for _ in range(random_.randint(1, 4)))
            return "type", "".join(random_.choice(EMACS) for _ in range(random_.randint(1, 3)))
        if kind < 0.66:
            return "type", random_.choice(HISTORY_KEYS) * random_.randint(1, 3)
        if kind < 0.76:
            return "keys", self.search(random_)
        if kind < 0.80:
            text = random_.choice(HISTORY + ["a\tb", "\tx = 1", "1 +\n\n2"])
            if "enable-bracketed-paste off" in self.inputrc:
                return "type", text.replace("\n", " ").replace("\t", " ")
            return "type", ("\x1bi" if self.is_vi else "") + "\x1b[200~" + text.replace("\n", "\r") + "\x1b[201~"
        if kind < 0.84:
            if self.is_vi:
                return "type", "\x1b" + str(random_.randint(2, 20)) + random_.choice("hlxwbX~")
            digits = "".join("\x1b" + digit for digit in str(random_.choice([2, 3, 7, 12, 40])))
            return "keys", [digits, random_.choice(ARGUED)]
        if kind < 0.87:
            return "type", "\x16" + random_.choice(["\t", "\x01", "\x7f", "\x1b", "\x0c", "a"])
        if kind < 0.92:
            columns, rows = random_.choice(SIZES)
            return "resize", (columns, rows)
        if self.is_standard:
            return "type", random_.choice(WORDS)
        if kind < 0.96:
            return "keys", random_.choice([["\t"], ["\t\t"], ["\x1b?"], ["\t", "\t"], ["ch\t", "\t"]])
        if kind < 0.975:
            return "stop", None
        if kind < 0.985:
            return "type", "\x03"
        return "enter", None

    def search(self, random_):
        text = random_.choice(SEARCHED)
        if self.is_vi and random_.random() < 0.6:
            # The first Escape may end a search of the other kind.
            return ["\x1b", "\x1b", random_.choice("/?") + text, random_.choice(["\r", "\x1b"])]
        # A search that fails and then turns around reads beyond the end of the line in Readline 8.2.
        key = random_.choice(["\x12", "\x12", "\x13"])
        keys = [key + text] + [key] * random_.randint(0, 2) + random_.choice([[], ["\x7f"], ["n"]])
        return keys + [random_.choice(["\x07", "\x07", "\x1b", "\x05", "\x01", "\x02", "\x06"])]
