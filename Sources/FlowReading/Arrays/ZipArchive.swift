// SPDX-License-Identifier: GPL-3.0-or-later
import CZlib
import FlowMath

/// The members of a zip archive, such as one of NumPy's .npz files. Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
struct ZipArchive {
  struct Member {
    let name: String
    fileprivate let method: Int
    /// The CRC-32 of the unpacked content.
    fileprivate let checksum: Int
    fileprivate let packedSize: Int
    fileprivate let size: Int
    fileprivate let headerOffset: Int
    fileprivate let isEncrypted: Bool
  }

  private let bytes: [UInt8]
  private let path: String
  let members: [Member]

  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// Reads the directory at the end of an archive.
  init(_ bytes: [UInt8], path: String) throws(ReadingError) {
    (self.bytes, self.path) = (bytes, path)
    let view = LittleEndian(bytes)
    // The end record has 22 bytes and a comment of up to 65,535.
    var end = bytes.count - 22
    while end >= max(bytes.count - 22 - 65_535, 0), view.number(end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= 0, view.number(end, 4) == 0x0605_4B50 else {
      throw Self.damaged(path, "its directory is missing, as in a truncated file")
    }
    var count = view.number(end + 10, 2) ?? 0
    var offset = view.number(end + 16, 4) ?? 0
    // An archive of 4 GiB or more stores its sizes in a separate record.
    if count == 0xFFFF || offset == 0xFFFF_FFFF, end >= 20, view.number(end - 20, 4) == 0x0706_4B50,
      let place = view.number(end - 12, 8), view.number(place, 4) == 0x0606_4B50
    {
      count = view.number(place + 32, 8) ?? 0
      offset = view.number(place + 48, 8) ?? 0
    }
    var members: [Member] = []
    for _ in 0..<count {
      guard view.number(offset, 4) == 0x0201_4B50, let flags = view.number(offset + 8, 2),
        let method = view.number(offset + 10, 2), let checksum = view.number(offset + 16, 4),
        var packedSize = view.number(offset + 20, 4),
        var size = view.number(offset + 24, 4), let nameLength = view.number(offset + 28, 2),
        let extraLength = view.number(offset + 30, 2), let commentLength = view.number(offset + 32, 2),
        var headerOffset = view.number(offset + 42, 4), offset + 46 + nameLength + extraLength <= bytes.count
      else { throw Self.damaged(path, "its directory is damaged") }
      var extra = offset + 46 + nameLength
      let extraEnd = extra + extraLength
      while extra + 4 <= extraEnd, let id = view.number(extra, 2), let length = view.number(extra + 2, 2) {
        if id == 1 {
          var place = extra + 4
          func wide(_ value: inout Int) {
            guard value == 0xFFFF_FFFF else { return }
            value = view.number(place, 8) ?? value
            place += 8
          }
          wide(&size)
          wide(&packedSize)
          wide(&headerOffset)
        }
        extra += 4 + length
      }
      let name = String(decoding: bytes[offset + 46..<offset + 46 + nameLength], as: UTF8.self)
      members.append(
        Member(
          name: name, method: method, checksum: checksum, packedSize: packedSize, size: size,
          headerOffset: headerOffset, isEncrypted: flags & 1 == 1))
      offset = extraEnd + commentLength
    }
    self.members = members
  }

  /// Returns the unpacked content of a member.
  func content(_ member: Member, limit: Int) throws(ReadingError) -> [UInt8] {
    let view = LittleEndian(bytes)
    guard !member.isEncrypted else { throw Self.damaged(path, "'\(member.name)' is encrypted") }
    guard view.number(member.headerOffset, 4) == 0x0403_4B50, let nameLength = view.number(member.headerOffset + 26, 2),
      let extraLength = view.number(member.headerOffset + 28, 2)
    else { throw Self.damaged(path, "'\(member.name)' has no header") }
    let start = member.headerOffset + 30 + nameLength + extraLength
    guard start <= bytes.count, member.packedSize <= bytes.count - start else {
      throw Self.damaged(path, "'\(member.name)' is truncated")
    }
    guard member.size <= limit else {
      throw ReadingError(
        "'\(path)': '\(member.name)' unpacks to \(member.size) bytes, more than the limit of \(limit)",
        hint: "give a larger 'max_size:'")
    }
    let packed = bytes[start..<start + member.packedSize]
    let content: [UInt8]
    switch member.method {
    case 0 where member.packedSize == member.size: content = Array(packed)
    case 8: content = try inflated(packed, member)
    default: throw Self.damaged(path, "'\(member.name)' is compressed in an unsupported way")
    }
    guard try Self.checksum(content) == member.checksum else {
      throw Self.damaged(path, "'\(member.name)' does not match its checksum")
    }
    return content
  }

  private static func checksum(_ bytes: [UInt8]) throws(ReadingError) -> Int {
    var checksum: uLong = 0
    for start in stride(from: 0, to: bytes.count, by: step) {
      try ReadingError.checkStop()
      checksum = bytes[start..<min(start + step, bytes.count)].withUnsafeBufferPointer { bytes in
        crc32(checksum, bytes.baseAddress, uInt(bytes.count))
      }
    }
    return Int(checksum)
  }

  /// The number of bytes between two checks for a stop.
  private static let step = 1 << 24

  private func inflated(_ packed: ArraySlice<UInt8>, _ member: Member) throws(ReadingError) -> [UInt8] {
    do throws(MemoryRefusal) { try requireMemory(Double(member.size)) } catch { throw ReadingError(error) }
    var stream = z_stream()
    // A negative size of the window selects data without a header.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw ReadingError("out of memory")
    }
    defer { inflateEnd(&stream) }
    // One extra byte reveals content beyond the size in the directory.
    let stop = StopToken.current
    var isComplete = false
    let result = [UInt8](unsafeUninitializedCapacity: member.size + 1) { buffer, count in
      packed.withUnsafeBufferPointer { packed in
        var (used, status) = (0, Z_OK)
        while status == Z_OK, count <= member.size, !stop.isRequested {
          let input = min(packed.count - used, 1 << 30)
          let room = min(buffer.count - count, Self.step)
          stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress.map { $0 + used })
          stream.avail_in = UInt32(input)
          stream.next_out = buffer.baseAddress! + count
          stream.avail_out = UInt32(room)
          status = inflate(&stream, Z_NO_FLUSH)
          used += input - Int(stream.avail_in)
          count += room - Int(stream.avail_out)
        }
        isComplete = status == Z_STREAM_END
      }
    }
    try ReadingError.checkStop()
    guard isComplete, result.count == member.size else { throw Self.damaged(path, "'\(member.name)' is damaged") }
    return result
  }

  private static func damaged(_ path: String, _ detail: String) -> ReadingError {
    ReadingError("'\(path)' is not a valid archive: \(detail)", hint: "write it again with numpy.savez")
  }
}

/// Little-endian numbers in bytes.
private struct LittleEndian {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Returns the number of the given size at an offset, or nil beyond the end or if it is too large for `Int`.
  func number(_ offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let bits = bytes[offset..<offset + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: bits)
  }
}
