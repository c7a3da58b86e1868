// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

/// The known answers that the authors of the generator publish with their library Random123.
@Suite struct RandomPhiloxTests {
  @Test(arguments: [
    KnownAnswer(
      counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0),
      answer: SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    KnownAnswer(
      counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
      answer: SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)),
    KnownAnswer(
      counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0),
      answer: SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)),
  ])
  func returnsThePublishedAnswer(_ known: KnownAnswer) {
    #expect(Philox(key: known.key).block(known.counter) == known.answer)
  }

  /// Includes counters whose low half carries into its upper word or wraps around.
  @Test(arguments: [0, 5, 0xFFFF_FFFE, .max - 1] as [UInt64])
  func computesFourBlocksInOnePass(_ low: UInt64) {
    let generator = Philox(key: 0x0123_4567_89ab_cdef)
    let words = generator.blocks(low: low, high: 0xfedc_ba98_7654_3210)
    for lane in 0..<4 {
      let block = generator.block(low: low &+ UInt64(lane), high: 0xfedc_ba98_7654_3210)
      let column = SIMD4(words.0[lane], words.1[lane], words.2[lane], words.3[lane])
      #expect(column == SIMD4<UInt64>(truncatingIfNeeded: block))
    }
  }

  @Test func takesKeyAndCounterLowHalfFirst() {
    let generator = Philox(key: 0x299f_31d0_a409_3822)
    #expect(generator == Philox(key: SIMD2(0xa409_3822, 0x299f_31d0)))
    let words = generator.block(low: 0x85a3_08d3_243f_6a88, high: 0x0370_7344_1319_8a2e)
    #expect(words == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }
}

struct KnownAnswer: Sendable {
  let counter: SIMD4<UInt32>
  let key: SIMD2<UInt32>
  let answer: SIMD4<UInt32>
}
