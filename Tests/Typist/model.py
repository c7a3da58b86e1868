# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a line is on the screen, computed without gradflow and without Readline."""

import re
import unicodedata

from wcwidth import wcwidth

CONTINUATION = "..> "


class Layout:
    """The rows of a prompt and a line, and the place of the cursor."""

    def __init__(self, prompt, line, point, columns):
        self.columns = columns
        self.rows = [[]]
        self.cursor = None
        for character in prompt:
            self.put_visible(character)
        for place, character in enumerate(line):
            if character == "\n":
                self.make_room(1)
                if place == point:
                    self.mark()
                self.rows.append([])
                for mark in CONTINUATION:
                    self.put(mark, 1)
                continue
            self.make_room(self.width(character))
            if place == point:
                self.mark()
            self.put_visible(character)
        self.make_room(1)
        if point >= len(line):
            self.mark()

    def mark(self):
        self.cursor = (len(self.rows) - 1, len(self.rows[-1]))

    @staticmethod
    def width(character):
        return 1 if ord(character) < 32 or ord(character) == 127 else wcwidth(character)

    def make_room(self, width):
        if len(self.rows[-1]) + width > self.columns:
            self.rows[-1] += [" "] * (self.columns - len(self.rows[-1]))
            self.rows.append([])

    def put(self, text, width):
        self.make_room(width)
        self.rows[-1] += [text] + [""] * (width - 1)

    def put_visible(self, character):
        if character == "\t":
            for _ in range(8 - len(self.rows[-1]) % 8):
                self.put(" ", 1)
        elif ord(character) < 32 or ord(character) == 127:
            self.put("^", 1)
            self.put("?" if ord(character) == 127 else chr(ord(character) + 64), 1)
        elif wcwidth(character) == 0:
            row = self.rows[-1]
            place = len(row) - 1
            while place > 0 and row[place] == "":
                place -= 1
            if row:
                row[place] = unicodedata.normalize("NFC", row[place] + character)
        else:
            self.put(character, wcwidth(character))

    def texts(self):
        return ["".join(row).rstrip() for row in self.rows]


def visible_prompt(text):
    """Returns a prompt without what is between the marks of invisible text."""
    return re.sub("\1[^\2]*\2", "", text)


def visible_message(text):
    """Returns a message of Readline with control characters as it shows them."""
    return text
