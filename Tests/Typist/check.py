# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a session and compares what is on the screen with what must be there."""

import os
import select
import tempfile

from model import Layout, visible_prompt
from terminal import Stuck, Terminal

PROMPT = "gf> "
MARK = "§"


class Fault(Exception):
    pass


def encoded(entry):
    return entry.replace("\\", "\\\\").replace("\n", "\\n")


def decoded(line):
    result, rest = "", iter(line)
    for character in rest:
        if character == "\\":
            character = {"n": "\n"}.get(following := next(rest, ""), following)
        result += character
    return result


class Reference:
    """Readline on its own, whose state is the truth about the line, and whose display is the truth about one row."""

    def __init__(self, program, session, folder):
        self.reading, writing = os.pipe()
        environment = {
            "TERM": session.terminal, "LC_ALL": "C.UTF-8", "INPUTRC": f"{folder}/inputrc", "HOME": folder, "PATH": "/bin",
        }
        self.terminal = Terminal(
            [program, f"{folder}/past"], environment, session.columns, session.rows, folder, writing)
        os.close(writing)
        self.pending = b""
        self.terminal.settle()

    def state(self):
        while select.select([self.reading], [], [], 0)[0]:
            data = os.read(self.reading, 65536)
            if not data:
                break
            self.pending += data
        last = self.pending.rstrip(b"\n").split(b"\n")[-1]
        self.pending = last + b"\n"
        fields = last.decode().split(" ")
        prompt, line = (bytes.fromhex(field) for field in fields[3:5])
        # Readline's cursor may be inside a character.
        point = len(line[: int(fields[2])].decode(errors="ignore"))
        return fields[0], fields[1] == "1", prompt.decode(errors="replace"), line.decode(errors="replace"), point

    def close(self):
        self.terminal.close()
        os.close(self.reading)


class Check:
    def __init__(self, session, program, reference, log=None):
        self.session = session
        self.log = log
        self.folder = tempfile.TemporaryDirectory(prefix="gradflow-typist-")
        path = self.folder.name
        with open(f"{path}/inputrc", "w") as file:
            file.write(session.inputrc)
        self.terminals = []
        self.reference = None
        self.above = []
        # Whether Readline's own display can be trusted. It leaves pieces after entries of several lines.
        self.is_simple = all(entry.isascii() and "\n" not in entry for entry in session.history)
        self.start(program, reference, path)

    def start(self, program, reference, path):
        session = self.session
        for name in ("past", "plain", "coloured"):
            with open(f"{path}/{name}", "w") as file:
                file.writelines(encoded(entry) + "\n" for entry in session.history)
        for name in ("plain", "coloured"):
            environment = {
                "TERM": session.terminal, "LC_ALL": "C.UTF-8", "INPUTRC": f"{path}/inputrc", "HOME": path,
                "PATH": "/usr/bin:/bin", "GRADFLOW_HISTORY": f"{path}/{name}", "GRADFLOW_PAGER": "cat",
            }
            if name == "plain":
                environment["NO_COLOR"] = "1"
            command = [program, "--quiet", "--no-init", "--threads", "1", "--color"]
            command.append("never" if name == "plain" else "always")
            self.terminals.append(Terminal(command, environment, session.columns, session.rows, path))
        if session.is_standard:
            self.reference = Reference(reference, session, path)
        for terminal in self.terminals:
            terminal.settle(0)

    def close(self):
        for terminal in self.terminals:
            terminal.close()
        if self.reference:
            self.reference.close()
        self.folder.cleanup()

    def all_terminals(self):
        return self.terminals + ([self.reference.terminal] if self.reference else [])

    def type(self, text):
        for terminal in self.all_terminals():
            terminal.type(text.encode())

    def run(self):
        self.compare("start")
        for number, (kind, argument) in enumerate(self.session.steps):
            if self.log:
                self.log(f"{number}: {kind} {argument!r}")
            if kind == "type":
                self.type(argument)
            elif kind == "keys":
                for part in argument:
                    self.type(part)
                    self.compare(number)
            elif kind == "resize":
                for terminal in self.all_terminals():
                    terminal.resize(*argument)
                self.above = None
                self.is_simple = False
            elif kind == "stop":
                for terminal in self.terminals:
                    terminal.stop_and_continue()
                self.above = None
            elif kind == "enter":
                self.type("\r")
            self.compare(number)
            if self.log:
                self.log("\n".join(f"  |{row}" for row in self.terminals[0].rows() if row))
        self.finish()

    def compare(self, where):
        plain, coloured = self.terminals
        if plain.rows() != coloured.rows():
            raise Fault(f"step {where}: colours change the text\n{both(plain.rows(), coloured.rows())}")
        if plain.cursor() != coloured.cursor():
            raise Fault(f"step {where}: colours move the cursor from {plain.cursor()} to {coloured.cursor()}")
        if self.reference:
            self.compare_with_reference(where)

    def compare_with_reference(self, where):
        editing_mode, is_message, prompt, line, point = self.reference.state()
        # With its cursor inside a character, Readline may split it.
        if "\ufffd" in line:
            self.above = None
            return
        mode = self.session.modes[editing_mode] if self.session.modes and not is_message else ""
        layout = Layout(visible_prompt(mode + prompt), line, point, self.columns())
        self.expect(layout, where)
        shown = self.reference.terminal
        # Readline's display is only right as long as there is no more than a single row, without wide characters.
        self.is_simple &= not self.session.is_vi and (prompt + line).isascii() and "\n" not in line and len(layout.rows) == 1
        if self.is_simple and "scroll-mode on" not in self.session.inputrc:
            row = shown.rows()[shown.cursor()[0]]
            if row != layout.texts()[0]:
                raise Fault(f"step {where}: Readline shows\n{row!r} instead of\n{layout.texts()[0]!r}")

    def columns(self):
        # Readline does not use the last column of a terminal that breaks rows in its own way.
        return self.terminals[0].screen.columns - (self.session.terminal == "ansi")

    def expect(self, layout, where):
        terminal = self.terminals[0]
        rows, height = terminal.rows(), terminal.screen.lines
        texts = layout.texts()
        cursor = terminal.cursor()
        top = cursor[0] - layout.cursor[0]
        if len(texts) <= height and (top < 0 or top + len(texts) > height):
            raise Fault(f"step {where}: the line does not fit\n{both(rows, texts)}")
        wanted = {top + i: text for i, text in enumerate(texts) if 0 <= top + i < height}
        for place in range(max(top, 0), height):
            if rows[place] != wanted.get(place, ""):
                raise Fault(f"step {where}: row {place} is {rows[place]!r}, not {wanted.get(place, '')!r}\n{both(rows, texts)}")
        if cursor[1] != min(layout.cursor[1], terminal.screen.columns - 1):
            raise Fault(f"step {where}: the cursor is in column {cursor[1]}, not {layout.cursor[1]}\n{both(rows, texts)}")
        above = rows[: max(top, 0)]
        if self.above is not None and above and self.above[len(self.above) - len(above) :] != above:
            raise Fault(f"step {where}: pieces above the line\n{both(above, self.above)}")
        self.above = above

    def finish(self):
        """Types a mark at the cursor and runs the line. The history says what was in it."""
        if self.reference is None:
            self.leave_states()
        self.type("\x1bi" if self.session.is_vi else "")
        if self.reference is not None:
            self.above = None
        self.type(MARK)
        self.compare("mark")
        rows, cursor = self.terminals[0].rows(), self.terminals[0].cursor()
        line = None
        if self.reference:
            line = self.reference.state()[3]
        for terminal in self.terminals:
            terminal.type(b"\r")
        if self.terminals[0].rows() != self.terminals[1].rows():
            raise Fault(f"after Enter, colours change the text\n{both(self.terminals[0].rows(), self.terminals[1].rows())}")
        entries = []
        for name in ("plain", "coloured"):
            with open(f"{self.folder.name}/{name}", errors="replace") as file:
                entries.append([decoded(entry.rstrip("\n")) for entry in file])
        if entries[0] != entries[1]:
            raise Fault(f"other entries with colours: {entries[0][-1:]} and {entries[1][-1:]}")
        if not entries[0] or MARK not in entries[0][-1]:
            return
        ran = entries[0][-1]
        if line is not None and "\ufffd" in line:
            return
        if line is not None and line.replace("\r", "") != ran and ran.count("\n") == line.count("\n"):
            raise Fault(f"{ran!r} was run, but {line!r} was typed")
        self.compare_shown(ran, rows, cursor)

    def leave_states(self):
        """Ends a search or a question, so that the next key is text."""
        for _ in range(2):
            self.type("\x07")

    def compare_shown(self, ran, rows, cursor):
        """The line that was on the screen must be the one that was run, with the cursor after the mark."""
        modes = [visible_prompt(mode) for mode in (self.session.modes or {"emacs": ""}).values()]
        for first in [mode + prompt for mode in modes for prompt in (PROMPT, "..> ")]:
            # Earlier lines of the entry are not part of what was shown last.
            texts = [ran] if first.endswith(PROMPT) else [ran.split("\n", i)[-1] for i in range(1, ran.count("\n") + 1)]
            for text in texts:
                if text.count(MARK) != 1:
                    return
                layout = Layout(first, text, text.index(MARK) + 1, self.columns())
                shown = layout.texts()
                top = cursor[0] - layout.cursor[0]
                wanted = {top + i: row for i, row in enumerate(shown) if 0 <= top + i < len(rows)}
                if all(rows[i] == wanted.get(i, "") for i in range(max(top, 0), len(rows))):
                    if cursor[1] == min(layout.cursor[1], self.terminals[0].screen.columns - 1):
                        return
        raise Fault(f"{ran!r} was run, but this was shown, with the cursor at {cursor}:\n" + "\n".join(rows))


def both(left, right):
    """Returns the rows that differ, one above the other."""
    rows = []
    for place in range(max(len(left), len(right))):
        a = left[place] if place < len(left) else ""
        b = right[place] if place < len(right) else ""
        rows.append(f"{' ' if a == b else '!'} |{a}\n{' ' if a == b else '!'} |{b}" if a != b else f"  |{a}")
    return "\n".join(rows)


__all__ = ["Check", "Fault", "Stuck"]
