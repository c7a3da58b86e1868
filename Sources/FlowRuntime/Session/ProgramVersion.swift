// SPDX-License-Identifier: GPL-3.0-or-later

/// The version of the program, as `--version` shows it and files record it.
package let programVersion = "0.1.0"
