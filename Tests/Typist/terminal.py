# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on a pseudo-terminal, whose output an emulator displays."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
import unicodedata

import pyte

DEADLINE = 20.0


class Stuck(Exception):
    """The program did not wait for input in time, or has ended."""


class Screen(pyte.Screen):
    """An emulator that, like terminals, combines a mark with a character in the last column, and keeps the cursor on its
    row when the window becomes smaller."""

    def resize(self, lines=None, columns=None):
        if lines < self.lines:
            gone = max(0, self.cursor.y - lines + 1)
            rows = [self.buffer[place] for place in range(gone, gone + lines)]
            self.buffer.clear()
            self.buffer.update(enumerate(rows))
            self.cursor.y -= gone
            self.lines = lines
        super().resize(lines, columns)
        self.cursor.x = min(self.cursor.x, self.columns - 1)

    def draw(self, data):
        for character in data:
            if unicodedata.combining(character) and self.cursor.x == self.columns:
                line = self.buffer[self.cursor.y]
                place = self.columns - 1
                while place > 0 and line[place].data == "":
                    place -= 1
                combined = unicodedata.normalize("NFC", line[place].data + character)
                line[place] = line[place]._replace(data=combined)
            else:
                super().draw(character)


class Terminal:
    def __init__(self, command, environment, columns, rows, folder, pass_descriptor=None):
        self.screen = Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        master, slave = pty.openpty()
        self.master, self.slave = master, slave
        # Otherwise Ctrl-S stops the output instead of searching forward.
        modes = termios.tcgetattr(slave)
        modes[0] &= ~termios.IXON
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        self.set_size(columns, rows)
        self.process = os.fork()
        if self.process == 0:
            try:
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for descriptor in range(3):
                    os.dup2(slave, descriptor)
                if pass_descriptor is not None:
                    os.dup2(pass_descriptor, 3)
                    os.set_inheritable(3, True)
                os.closerange(4 if pass_descriptor is not None else 3, 64)
                os.chdir(folder)
                os.execve(command[0], command, environment)
            finally:
                os._exit(127)
        self.switches = None

    def set_size(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def drain(self):
        """Displays all output that has arrived, and returns whether there was any."""
        any_output = False
        while select.select([self.master], [], [], 0)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            self.raw += data
            self.stream.feed(data)
            any_output = True
        return any_output

    def state(self):
        with open(f"/proc/{self.process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]

    def is_waiting(self):
        """Returns whether the program waits for input without a time limit, which it does only between two keys."""
        try:
            with open(f"/proc/{self.process}/syscall") as file:
                call = file.read().split()
        except OSError:
            return False
        if call[0] == "7":
            return int(call[3], 16) & 0xFFFFFFFF == 0xFFFFFFFF
        return call[0] in ("73", "271") and int(call[3], 16) == 0

    def wakes(self):
        with open(f"/proc/{self.process}/status") as file:
            for line in file:
                if line.startswith("voluntary_ctxt_switches"):
                    return int(line.split()[1])
        return 0

    def bytes_read(self):
        with open(f"/proc/{self.process}/io") as file:
            return int(file.readline().split()[1])

    def settle(self, woken_since=None, read=0, is_answered=True):
        """Waits until the program has read this many bytes in total, reacted to everything, and waits for more. If it is
        not answered yet, the program must also have written something."""
        end = time.monotonic() + DEADLINE
        pause = 0.0002
        while time.monotonic() < end:
            is_answered |= self.drain()
            if self.has_ended():
                raise Stuck("the program has ended")
            pending = struct.unpack("i", fcntl.ioctl(self.slave, termios.FIONREAD, b"\0" * 4))[0]
            before = self.wakes()
            is_woken = woken_since is None or before > woken_since
            is_ready = is_woken and is_answered and (read == 0 or self.bytes_read() >= read)
            if pending == 0 and self.is_waiting() and is_ready:
                if not self.drain() and self.wakes() == before:
                    return
            time.sleep(pause)
            pause = min(pause * 1.3, 0.01)
        raise Stuck("the program does not wait for input")

    def type(self, data):
        if not data:
            return
        self.drain()
        before = self.wakes()
        # Signals discard what has been typed before them.
        is_signal = b"\x03" in data
        read = 0 if is_signal else self.bytes_read() + len(data)
        while data:
            data = data[os.write(self.master, data) :]
        # The terminal sends a signal some time after its key, and every program here shows that it has arrived.
        self.settle(before, read, is_answered=not is_signal)

    def resize(self, columns, rows):
        if (columns, rows) == (self.screen.columns, self.screen.lines):
            return
        before = self.wakes()
        self.screen.resize(rows, columns)
        self.set_size(columns, rows)
        self.settle(before)

    def stop_and_continue(self):
        os.write(self.master, b"\x1a")
        end = time.monotonic() + DEADLINE
        while self.state() != "T":
            self.drain()
            if time.monotonic() > end:
                raise Stuck("the program was not suspended")
            time.sleep(0.0005)
        self.drain()
        before = self.wakes()
        os.kill(self.process, signal.SIGCONT)
        self.settle(before)

    def has_ended(self):
        try:
            return os.waitpid(self.process, os.WNOHANG)[0] != 0
        except ChildProcessError:
            return True

    def close(self):
        try:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.master)
        os.close(self.slave)

    def rows(self):
        return [line.rstrip() for line in self.screen.display]

    def cursor(self):
        return self.screen.cursor.y, min(self.screen.cursor.x, self.screen.columns - 1)
