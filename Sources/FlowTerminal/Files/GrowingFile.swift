// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import Glibc

/// A file that is written piece by piece, so that other programs can follow it.
///
/// A pipe is opened when it has a reader. A stop request only ends the wait for a reader, so that a regular file
/// contains every piece.
final class GrowingFile: Sendable {
  private let descriptor: Int32
  private let stop = StopToken.current

  /// Creates a file, or discards the content of an existing one.
  init(_ path: SystemPath) throws(HostFailure) {
    var old = stat()
    let exists = stat(path.cString, &old) == 0
    let isRegular = !exists || old.st_mode & S_IFMT == S_IFREG
    if exists, isRegular, OpenDescriptor.find(old, at: try path.endOfLinks()) != nil {
      throw .system("the output of the program goes to the same file")
    }
    let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (isRegular ? O_CREAT | O_TRUNC : 0)
    var file = open(path.cString, flags, 0o666)
    while file < 0, errno == ENXIO || errno == EINTR {
      if stop.isRequested { throw systemFailure(EINTR) }
      poll(nil, 0, FileWriter.patience)
      file = open(path.cString, flags, 0o666)
    }
    guard file >= 0 else { throw systemFailure() }
    descriptor = file
  }

  deinit { close(descriptor) }

  /// Writes bytes at the end.
  func append(_ bytes: [UInt8]) throws(HostFailure) {
    var failure: Int32 = 0
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty, failure == 0 {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          if stop.isRequested { failure = EINTR }
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, FileWriter.patience)
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    if failure != 0 { throw systemFailure(failure) }
  }
}
