// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An error in reading the content of a file. It does not contain the path, which the caller has.
public enum FileError: Error, Sendable, Equatable {
  /// There is no file at the path.
  case missing
  /// The file cannot be opened or read, for the reason given by the system.
  case unreadable(reason: String)
  /// The content is larger than the caller allows; `isPacked` if it is the unpacked content of a gzip file.
  case tooLarge(limit: Int, isPacked: Bool)
  /// The name ends in .gz, but the content is not gzip.
  case notGzip
  /// The file ends within its gzip data, after the given number of unpacked bytes.
  case truncatedGzip(bytes: Int)
  /// The gzip data is damaged; the detail comes from zlib.
  case corruptGzip(detail: String)
  /// The system refuses the memory for the content.
  case outOfMemory(MemoryRefusal)
  /// A stop was requested.
  case stopped
}

extension FileError {
  /// The reason as a phrase, as in `cannot read 'x': …`.
  public var reason: String {
    switch self {
    case .missing: "No such file or directory"
    case .unreadable(let reason): reason
    case .tooLarge(let limit, false): "it holds more than \(limit.byteCount)"
    case .tooLarge(let limit, true): "it unpacks to more than \(limit.byteCount)"
    case .notGzip: "it is named .gz but is not a gzip file"
    case .truncatedGzip(let bytes): "it is truncated: its gzip data ends after \(bytes) bytes of content"
    case .corruptGzip(let detail): "it is damaged: \(detail)"
    case .outOfMemory(let refusal): refusal.message
    case .stopped: "reading was stopped"
    }
  }

  /// How to fix the error, or nil if the reason is sufficient.
  public var hint: String? {
    switch self {
    case .missing: "relative paths are resolved against the working directory"
    case .tooLarge(let limit, _):
      "to read more, give a larger 'max_size:', in bytes, such as \(2 * min(limit, 1 << 60))"
    case .notGzip: "remove .gz from its name if it is not compressed"
    case .truncatedGzip, .corruptGzip: "fetch the file again, then check it with 'gzip -t'"
    case .unreadable, .outOfMemory, .stopped: nil
    }
  }
}
