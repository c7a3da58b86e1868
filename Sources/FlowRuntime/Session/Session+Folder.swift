// SPDX-License-Identifier: GPL-3.0-or-later

extension Session {
  /// Changes the folder to which relative paths refer, to the home folder if the path is empty, and returns its absolute
  /// path. `-` is the folder before the last change, as in a shell.
  @discardableResult
  package func changeFolder(_ path: String) throws(Complaint) -> String {
    try allow("changing the folder")
    var path = path
    if path == "-" {
      guard let previousFolder else {
        throw Complaint("no-folder", "the folder has not changed, so ':cd -' has none to go back to")
      }
      path = previousFolder
    }
    let left = host.canonicalPath(".")
    let folder = try reporting("cannot change to '\(path.isEmpty ? "~" : path)'") { () throws(HostFailure) in
      try host.changeFolder(path)
    }
    history.move(to: path == previousFolder ? folder : path)
    previousFolder = left
    return folder
  }
}
