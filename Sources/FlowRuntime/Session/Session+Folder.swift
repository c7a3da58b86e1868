// SPDX-License-Identifier: GPL-3.0-or-later

extension Session {
  /// Changes the folder to which relative paths refer, to the home folder if the path is empty, and returns its absolute
  /// path.
  @discardableResult
  package func changeFolder(_ path: String) throws(Complaint) -> String {
    try allow("changing the folder")
    return try reporting("cannot change to '\(path.isEmpty ? "~" : path)'") { () throws(HostFailure) in
      try host.changeFolder(path)
    }
  }
}
