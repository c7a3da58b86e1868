// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <readline/readline.h>

#include "lines.h"

int gf_start_of_line(int place) {
  while (place > 0 && rl_line_buffer[place - 1] != '\n') place--;
  return place;
}

int gf_end_of_line(int place) {
  while (place < rl_end && rl_line_buffer[place] != '\n') place++;
  return place;
}

static bool is_inside_character(int place) { return (rl_line_buffer[place] & 0xC0) == 0x80; }

void gf_move_to_column(int start, int column) {
  int end = gf_end_of_line(start);
  int place = start;
  for (; place < end && column > 0; column--) {
    do place++;
    while (place < end && is_inside_character(place));
  }
  rl_point = place;
}

bool gf_is_vi_command_mode(void) { return rl_editing_mode == 0 && rl_get_keymap() == vi_movement_keymap; }

/// Moves to the start of the line, or from there to the start of the entry.
static int beginning(int count, int key) {
  (void)count, (void)key;
  int start = gf_start_of_line(rl_point);
  rl_point = start == rl_point && !gf_is_vi_command_mode() ? 0 : start;
  return 0;
}

/// Moves to the end of the line, or from there to the end of the entry. The cursor of vi is on the last character.
static int end(int count, int key) {
  (void)count, (void)key;
  int start = gf_start_of_line(rl_point), end = gf_end_of_line(rl_point);
  if (!gf_is_vi_command_mode()) {
    rl_point = end == rl_point ? rl_end : end;
    return 0;
  }
  if (end < rl_end && end > start) {
    do end--;
    while (end > start && is_inside_character(end));
  }
  rl_point = end;
  return 0;
}

/// Kills the text between the cursor and another place.
static int kill_to(int place) {
  if (place == rl_point) return 0;
  int start = place < rl_point ? place : rl_point;
  rl_kill_text(rl_point, place);
  rl_point = start;
  if (rl_editing_mode == 1) rl_mark = rl_point;
  return 0;
}

/// Kills the text up to the end of the line, or the line break if there is none.
static int kill_forward(void) {
  int end = gf_end_of_line(rl_point);
  return kill_to(end == rl_point && end < rl_end ? end + 1 : end);
}

/// Kills the text from the start of the line, or the line break before it if there is none.
static int kill_backward(void) {
  if (rl_point == 0) return rl_ding();
  int start = gf_start_of_line(rl_point);
  return kill_to(start == rl_point ? start - 1 : start);
}

static int kill_line(int count, int key) {
  (void)key;
  return count < 0 ? kill_backward() : kill_forward();
}

static int backward_kill_line(int count, int key) {
  (void)key;
  return count < 0 ? kill_forward() : kill_backward();
}

static int discard(int count, int key) {
  (void)count, (void)key;
  return kill_backward();
}

static int kill_whole_line(int count, int key) {
  (void)count, (void)key;
  int end = gf_end_of_line(rl_point);
  rl_point = gf_start_of_line(rl_point);
  return kill_to(end);
}

static int vi_first_print(int count, int key) {
  (void)count, (void)key;
  int end = gf_end_of_line(rl_point);
  int place = gf_start_of_line(rl_point);
  while (place < end && (rl_line_buffer[place] == ' ' || rl_line_buffer[place] == '\t')) place++;
  rl_point = place;
  return 0;
}

static int vi_append_at_end(int count, int key) {
  int end = gf_end_of_line(rl_point);
  if (end == rl_end) return rl_vi_append_eol(count, key);
  rl_point = end;
  return rl_vi_insert_mode(1, key);
}

static int vi_insert_at_start(int count, int key) {
  int start = gf_start_of_line(rl_point);
  if (start == 0) return rl_vi_insert_beg(count, key);
  rl_point = start;
  return rl_vi_insert_mode(1, key);
}

static int vi_column(int count, int key) {
  int start = gf_start_of_line(rl_point), end = gf_end_of_line(rl_point);
  if (start == 0 && end == rl_end) return rl_vi_column(count, key);
  gf_move_to_column(start, count - 1);
  return 0;
}

/// Returns whether a command is that of a capital letter, about the rest of a line that is not the last one. Readline
/// would delete the line break too.
static bool is_rest_of_line(int key) { return key >= 'A' && key <= 'Z' && gf_end_of_line(rl_point) < rl_end; }

static int vi_delete(int count, int key) {
  return is_rest_of_line(key) ? kill_to(gf_end_of_line(rl_point)) : rl_vi_delete_to(count, key);
}

static int vi_change(int count, int key) {
  if (!is_rest_of_line(key)) return rl_vi_change_to(count, key);
  kill_to(gf_end_of_line(rl_point));
  return rl_vi_insert_mode(1, key);
}

const gf_replacement gf_line_replacements[] = {
  {"beginning-of-line", rl_beg_of_line, beginning},
  {"end-of-line", rl_end_of_line, end},
  {"kill-line", rl_kill_line, kill_line},
  {"backward-kill-line", rl_backward_kill_line, backward_kill_line},
  {"unix-line-discard", rl_unix_line_discard, discard},
  {"kill-whole-line", rl_kill_full_line, kill_whole_line},
  {"vi-first-print", rl_vi_first_print, vi_first_print},
  {"vi-append-eol", rl_vi_append_eol, vi_append_at_end},
  {"vi-insert-beg", rl_vi_insert_beg, vi_insert_at_start},
  {"vi-column", rl_vi_column, vi_column},
  {"vi-delete-to", rl_vi_delete_to, vi_delete},
  {"vi-change-to", rl_vi_change_to, vi_change},
};

const unsigned gf_line_replacement_count = sizeof gf_line_replacements / sizeof *gf_line_replacements;
