// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib

/// Unpacks gzip data (RFC 1952) piece by piece: one or more members, each of which may be followed by zeros, as on
/// tapes. Python's gzip module accepts the same; zlib's own reader and gunzip stop at the first zero.
final class Inflater {
  /// The result of `unpack`.
  struct Progress {
    /// The number of packed bytes used.
    var used = 0
    /// The number of unpacked bytes written.
    var written = 0
  }

  /// A Boolean value that indicates whether the data may end here because a member is complete.
  private(set) var isAtBoundary = false
  private var stream = z_stream()

  init() {
    // 15 is the largest window. Adding 16 selects the gzip format, including header and checksum.
    let status = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot allocate its window of 32 KB")
  }

  deinit { inflateEnd(&stream) }

  /// Unpacks `input` into `output` until the input is used up or the output is full.
  func unpack(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Progress {
    var progress = Progress()
    while progress.used < input.count, progress.written < output.count {
      if isAtBoundary {
        if input[progress.used] == 0 {
          progress.used += 1
          continue
        }
        inflateReset(&stream)
        isAtBoundary = false
      }
      let source = UnsafeRawBufferPointer(rebasing: input[progress.used...])
      let target = UnsafeMutableRawBufferPointer(rebasing: output[progress.written...])
      // zlib does not write to its input.
      stream.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(clamping: source.count)
      stream.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
      stream.avail_out = UInt32(clamping: target.count)
      let (packed, free) = (stream.avail_in, stream.avail_out)
      let status = inflate(&stream, Z_NO_FLUSH)
      progress.used += Int(packed - stream.avail_in)
      progress.written += Int(free - stream.avail_out)
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isAtBoundary = true
      default: throw .corruptGzip(detail: stream.msg.map { String(cString: $0) } ?? "zlib reports \(status)")
      }
    }
    return progress
  }
}
