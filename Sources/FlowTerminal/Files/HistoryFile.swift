// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The entries of earlier sessions, one per line, in a file that only its owner may read.
///
/// A line break inside an entry is stored as `\n` and a backslash as `\\`. Each entry is appended immediately, under a
/// lock, so that concurrent sessions do not lose entries. Only sessions that start later see them.
///
/// Nothing here blocks indefinitely: the prompt must appear even if the file is not a regular file or is locked.
package struct HistoryFile: Sendable {
  /// The number of entries to keep.
  package static let limit = 10_000
  /// The maximum number of bytes to read, from the end of the file. Another program may have made it huge.
  private static let sizeLimit = 1 << 24

  let path: String

  /// Creates a history at a path. Missing folders are created when an entry is appended.
  package init(path: String) { self.path = path }

  /// Returns the entries from the oldest to the newest. If the file has grown far beyond the limit, it is shortened.
  package func load() -> [String] {
    guard let descriptor = openFile(O_RDWR) else { return [] }
    defer { close(descriptor) }
    let isLocked = lock(descriptor)
    let lines = Self.lines(of: read(descriptor))
    let kept = lines.suffix(Self.limit)
    if isLocked, lines.count > Self.limit + Self.limit / 10 {
      write(descriptor, Array(kept.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")], replacing: true)
    }
    return Self.entries(of: kept)
  }

  /// Returns the entries in the contents of a history file.
  package static func entries(ofFile bytes: [UInt8]) -> [String] { entries(of: lines(of: bytes)) }

  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "\n")) }

  private static func entries(of lines: some Sequence<ArraySlice<UInt8>>) -> [String] {
    lines.map { decoded(String(decoding: $0, as: UTF8.self)) }.filter { !$0.isEmpty }
  }

  /// Appends an entry. Does nothing if the file cannot be written.
  package func append(_ entry: String) {
    makeFolders()
    guard let descriptor = openFile(O_WRONLY | O_APPEND | O_CREAT) else { return }
    defer { close(descriptor) }
    // The lock only protects against a session that shortens the file, which is done by the time `lock` gives up.
    _ = lock(descriptor)
    write(descriptor, Array((Self.encoded(entry) + "\n").utf8), replacing: false)
  }

  /// Returns the entry as a line of the file, without the line break.
  package static func encoded(_ entry: String) -> String {
    entry.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  static func decoded(_ line: String) -> String {
    var isEscaped = false
    return line.unicodeScalars.reduce(into: "") { text, scalar in
      if isEscaped {
        text.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Opens the path if it is a regular file. Opening or reading anything else might block.
  private func openFile(_ flags: CInt) -> CInt? {
    let descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK, mode_t(S_IRUSR | S_IWUSR))
    guard descriptor >= 0 else { return nil }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return descriptor }
    close(descriptor)
    return nil
  }

  /// Locks the file. Returns false if another process holds the lock for longer than a session would.
  private func lock(_ descriptor: CInt) -> Bool {
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { return false }
      poll(nil, 0, 10)
    }
    return false
  }

  /// Returns the lines at the end of the file that fit the size limit.
  private func read(_ descriptor: CInt) -> [UInt8] {
    let end = Int(lseek(descriptor, 0, SEEK_END))
    let size = min(end, Self.sizeLimit)
    guard size > 0 else { return [] }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let read = pread(descriptor, buffer.baseAddress! + count, size - count, off_t(end - size + count))
        if read <= 0 { break }
        count += read
      }
    }
    if size == end { return bytes }
    // The first line is incomplete.
    return Array(bytes.drop { $0 != UInt8(ascii: "\n") })
  }

  private func write(_ descriptor: CInt, _ bytes: [UInt8], replacing: Bool) {
    if replacing { lseek(descriptor, 0, SEEK_SET) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      written += count
    }
    if replacing { ftruncate(descriptor, off_t(bytes.count)) }
  }

  private func makeFolders() {
    guard access(path, F_OK) != 0 else { return }
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      mkdir(folder, mode_t(S_IRWXU))
    }
  }
}
