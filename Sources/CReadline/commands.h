// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>

#include "CReadline.h"

/// Adds the names of the prompt's own commands. Call this before Readline reads the user's key bindings.
void gf_commands_start(gf_cleaner cleaner);

/// Binds the prompt's own commands, except where the user has bound the keys. Call this after Readline has been
/// initialized.
void gf_commands_bind(void);

/// Binds the prompt's own commands to the special characters of the terminal again. Call this after Readline has
/// prepared the terminal, because it binds its own commands to them, such as unix-line-discard to Ctrl-U.
void gf_commands_bind_special(void);

/// Forgets what earlier lines have searched for. Call this when a line begins.
void gf_commands_begin(void);

/// Call this after each key. An entry of the history may refer to a list of changes that Readline has freed. If the next
/// list has the same address, Readline takes the entry for unchanged and loses what was typed.
void gf_commands_check_changes(void);

/// Returns whether the line ended because the user wants to edit it in an editor.
bool gf_commands_wants_editor(void);

#endif
