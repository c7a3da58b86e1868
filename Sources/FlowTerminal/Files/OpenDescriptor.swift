// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// A descriptor through which this process already writes to a regular file, because standard output or standard error
/// is redirected to it, or because the path names a descriptor, such as `/dev/fd/3`.
///
/// Replacing such a file would discard what the shell and the program have written to it, and hide what they write
/// later. Opening its path again would overwrite it from the start.
enum OpenDescriptor {
  /// Returns the descriptor through which the process writes to a file, or nil if there is none.
  ///
  /// - Parameters:
  ///   - file: the status of the file.
  ///   - path: its path, with links resolved.
  static func find(_ file: stat, at path: SystemPath) -> Int32? {
    // Any other descriptor may belong to a thread that is writing a draft.
    let named = path.isOpenFileLink ? Int32(String(decoding: path.name, as: UTF8.self)) : nil
    let candidates = [SystemStream.output.rawValue, SystemStream.error.rawValue, named].compactMap { $0 }
    return candidates.first { descriptor in
      var open = stat()
      guard fstat(descriptor, &open) == 0, open.st_ino == file.st_ino, open.st_dev == file.st_dev else { return false }
      return fcntl(descriptor, F_GETFL) & O_ACCMODE != O_RDONLY
    }
  }
}
