// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "display.h"
#include "lines.h"

// Commands of the prompt, and commands of Readline that write to the terminal. A command replaces another one where
// that is bound by default, and under its name.

static gf_cleaner cleaner;
static bool wants_editor;

/// Returns the number of characters between two places in the line.
static int characters(int start, int end) {
  int count = 0;
  for (int place = start; place < end; place++) count += (rl_line_buffer[place] & 0xC0) != 0x80;
  return count;
}

/// Moves the cursor to the same column of a line that begins at `start`.
static void move_to_line(int start) {
  gf_move_to_column(start, characters(gf_start_of_line(rl_point), rl_point));
}

/// The search of the history for entries that begin with what was typed.
static struct {
  char *prefix;
  /// The entry that it found last.
  char *found;
} search;

static void forget_search(void) {
  free(search.prefix);
  free(search.found);
  search.prefix = search.found = NULL;
}

/// Makes the changes that earlier lines made to history entries final. Readline 8.2 frees some lists of changes that it
/// still refers to, which would crash when the entry is recalled.
static void forget_changes(void) {
  HIST_ENTRY **entries = history_list();
  for (; entries != NULL && *entries != NULL; entries++) (*entries)->data = NULL;
}

void gf_commands_check_changes(void) {
  HIST_ENTRY *entry = current_history();
  // During a search, the line is not that of the entry.
  if (entry == NULL || RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH)) return;
  if (rl_undo_list != NULL) {
    if (entry->data != rl_undo_list) entry->data = NULL;
    return;
  }
  bool is_undone =
    rl_last_func == rl_undo_command || rl_last_func == rl_revert_line || rl_last_func == rl_vi_undo;
  if (is_undone && entry->data == NULL && strcmp(entry->line, rl_line_buffer) != 0) {
    // All changes have been undone, including those from before the entry was last recalled.
    free_history_entry(replace_history_entry(where_history(), rl_line_buffer, NULL));
  }
}

void gf_commands_begin(void) {
  forget_search();
  forget_changes();
  wants_editor = false;
}

/// Moves to the next entry in the direction that begins with what was typed.
static int recall(int direction, int key) {
  bool continues = search.found != NULL && strcmp(search.found, rl_line_buffer) == 0;
  if (!continues) {
    forget_search();
    bool is_new = where_history() == history_length && !gf_is_vi_command_mode();
    search.prefix = strndup(rl_line_buffer, is_new ? (size_t)rl_point : 0);
  }
  int start = where_history();
  int place = start + direction;
  HIST_ENTRY **entries = history_list();
  while (place >= 0 && place < history_length) {
    const char *entry = entries[place]->line;
    if (*search.prefix == '\0') break;
    if (strncmp(entry, search.prefix, strlen(search.prefix)) == 0 && strcmp(entry, rl_line_buffer) != 0) break;
    place += direction;
  }
  if (place < 0 || entries == NULL) return rl_ding();
  int status = direction < 0 ? rl_get_previous_history(start - place, key) : rl_get_next_history(place - start, key);
  free(search.found);
  search.found = where_history() < history_length ? strdup(rl_line_buffer) : NULL;
  return status;
}

/// Moves the cursor to the previous line of the text, or from the first one to the previous entry of the history.
static int up(int count, int key);

/// Moves the cursor to the next line of the text, or from the last one to the next entry of the history.
static int down(int count, int key) {
  if (count < 0) return up(-count, key);
  int status = 0;
  while (count-- > 0 && status == 0) {
    int end = gf_end_of_line(rl_point);
    if (end < rl_end) move_to_line(end + 1);
    else status = recall(1, key);
  }
  return status;
}

static int up(int count, int key) {
  if (count < 0) return down(-count, key);
  int status = 0;
  while (count-- > 0 && status == 0) {
    int start = gf_start_of_line(rl_point);
    if (start > 0) move_to_line(gf_start_of_line(start - 1));
    else status = recall(-1, key);
  }
  return status;
}

/// Commands of the user's key bindings mean those of Readline, even where a default binding means one of ours.
static int user_previous(int count, int key) { return rl_get_previous_history(count, key); }
static int user_next(int count, int key) { return rl_get_next_history(count, key); }

static int refresh_line(int count, int key) {
  (void)count, (void)key;
  gf_display_refresh();
  return 0;
}

static int clear_screen(int count, int key) {
  if (rl_explicit_arg) return refresh_line(count, key);
  gf_display_clear(false);
  return 0;
}

static int clear_display(int count, int key) {
  (void)count, (void)key;
  gf_display_clear(true);
  return 0;
}

typedef struct {
  rl_command_func_t *function;
  int count, key;
} command_call;

static void call_command(void *call) {
  command_call *made = call;
  made->function(made->count, made->key);
}

/// Calls a command of Readline that prints something below the line. `breaks` is false if it begins with a line break.
static int print_below(rl_command_func_t *function, bool breaks, int count, int key) {
  gf_display_leave(breaks);
  command_call call = {function, count, key};
  gf_display_pass(call_command, &call);
  (*rl_redisplay_function)();
  return 0;
}

static int dump_functions(int count, int key) { return print_below(rl_dump_functions, false, count, key); }
static int dump_variables(int count, int key) { return print_below(rl_dump_variables, false, count, key); }
static int dump_macros(int count, int key) { return print_below(rl_dump_macros, false, count, key); }
static int print_macro(int count, int key) { return print_below(rl_print_last_kbd_macro, true, count, key); }

/// Ends the line, to continue in an editor.
static int edit(int count, int key) {
  wants_editor = true;
  return rl_newline(count, key);
}

bool gf_commands_wants_editor(void) { return wants_editor; }

/// Handles a paste. Readline would show some control characters of the text unescaped.
static int paste(int count, int key) {
  int start = rl_point;
  int status = rl_bracketed_paste_begin(count, key);
  char *text = rl_copy_text(start, rl_point);
  char *clean = cleaner(text);
  if (clean != NULL && strcmp(clean, text) != 0) {
    rl_delete_text(start, rl_point);
    rl_point = start;
    rl_insert_text(clean);
  }
  free(clean);
  free(text);
  return status;
}

/// Commands that mean something else everywhere.
static const gf_replacement everywhere[] = {
  {"clear-screen", rl_clear_screen, clear_screen},
  {"clear-display", rl_clear_display, clear_display},
  {"redraw-current-line", rl_refresh_line, refresh_line},
  {"dump-functions", rl_dump_functions, dump_functions},
  {"dump-variables", rl_dump_variables, dump_variables},
  {"dump-macros", rl_dump_macros, dump_macros},
  {"print-last-kbd-macro", rl_print_last_kbd_macro, print_macro},
  {"bracketed-paste-begin", rl_bracketed_paste_begin, paste},
};

/// Commands that mean something else only where they are bound by default. The functions for their names differ from
/// those of the default bindings so that the two can be told apart.
static const gf_replacement by_default[] = {
  {"previous-history", rl_get_previous_history, user_previous},
  {"next-history", rl_get_next_history, user_next},
};

static void rename_command(const gf_replacement *replaced) {
  for (FUNMAP **entry = funmap; *entry != NULL; entry++) {
    if (strcmp((*entry)->name, replaced->name) == 0) (*entry)->function = replaced->new;
  }
}

static void rename_commands(const gf_replacement *replaced, unsigned count) {
  for (unsigned i = 0; i < count; i++) rename_command(&replaced[i]);
}

/// Replaces a command in a keymap and the keymaps of its prefixes.
static void replace(Keymap map, rl_command_func_t *old, rl_command_func_t *new) {
  for (int key = 0; key < KEYMAP_SIZE; key++) {
    if (map[key].type == ISKMAP) replace((Keymap)map[key].function, old, new);
    else if (map[key].type == ISFUNC && map[key].function == old) map[key].function = new;
  }
}

static void replace_commands(Keymap map, const gf_replacement *replaced, unsigned count) {
  for (unsigned i = 0; i < count; i++) replace(map, replaced[i].old, replaced[i].new);
}

void gf_commands_start(gf_cleaner chosen) {
  cleaner = chosen;
  rl_initialize_funmap();
  rename_commands(everywhere, sizeof everywhere / sizeof *everywhere);
  rename_commands(by_default, sizeof by_default / sizeof *by_default);
  rename_commands(gf_line_replacements, gf_line_replacement_count);
  rl_add_defun("edit-and-execute-command", edit, -1);
  rl_add_defun("previous-line-or-history", up, -1);
  rl_add_defun("next-line-or-history", down, -1);
}

void gf_commands_bind_special(void) {
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
  for (unsigned map = 0; map < sizeof maps / sizeof *maps; map++) {
    replace_commands(maps[map], gf_line_replacements, gf_line_replacement_count);
  }
}

void gf_commands_bind(void) {
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
  for (unsigned map = 0; map < sizeof maps / sizeof *maps; map++) {
    replace_commands(maps[map], everywhere, sizeof everywhere / sizeof *everywhere);
    replace_commands(maps[map], gf_line_replacements, gf_line_replacement_count);
    replace(maps[map], rl_get_previous_history, up);
    replace(maps[map], rl_get_next_history, down);
  }
  rl_bind_keyseq_if_unbound_in_map("\\C-x\\C-e", edit, emacs_standard_keymap);
  rl_bind_keyseq_if_unbound_in_map("v", edit, vi_movement_keymap);
}
