// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Where the user's files are, by the XDG base directory specification.
public enum UserFiles {
  /// `$GRADFLOW_HISTORY` or the state folder; empty means none.
  public static var history: HistoryFile? {
    let path =
      getenv("GRADFLOW_HISTORY").map { String(cString: $0) }
      ?? folder("XDG_STATE_HOME", ".local/state").map { $0 + "/gradflow/history" }
    return path.flatMap { $0.isEmpty ? nil : HistoryFile(path: $0) }
  }

  /// Run before the first prompt.
  public static var startUp: String? { folder("XDG_CONFIG_HOME", ".config").map { $0 + "/gradflow/init.gf" } }

  /// The folder a variable names; only absolute paths count. Else the usual one at home.
  private static func folder(_ variable: String, _ usual: String) -> String? {
    if let path = getenv(variable).map({ String(cString: $0) }), path.hasPrefix("/") { return path }
    return getenv("HOME").map { String(cString: $0) + "/" + usual }
  }
}
