// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@Suite struct RandomStreamTests {
  /// The words at positions 0, 1, 2, 3 and 1000, computed by a separate program from the published algorithm.
  @Test(arguments: [
    Golden(
      0, .initializer, 0, [0x4b15bbabbec9f402, 0xd0addf8500e3bc5d, 0xd329d9de500b4d5a, 0x85a4272a8b9a9868],
      0x1d9d40882e41d592),
    Golden(
      0, .data, 0, [0xb147e04a1c3f90df, 0x0f363bc6947bddbb, 0x519b399ba9afdb2b, 0x4294c0c1650cfdb8],
      0x9c303354d7ebcb3c),
    Golden(
      42, .shuffle, 7, [0xea16115200214d39, 0xfa9629e654ac0ffd, 0xae4edc8d8d4752fb, 0xb4266a0c39127301],
      0x5c9423c573b03cdf),
    Golden(
      .max, .sweep, 1 << 40, [0x3ad30df3a4b2f125, 0xcf5a543916652c0c, 0xf2ae2fa62a5b4a5c, 0xc28941f33e383ba4],
      0xf99d605c5605bdf2),
  ])
  func neverChangesItsWords(_ golden: Golden) {
    var stream = golden.stream
    for (position, word) in golden.words.enumerated() {
      #expect(stream.bits(at: UInt64(position)) == word)
      #expect(stream.position == UInt64(position))
      #expect(stream.bits() == word)
    }
    #expect(stream.bits(at: 1000) == golden.thousandth)
  }

  @Test func neverChangesItsPurposeCodes() {
    #expect(StreamPurpose.allCases.map(\.rawValue) == Array(1...9))
    #expect(
      StreamPurpose.allCases.map { "\($0)" }
        == ["initializer", "data", "shuffle", "dropout", "split", "noise", "pretrain", "lsuv", "sweep"])
  }

  @Test func drawingAndReadingByPositionAgree() {
    var stream = RandomStream(seed: 5, purpose: .noise, index: 2)
    let fixed = stream
    for position in 0..<1001 { #expect(stream.uniform() == fixed.uniform(at: UInt64(position))) }
  }

  @Test func readsTopBits() {
    let word: UInt64 = 0x4b15_bbab_bec9_f402
    var (a, b) = (
      RandomStream(seed: 0, purpose: .initializer, index: 0), RandomStream(seed: 0, purpose: .initializer, index: 0)
    )
    #expect(a.uniform() == Double(word >> 11) / 9_007_199_254_740_992)
    #expect(b.uniform32() == Float(word >> 40) / 16_777_216)
  }

  @Test func fillsMasksByPosition() {
    let stream = RandomStream(seed: 3, purpose: .dropout, index: 9)
    let whole = mask(stream, from: 0, count: 4099)
    for (position, value) in whole.enumerated() { #expect(value == stream.uniform32(at: UInt64(position))) }
    for (start, count) in [(0, 1), (1, 2), (3, 6), (4, 4), (7, 1000), (4098, 1), (5, 0)] {
      #expect(mask(stream, from: start, count: count) == Array(whole[start..<start + count]))
    }
    #expect(whole.allSatisfy { $0 >= 0 && $0 < 1 })
    let kept = whole.count { $0 < 0.25 }
    #expect(abs(Double(kept) / 4099 - 0.25) < 0.03)
  }

  private func mask(_ stream: RandomStream, from start: Int, count: Int) -> [Float] {
    var values = [Float](repeating: -1, count: count)
    values.withUnsafeMutableBufferPointer { stream.fillUniform32($0, from: UInt64(start)) }
    return values
  }

  @Test func staysWithinBounds() {
    var stream = RandomStream(seed: 1, purpose: .initializer)
    for _ in 0..<10_000 {
      let value = stream.uniform(in: -0.5..<0.25)
      #expect(value >= -0.5 && value < 0.25)
    }
    // A range so narrow that rounding would reach its excluded end.
    let narrow = 1.0..<1.0.nextUp
    for _ in 0..<100 { #expect(stream.uniform(in: narrow) == 1) }
  }
}

struct Golden: Sendable {
  let stream: RandomStream
  let words: [UInt64]
  let thousandth: UInt64

  init(_ seed: UInt64, _ purpose: StreamPurpose, _ index: UInt64, _ words: [UInt64], _ thousandth: UInt64) {
    stream = RandomStream(seed: seed, purpose: purpose, index: index)
    self.words = words
    self.thousandth = thousandth
  }
}
