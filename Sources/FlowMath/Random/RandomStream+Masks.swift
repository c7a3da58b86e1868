// SPDX-License-Identifier: GPL-3.0-or-later

/// Single-precision numbers by position, four to a block. Masks over a batch are made of these.
extension RandomStream {
  /// Returns the number at a position, uniform in [0, 1) and a multiple of 2⁻²⁴.
  ///
  /// Positions count 32-bit words here, unlike those of `uniform(at:)`. Use only one of the two functions in a stream.
  @inlinable
  public func uniform32(at position: UInt64) -> Float {
    let words = generator.block(low: position >> 2, high: lane)
    return Float(words[Int(position & 3)] >> 8) * 0x1p-24
  }

  /// Fills a buffer with the numbers `uniform32(at: start)`, `uniform32(at: start + 1)`, and so on.
  ///
  /// The number at a position does not depend on how positions are divided among calls.
  @inlinable
  public func fillUniform32(_ buffer: UnsafeMutableBufferPointer<Float>, from start: UInt64) {
    guard let base = buffer.baseAddress else { return }
    var done = 0
    // First up to the start of a block, then sixteen numbers at a time, then the rest.
    let head = min(buffer.count, Int((0 &- start) & 3))
    while done < head {
      base[done] = uniform32(at: start &+ UInt64(done))
      done += 1
    }
    while done + 16 <= buffer.count {
      let words = generator.blocks(low: (start &+ UInt64(done)) >> 2, high: lane)
      for block in 0..<4 {
        let out = base + done + 4 * block
        out[0] = Float(words.0[block] >> 8) * 0x1p-24
        out[1] = Float(words.1[block] >> 8) * 0x1p-24
        out[2] = Float(words.2[block] >> 8) * 0x1p-24
        out[3] = Float(words.3[block] >> 8) * 0x1p-24
      }
      done += 16
    }
    while done < buffer.count {
      base[done] = uniform32(at: start &+ UInt64(done))
      done += 1
    }
  }
}
