// SPDX-License-Identifier: GPL-3.0-or-later

/// A file that is read from start to end.
package protocol ByteStream {
  /// The path, for messages.
  var path: String { get }
  /// A Boolean value that indicates whether the file can be opened again to read the same bytes.
  var isRepeatable: Bool { get }
  /// Reads the next bytes: at least one and at most the given number, or none at the end.
  mutating func next(_ most: Int) throws(ReadingError) -> [UInt8]
}

extension ByteStream {
  /// Reads the rest of the file.
  mutating func rest() throws(ReadingError) -> [UInt8] {
    var bytes = try next(Self.chunk)
    while true {
      let chunk = try next(Self.chunk)
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  static var chunk: Int { 1 << 22 }
}

/// A stream whose first bytes have been read to determine its format.
struct Prefixed<Stream: ByteStream>: ByteStream {
  private(set) var head: [UInt8]
  private var stream: Stream

  /// Reads up to the given number of bytes ahead.
  init(_ stream: Stream, _ most: Int) throws(ReadingError) {
    self.stream = stream
    head = []
    while head.count < most {
      let chunk = try self.stream.next(most - head.count)
      if chunk.isEmpty { break }
      head += chunk
    }
  }

  var path: String { stream.path }

  var isRepeatable: Bool { stream.isRepeatable }

  mutating func next(_ most: Int) throws(ReadingError) -> [UInt8] {
    guard head.isEmpty else {
      defer { head = [] }
      return head
    }
    return try stream.next(most)
  }
}

/// A stream of bytes that are kept in memory while they are read, because the file cannot be opened twice.
final class KeptBytes {
  private var chunks: [[UInt8]] = []

  func append(_ chunk: [UInt8]) { chunks.append(chunk) }

  /// Returns a stream of the bytes kept so far.
  func replay(_ path: String) -> Replay { Replay(path: path, chunks: chunks[...]) }

  /// Returns a stream of bytes in memory.
  static func replay(_ bytes: [UInt8], _ path: String) -> Replay { Replay(path: path, chunks: [bytes]) }

  struct Replay: ByteStream {
    let path: String
    var chunks: ArraySlice<[UInt8]>
    var isRepeatable: Bool { true }
    mutating func next(_ most: Int) -> [UInt8] { chunks.popFirst() ?? [] }
  }
}
