// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Recently read texts. Columns often repeat a few names, and texts longer than 15 bytes take memory of their own unless
/// they are shared.
struct TextCache {
  private var texts = [String](repeating: "", count: 256)

  /// Returns the text with the given bytes, or nil if they are not UTF-8.
  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.count > 15 else { return String(validating: bytes, as: UTF8.self) }
    let slot = Int(Self.hash(bytes) >> 56)
    let known = texts[slot].utf8.withContiguousStorageIfAvailable {
      $0.count == bytes.count && memcmp($0.baseAddress!, bytes.baseAddress!, bytes.count) == 0
    }
    if known == true { return texts[slot] }
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    texts[slot] = text
    return text
  }

  /// Combines eight bytes at a time. The last eight overlap those before.
  @inline(__always)
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(bytes)
    var hash = UInt64(truncatingIfNeeded: bytes.count)
    for place in stride(from: 0, to: bytes.count - 8, by: 8) {
      hash = (hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
    }
    return (hash ^ raw.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
  }
}
