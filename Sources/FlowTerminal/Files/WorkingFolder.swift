// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The folder to which relative paths refer.
enum WorkingFolder {
  /// Changes the folder, to the home folder if the path is empty, and returns its absolute path.
  @Sendable static func change(_ text: String) throws(HostFailure) -> String {
    let path = try SystemPath(expanding: text.isEmpty ? "~" : text)
    // The variable is relative to the folder in which the program was started.
    if let data = variable("GRADFLOW_DATA"), !data.isEmpty { setenv("GRADFLOW_DATA", absolute(data), 1) }
    guard chdir(path.cString) == 0 else { throw systemFailure() }
    return current ?? path.text
  }

  /// Returns the absolute form of a path.
  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return current.map { $0 == "/" ? "/" + path : "\($0)/\(path)" } ?? path
  }

  private static var current: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }
}
