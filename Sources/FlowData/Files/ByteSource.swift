// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc

/// A file opened for reading. A read that has to wait ends soon after a stop is requested, even if the file is a FIFO
/// without a writer, a terminal or a device.
final class ByteSource {
  /// The size of a regular file; nil for anything whose end is not known in advance.
  let size: Int?
  private let descriptor: CInt

  /// How long a read waits before it checks for a stop again, in milliseconds.
  private static let patience: CInt = 50

  /// Opens a file. `~/x` is a file in the home folder.
  init(_ path: String) throws(FileError) {
    // Opening a FIFO without a writer would block; O_NOCTTY keeps a terminal from becoming the controlling one.
    var descriptor = open(try Self.expanded(path), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    if descriptor < 0, errno == ENXIO, path == "/dev/stdin" {
      // Standard input may be a socket, which can be duplicated but not opened.
      descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    }
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      throw code == ENOENT || code == ENOTDIR ? .missing : Self.failure(code, path)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw .unreadable(reason: "it is a folder")
    }
    self.descriptor = descriptor
    // Files in /proc are regular files with a size of 0.
    size = status.st_mode & S_IFMT == S_IFREG && status.st_size > 0 ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  /// Reads at least one byte into the buffer, unless the file is at its end, and returns the number of bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, _ stop: StopToken) throws(FileError) -> Int {
    while true {
      if stop.isRequested { throw .stopped }
      if size == nil {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, Self.patience) > 0 else { continue }
      }
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR || errno == EAGAIN else { throw Self.failure(errno, nil) }
    }
  }

  /// Returns the path with `~` expanded. Throws if it contains a NUL, which would end it early.
  private static func expanded(_ path: String) throws(FileError) -> String {
    if path.utf8.contains(0) { throw .unreadable(reason: "it contains a NUL character") }
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
    return String(cString: home) + path.dropFirst()
  }

  /// Returns the error for an error code of the system. The text for ENXIO is "No such device or address", which does
  /// not help if the file is a socket.
  private static func failure(_ code: CInt, _ path: String?) -> FileError {
    var status = stat()
    if code == ENXIO, let path, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK {
      return .unreadable(reason: "it is a socket")
    }
    return .unreadable(reason: String(cString: strerror(code)))
  }
}
