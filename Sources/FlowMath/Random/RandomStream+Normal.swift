// SPDX-License-Identifier: GPL-3.0-or-later

/// Normally distributed numbers by inversion. Each is made of one word, so these can be read by position too.
extension RandomStream {
  /// Returns the standard normal number at a position.
  @inlinable
  public func normal(at position: UInt64) -> Double {
    inverseNormalCDF(Self.openUniform(bits(at: position)))
  }

  /// Returns the next standard normal number, within ±8.21.
  @inlinable
  public mutating func normal() -> Double {
    inverseNormalCDF(Self.openUniform(bits()))
  }

  /// Fills a buffer with the next standard normal numbers, the same that individual draws would return, until a stop is
  /// requested.
  public mutating func fillNormal(_ numbers: UnsafeMutableBufferPointer<Double>) {
    let piece = 1 << 16
    let stop = numbers.count > piece ? StopToken.current : .never
    for start in stride(from: 0, to: numbers.count, by: piece) where !stop.isRequested {
      fill(UnsafeMutableBufferPointer(rebasing: numbers[start..<min(start + piece, numbers.count)]))
    }
  }

  private mutating func fill(_ numbers: UnsafeMutableBufferPointer<Double>) {
    var place = 0
    while place < numbers.count {
      // Four blocks contain eight words.
      guard next & 1 == 0, place + 8 <= numbers.count else {
        numbers[place] = Self.openUniform(bits())
        place += 1
        continue
      }
      let (a, b, c, d) = generator.blocks(low: next >> 1, high: lane)
      next &+= 8
      let even = Self.openUniform(a | b &<< UInt64Register(repeating: 32))
      let odd = Self.openUniform(c | d &<< UInt64Register(repeating: 32))
      for block in 0..<4 {
        numbers[place + 2 * block] = even[block]
        numbers[place + 2 * block + 1] = odd[block]
      }
      place += 8
    }
    inverseNormalCDF(numbers)
  }

  /// The same for four words. A 52-bit integer placed below the exponent bits of 2⁵² is exactly 2⁵² plus that integer.
  @inline(__always)
  private static func openUniform(_ words: UInt64Register) -> DoubleRegister {
    let exponent = UInt64Register(repeating: 0x4330_0000_0000_0000)
    let sum = DoubleRegister(bits: words &>> UInt64Register(repeating: 12) | exponent)
    let number = sum - DoubleRegister(repeating: 0x1p52)
    return (number + DoubleRegister(repeating: 0.5)) * DoubleRegister(repeating: 0x1p-52)
  }

  /// Returns an odd multiple of 2⁻⁵³, uniform in the open interval (0, 1) and symmetric: u and 1 − u are equally
  /// likely.
  @inlinable
  static func openUniform(_ word: UInt64) -> Double {
    (Double(word >> 12) + 0.5) * 0x1p-52
  }
}
