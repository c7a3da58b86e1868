// SPDX-License-Identifier: GPL-3.0-or-later
// Reads lines with GNU Readline alone, as gradflow would without its own display and commands, except for the commands
// about one line of several, which are written here in another way. Before it waits for a key, it writes Readline's
// state to descriptor 3: the editing mode, the prompt that is shown, the cursor and the line. The parts are in
// hexadecimal, because they may contain any character.
#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_hexadecimal(FILE *stream, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) fprintf(stream, "%02x", (unsigned char)text[i]);
}

static void report(void) {
  char *bytes = NULL;
  size_t count = 0;
  FILE *stream = open_memstream(&bytes, &count);
  bool is_message = rl_display_prompt != rl_prompt;
  const char *mode = rl_editing_mode == 1 ? "emacs" : rl_get_keymap() == vi_movement_keymap ? "vi-command" : "vi-insert";
  fprintf(stream, "%s %d %d ", mode, is_message, rl_point);
  write_hexadecimal(stream, rl_display_prompt, strlen(rl_display_prompt));
  fputc(' ', stream);
  write_hexadecimal(stream, rl_line_buffer, (size_t)rl_end);
  fputc('\n', stream);
  fclose(stream);
  ssize_t written = write(3, bytes, count);
  (void)written;
  free(bytes);
}

static volatile sig_atomic_t is_resized;

static void note_resize(int signal) {
  (void)signal;
  is_resized = 1;
}

/// Reports the state and waits for a key, unless there is one already.
static void wait_for_key(int descriptor) {
  struct pollfd input = {.fd = descriptor, .events = POLLIN};
  while (poll(&input, 1, 0) <= 0) {
    if (is_resized) rl_resize_terminal();
    is_resized = 0;
    report();
    poll(&input, 1, -1);
  }
}

static int next_byte(FILE *stream) {
  wait_for_key(fileno(stream));
  unsigned char byte;
  // Within a search, readline would ask for the next byte again and again.
  if (read(fileno(stream), &byte, 1) != 1) exit(0);
  return byte;
}

static void line_is_done(char *text) {
  if (text == NULL) exit(0);
  free(text);
}

static bool is_vi_command(void) { return rl_editing_mode == 0 && rl_get_keymap() == vi_movement_keymap; }

/// The offsets of the line of text that contains the cursor.
static int line_start(void) {
  const char *before = memrchr(rl_line_buffer, '\n', (size_t)rl_point);
  return before == NULL ? 0 : (int)(before - rl_line_buffer) + 1;
}

static int line_end(void) {
  const char *after = memchr(rl_line_buffer + rl_point, '\n', (size_t)(rl_end - rl_point));
  return after == NULL ? rl_end : (int)(after - rl_line_buffer);
}

static int kill_between(int from, int to) {
  if (from == to) return 0;
  rl_kill_text(from, to);
  rl_point = from < to ? from : to;
  if (rl_editing_mode == 1) rl_mark = rl_point;
  return 0;
}

static int beginning_of_line(int count, int key) {
  (void)count, (void)key;
  bool is_there = line_start() == rl_point;
  rl_point = is_there && !is_vi_command() ? 0 : line_start();
  return 0;
}

static int end_of_line(int count, int key) {
  (void)count, (void)key;
  int start = line_start(), end = line_end();
  if (!is_vi_command()) rl_point = end == rl_point ? rl_end : end;
  else if (end == rl_end || end == start) rl_point = end;
  else for (rl_point = end - 1; (rl_line_buffer[rl_point] & 0xC0) == 0x80;) rl_point--;
  return 0;
}

static int kill_rest(bool is_forward) {
  int edge = is_forward ? line_end() : line_start();
  int limit = is_forward ? rl_end : 0;
  if (edge == rl_point && edge != limit) edge += is_forward ? 1 : -1;
  return kill_between(rl_point, edge);
}

static int kill_line(int count, int key) { return (void)key, kill_rest(count >= 0); }
static int backward_kill_line(int count, int key) { return (void)key, kill_rest(count < 0); }
static int unix_line_discard(int count, int key) { return (void)count, (void)key, kill_rest(false); }
static int kill_whole_line(int count, int key) {
  (void)count, (void)key;
  return kill_between(line_start(), line_end());
}

static int vi_first_print(int count, int key) {
  (void)count, (void)key;
  int end = line_end();
  for (rl_point = line_start(); rl_point < end && strchr(" \t", rl_line_buffer[rl_point]) != NULL;) rl_point++;
  return 0;
}

static int vi_append_eol(int count, int key) {
  if (line_end() == rl_end) return rl_vi_append_eol(count, key);
  rl_point = line_end();
  return rl_vi_insert_mode(1, key);
}

static int vi_insert_beg(int count, int key) {
  if (line_start() == 0) return rl_vi_insert_beg(count, key);
  rl_point = line_start();
  return rl_vi_insert_mode(1, key);
}

static int vi_column(int count, int key) {
  if (line_start() == 0 && line_end() == rl_end) return rl_vi_column(count, key);
  for (rl_point = line_start(); rl_point < line_end() && count > 1; count--) {
    do rl_point++;
    while ((rl_line_buffer[rl_point] & 0xC0) == 0x80);
  }
  return 0;
}

static int vi_delete_to(int count, int key) {
  return key == 'D' && line_end() < rl_end ? kill_between(rl_point, line_end()) : rl_vi_delete_to(count, key);
}

static int vi_change_to(int count, int key) {
  if (key != 'C' || line_end() == rl_end) return rl_vi_change_to(count, key);
  kill_between(rl_point, line_end());
  return rl_vi_insert_mode(1, key);
}

static const struct {
  const char *name;
  rl_command_func_t *new;
} replacements[] = {
  {"beginning-of-line", beginning_of_line}, {"end-of-line", end_of_line}, {"kill-line", kill_line},
  {"backward-kill-line", backward_kill_line}, {"unix-line-discard", unix_line_discard},
  {"kill-whole-line", kill_whole_line}, {"vi-first-print", vi_first_print}, {"vi-append-eol", vi_append_eol},
  {"vi-insert-beg", vi_insert_beg}, {"vi-column", vi_column}, {"vi-delete-to", vi_delete_to},
  {"vi-change-to", vi_change_to},
};

static void replace(Keymap map, rl_command_func_t *old, rl_command_func_t *new) {
  for (int key = 0; key < KEYMAP_SIZE; key++) {
    if (map[key].type == ISKMAP) replace((Keymap)map[key].function, old, new);
    else if (map[key].type == ISFUNC && map[key].function == old) map[key].function = new;
  }
}

/// Replaces the commands about the line. Where the user's key bindings name them, they mean the same.
static void replace_commands(void) {
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
  for (unsigned i = 0; i < sizeof replacements / sizeof *replacements; i++) {
    rl_command_func_t *old = rl_named_function(replacements[i].name);
    for (unsigned map = 0; map < sizeof maps / sizeof *maps; map++) replace(maps[map], old, replacements[i].new);
  }
}

/// Readline binds its own commands to the special characters of the terminal.
static void prepare_terminal(int meta) {
  rl_prep_terminal(meta);
  replace_commands();
}

/// Reads the history, in which `\n` and `\\` are escaped.
static void read_past(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t size = 0;
  ssize_t length;
  while (file != NULL && (length = getline(&text, &size, file)) > 0) {
    char *to = text;
    for (char *from = text; *from != '\0' && *from != '\n'; from++) {
      if (*from == '\\') from++, *to++ = *from == 'n' ? '\n' : *from;
      else *to++ = *from;
    }
    *to = '\0';
    add_history(text);
  }
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  setlocale(LC_CTYPE, "");
  rl_readline_name = "gradflow";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_getc_function = next_byte;
  sigaction(SIGWINCH, &(struct sigaction){.sa_handler = note_resize}, NULL);
  rl_outstream = stderr;
  rl_completer_word_break_characters = strdup(" \t\n\"'`\\;|&<>=+-*/%^!?,:()[]{}");
  rl_basic_quote_characters = strdup("");
  using_history();
  rl_initialize();
  rl_prep_term_function = prepare_terminal;
  read_past(arguments[1]);
  rl_callback_handler_install("gf> ", line_is_done);
  for (;;) {
    wait_for_key(STDIN_FILENO);
    rl_callback_read_char();
  }
}
