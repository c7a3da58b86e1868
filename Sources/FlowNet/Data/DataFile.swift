// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import Glibc

/// Files read whole, gzipped ones unpacked on the way.
enum DataFile {
  /// The content of a file, or its first `limit` bytes. A file that begins as gzip does is unpacked, whatever its name.
  /// `goesOn` hears now and then which share of the file is read; false ends the reading with an error.
  static func read(
    _ path: String, limit: Int = .max, goesOn: (_ share: Double) -> Bool = { _ in true }
  ) throws(DataError) -> [UInt8] {
    try checkReadable(path)
    guard let file = gzopen(path, "rb") else { throw .unreadable(path: path, reason: reason(errno)) }
    gzbuffer(file, 1 << 18)
    do throws(DataError) {
      let bytes = try readAll(file, path, limit: limit, goesOn)
      // Closing tells, once more, whether the gzip data ended in the middle.
      let status = gzclose(file)
      guard status == Z_OK || bytes.count == limit else { throw .truncatedGzip(path: path, bytes: bytes.count) }
      return bytes
    } catch {
      gzclose(file)
      throw error
    }
  }

  private static func readAll(
    _ file: gzFile, _ path: String, limit: Int, _ goesOn: (Double) -> Bool
  ) throws(DataError) -> [UInt8] {
    let size = size(path)
    let isPlain = gzdirect(file) == 1
    if isPlain && path.hasSuffix(".gz") { throw .notGzip(path: path) }
    var bytes: [UInt8] = []
    // Most of what is read is packed about fourfold or not at all; a wrong guess costs a copy.
    let expected = min(limit, size * (isPlain ? 1 : 4))
    try DataError.requireMemory(Double(expected))
    bytes.reserveCapacity(expected)
    let chunk = 1 << 20
    while bytes.count < limit {
      let wanted = min(chunk, limit - bytes.count)
      if bytes.count + wanted > bytes.capacity { try DataError.requireMemory(2 * Double(bytes.capacity)) }
      var count: Int32 = 0
      bytes.append(addingCapacity: wanted) { buffer in
        count = gzread(file, buffer.baseAddress, UInt32(wanted))
        return max(0, Int(count))
      }
      if count < wanted { try check(file, path, count: count, total: bytes.count) }
      if count <= 0 { break }
      if !goesOn(Double(gzoffset(file)) / Double(max(size, 1))) { throw .stopped(path: path) }
    }
    return bytes
  }

  private static func check(_ file: gzFile, _ path: String, count: Int32, total: Int) throws(DataError) {
    var code: Int32 = 0
    let systemError = errno
    let detail = gzerror(file, &code).map { String(cString: $0) } ?? ""
    switch code {
    case Z_OK, Z_STREAM_END: return
    case Z_BUF_ERROR: throw .truncatedGzip(path: path, bytes: total)
    case Z_ERRNO: throw .unreadable(path: path, reason: reason(systemError))
    default:
      // zlib puts the file's name before its words.
      let isNamed = detail.hasPrefix(path + ": ")
      throw .corruptGzip(path: path, detail: isNamed ? String(detail.dropFirst(path.count + 2)) : detail)
    }
  }

  /// Says why a path cannot be read before zlib is asked, which would not tell.
  private static func checkReadable(_ path: String) throws(DataError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missingFile(path: path) }
      throw .unreadable(path: path, reason: reason(errno))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .unreadable(path: path, reason: "it is a folder") }
    guard access(path, R_OK) == 0 else { throw .unreadable(path: path, reason: reason(errno)) }
  }

  /// Whether there is a file that is no folder.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  private static func reason(_ code: Int32) -> String {
    String(cString: strerror(code))
  }
}

extension [UInt8] {
  /// Appends the bytes that a function writes into free memory; the function returns their number.
  fileprivate mutating func append(addingCapacity room: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
    let start = count
    append(contentsOf: repeatElement(0, count: room))
    let written = withUnsafeMutableBufferPointer { write(UnsafeMutableBufferPointer(rebasing: $0[start...])) }
    removeLast(room - written)
  }
}
