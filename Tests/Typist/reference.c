// SPDX-License-Identifier: GPL-3.0-or-later
// Reads lines with GNU Readline alone, as gradflow would without its own display and commands. Before it waits for a
// key, it writes Readline's state to descriptor 3: the editing mode, the prompt that is shown, the cursor and the line. The
// parts are in hexadecimal, because they may contain any character.
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
  read_past(arguments[1]);
  rl_callback_handler_install("gf> ", line_is_done);
  for (;;) {
    wait_for_key(STDIN_FILENO);
    rl_callback_read_char();
  }
}
