// SPDX-License-Identifier: GPL-3.0-or-later

/// The resolution in a PNG file, which gnuplot leaves out. Without it, other programs do not know how large a picture is
/// in centimetres.
enum PNGResolution {
  /// The signature of a PNG file.
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The length of the signature and of the first chunk, which is that of the size in pixels (PNG specification, 11.2.1).
  private static let start = 33

  /// Returns the bytes of a PNG file with a resolution in dots per inch, or bytes of another kind as they are.
  static func adding(_ resolution: Double, to bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > start, bytes.starts(with: signature) else { return bytes }
    let dots = UInt32((resolution / 0.0254).rounded())
    // The unit 1 is the metre (PNG specification, 11.3.4.3).
    let content = Array("pHYs".utf8) + bigEndian(dots) + bigEndian(dots) + [1]
    let chunk = bigEndian(UInt32(content.count - 4)) + content + bigEndian(checksum(content))
    return bytes[..<start] + chunk + bytes[start...]
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// The cyclic redundancy code of a chunk (PNG specification, annex D).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { code, byte in
      (0..<8).reduce(code ^ UInt32(byte)) { code, _ in code & 1 == 1 ? code >> 1 ^ 0xEDB8_8320 : code >> 1 }
    }
  }
}
