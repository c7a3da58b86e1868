// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers in single precision by position, four to a block: what a mask over a batch needs.
extension RandomStream {
  /// The multiple of 2⁻²⁴ in [0, 1) at a position.
  ///
  /// Positions count words of 32 bits here, so they are not the positions of `uniform(at:)`: use one of the two in a
  /// stream, not both.
  @inlinable
  public func uniform32(at position: UInt64) -> Float {
    let words = generator.block(low: position >> 2, high: lane)
    return Float(words[Int(position & 3)] >> 8) * 0x1p-24
  }

  /// Writes the numbers `uniform32(at: start)`, `uniform32(at: start + 1)` … into a buffer.
  ///
  /// Whoever fills which part, the numbers at a position stay the same. It is fastest where `start` is a multiple of 4.
  @inlinable
  public func fillUniform32(_ buffer: UnsafeMutableBufferPointer<Float>, from start: UInt64) {
    var done = 0
    while done < buffer.count {
      let position = start &+ UInt64(done)
      let words = generator.block(low: position >> 2, high: lane)
      let first = Int(position & 3)
      let count = min(4 - first, buffer.count - done)
      for offset in 0..<count {
        buffer[done + offset] = Float(words[first + offset] >> 8) * 0x1p-24
      }
      done += count
    }
  }
}
