// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Recently read texts. Columns often repeat a few names, and texts longer than 15 bytes take memory of their own unless
/// they are shared.
struct TextCache {
  private var texts = [String](repeating: "", count: 256)

  /// Returns the text with the given bytes, or nil if they are not UTF-8.
  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.count > 15 else { return String(validating: bytes, as: UTF8.self) }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let slot = Int(hash >> 56)
    let known = texts[slot].utf8.withContiguousStorageIfAvailable {
      $0.count == bytes.count && memcmp($0.baseAddress!, bytes.baseAddress!, bytes.count) == 0
    }
    if known == true { return texts[slot] }
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    texts[slot] = text
    return text
  }
}
