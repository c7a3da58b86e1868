// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef CREADLINE_H
#define CREADLINE_H

// readline.h names FILE without including its header.
#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>

#endif
