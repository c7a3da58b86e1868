// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// Checks of the path of a database before it is opened.
enum DatabasePath {
  /// Returns the path of the file that `text` leads to. Throws if it cannot be a database, or if the file does not exist
  /// and `access` requires it.
  ///
  /// Links at the end of the path are resolved, because the journal must be next to the file itself.
  static func find(_ text: String, for access: DatabaseAccess) throws(Complaint) -> String {
    do throws(HostFailure) {
      let path = try SystemPath(expanding: text).endOfLinks()
      try check(path, for: access)
      guard let name = path.utf8Text else {
        throw .system("its path is not valid UTF-8", hint: "rename the file or its folder")
      }
      // SQLite would take it for the address of a file, with options.
      return name.hasPrefix("file:") ? "./" + name : name
    } catch {
      let action = access == .writing ? "write" : "read"
      guard case .system(let reason, let hint) = error else { throw Complaint("input-output", "cannot open '\(text)'") }
      throw Complaint("input-output", "cannot \(action) '\(text)': \(reason)", notes: hint.map { [$0] } ?? [])
    }
  }

  private static func check(_ path: SystemPath, for access: DatabaseAccess) throws(HostFailure) {
    if path.name.isEmpty { throw systemFailure(path.isEmpty ? ENOENT : EISDIR) }
    var file = stat()
    guard stat(path.cString, &file) == 0 else {
      guard errno == ENOENT, access == .writing else {
        let code = errno
        let meant = code == ENOENT ? similarPath(to: path.text, listFolder) : nil
        if let meant { throw .system(String(cString: strerror(code)), hint: "did you mean '\(meant)'?") }
        throw systemFailure(code)
      }
      var folder = stat()
      guard stat(path.folder.cString, &folder) == 0 else { throw .system("there is no folder '\(path.folder.text)'") }
      return
    }
    switch file.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw systemFailure(EISDIR)
    default: throw .system("a database must be a regular file")
    }
    if path.isOpenFileLink || OpenDescriptor.find(file, at: path) != nil {
      throw .system("the output of this program is redirected to it", hint: "use another file for the database")
    }
    guard Glibc.access(path.cString, access == .writing ? R_OK | W_OK : R_OK) == 0 else { throw systemFailure() }
  }
}
