// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The entries of earlier sessions, one per line of a file that only its owner may read.
///
/// A line end inside an entry is written `\n` and a backslash `\\`. Each entry is appended at once, under a lock, so
/// that sessions side by side lose nothing; what they add is seen by sessions that start later.
///
/// Nothing here waits for others: the prompt must come whatever the file is and whoever has locked it.
package struct HistoryFile: Sendable {
  /// Entries kept.
  package static let limit = 10_000
  /// The most bytes read, from the end of the file: another program may have made it huge.
  private static let sizeLimit = 1 << 24

  let path: String

  /// A history at that path; folders that are not there are made when the first entry comes.
  package init(path: String) { self.path = path }

  /// The entries from the oldest to the newest. A file that has grown far beyond the limit is cut to it.
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

  /// The entries in the bytes of a file.
  package static func entries(ofFile bytes: [UInt8]) -> [String] { entries(of: lines(of: bytes)) }

  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "\n")) }

  private static func entries(of lines: some Sequence<ArraySlice<UInt8>>) -> [String] {
    lines.map { decoded(String(decoding: $0, as: UTF8.self)) }.filter { !$0.isEmpty }
  }

  /// Adds an entry; a file that cannot be written is no reason to stop.
  package func append(_ entry: String) {
    makeFolders()
    guard let descriptor = openFile(O_WRONLY | O_APPEND | O_CREAT) else { return }
    defer { close(descriptor) }
    // One write at the end of a file needs the lock only against a session that shortens it, which takes no longer.
    _ = lock(descriptor)
    write(descriptor, Array((Self.encoded(entry) + "\n").utf8), replacing: false)
  }

  /// The entry as a line of the file, without the line's end.
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

  /// Opens the path if it is a plain file: opening or reading anything else might wait for somebody.
  private func openFile(_ flags: CInt) -> CInt? {
    let descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK, mode_t(S_IRUSR | S_IWUSR))
    guard descriptor >= 0 else { return nil }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return descriptor }
    close(descriptor)
    return nil
  }

  /// Locks the file; false where another process holds the lock for longer than a session of ours would.
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
    // The first line is only the end of an entry.
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
