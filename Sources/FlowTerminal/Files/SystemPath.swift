// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// A path as the system stores it: bytes, which need not be UTF-8.
struct SystemPath {
  private let bytes: [UInt8]

  /// Creates a path from bytes without a NUL.
  init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Creates a path from text without a NUL.
  init(_ text: String) { self.init(bytes: text.utf8) }

  /// Creates a path from user input. `~` and a leading `~/` refer to the home folder.
  init(expanding text: String) throws(HostFailure) {
    // The system would reject a longer path too, but only after it has been copied several times.
    if text.utf8.count >= Int(PATH_MAX) { throw systemFailure(ENAMETOOLONG) }
    // A NUL would end the path early.
    if text.utf8.contains(0) { throw .system("it contains a NUL character") }
    guard text == "~" || text.hasPrefix("~/"), let home = getenv("HOME") else {
      self.init(text)
      return
    }
    self.init(bytes: UnsafeRawBufferPointer(start: home, count: strlen(home)) + Array(text.utf8.dropFirst()))
  }

  /// The path as an argument of a C function.
  var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  /// The path as text for a message.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The path as text, or nil if it is not valid UTF-8.
  var utf8Text: String? { String(validating: bytes, as: UTF8.self) }

  var isEmpty: Bool { bytes.isEmpty }

  /// The part after the last `/`.
  var name: ArraySlice<UInt8> { bytes[(lastSlash.map { $0 + 1 } ?? 0)...] }

  /// The path of the folder that contains the file.
  var folder: SystemPath {
    guard let lastSlash else { return SystemPath(".") }
    return SystemPath(bytes: bytes[..<max(lastSlash, 1)])
  }

  /// Returns the path of another name in the same folder, or `name` itself if that is an absolute path.
  func sibling(_ name: some Collection<UInt8>) -> SystemPath {
    if name.first == Self.slash { return SystemPath(bytes: name) }
    return SystemPath(bytes: bytes.dropLast(self.name.count) + Array(name))
  }

  /// Returns the path that the symbolic links at the end of this path lead to, whether or not there is a file. Links in
  /// other parts of the path stay as they are.
  ///
  /// A link to an open file is not followed: its text is wrong once the file has been renamed or deleted.
  func endOfLinks() throws(HostFailure) -> SystemPath {
    var path = self
    // The system follows at most 40.
    for _ in 0...40 {
      guard !path.isOpenFileLink, let target = path.linkTarget else { return path }
      path = path.sibling(target)
    }
    throw systemFailure(ELOOP)
  }

  /// A Boolean value that indicates whether this is a link in /proc, such as `/proc/self/fd/1`, the target of
  /// `/dev/stdout`.
  var isOpenFileLink: Bool {
    var (link, process) = (stat(), stat())
    return lstat(cString, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK && lstat("/proc/self", &process) == 0
      && link.st_dev == process.st_dev
  }

  /// The target of the symbolic link, or nil if this is not one.
  private var linkTarget: [UInt8]? {
    let target = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { max(readlink(cString, $0.baseAddress!, $0.count), 0) }
    }
    return target.isEmpty ? nil : target
  }

  private var lastSlash: Int? { bytes.lastIndex(of: Self.slash) }

  private static let slash = UInt8(ascii: "/")
}
