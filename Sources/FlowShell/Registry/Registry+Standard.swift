// SPDX-License-Identifier: GPL-3.0-or-later

extension Registry {
  /// All builtins of the program: one list per file of `Builtins`.
  public static let standard = Registry([
    Elementary.builtins,
    Statistics.builtins,
    Lists.builtins,
    HigherOrder.builtins,
    Strings.builtins,
    TableVerbs.builtins,
    Summarize.builtins,
    Output.builtins,
    SessionBuiltins.builtins,
  ])
}
