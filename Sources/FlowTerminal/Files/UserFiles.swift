// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The locations of the user's files, according to the XDG base directory specification.
package enum UserFiles {
  /// The history at `$GRADFLOW_HISTORY`, or else in the state folder. Nil if the variable is empty.
  package static var history: HistoryFile? {
    let path =
      getenv("GRADFLOW_HISTORY").map { String(cString: $0) }
      ?? folder("XDG_STATE_HOME", ".local/state").map { $0 + "/gradflow/history" }
    // Absolute, because the user may change the folder.
    return path.flatMap { $0.isEmpty ? nil : HistoryFile(path: WorkingFolder.absolute($0)) }
  }

  /// Returns the path of the script to run before the first prompt, if there is one. Anything else with that name, such
  /// as a pipe, might block the prompt, so it is skipped with a warning.
  package static func findStartUp() -> String? {
    guard let path = folder("XDG_CONFIG_HOME", ".config").map({ $0 + "/gradflow/init.gf" }) else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    if status.st_mode & S_IFMT == S_IFREG { return path }
    note("warning: \(path) was not run because it is not a regular file")
    return nil
  }

  /// Returns the folder that a variable names if that is an absolute path, or else the usual one in the home folder.
  private static func folder(_ variable: String, _ usual: String) -> String? {
    if let path = getenv(variable).map({ String(cString: $0) }), path.hasPrefix("/") { return path }
    return getenv("HOME").map { String(cString: $0) + "/" + usual }
  }
}
