// SPDX-License-Identifier: GPL-3.0-or-later

extension Registry {
  /// All builtins of the program: one list per file of `Builtins`.
  public static let standard = Registry([])
}
