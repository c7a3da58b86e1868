// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct MagnitudeTests {
  @Test(
    arguments: [
      ("grad_norm", true), ("delta_rms", true), ("loss", true), ("train/loss", true), ("val.loss", true),
      ("factor_low", true), ("weight_gain", true), ("learning_rate", true), ("lr", true), ("grad_norm/conv1", false),
      ("accuracy", false), ("layer", false), ("act_mean", false), ("log10_norm", false), ("log10(loss)", false),
      ("loss - 1", false), ("", false), ("low", false), ("gloss", false),
    ])
  func names(name: String, isMagnitude: Bool) {
    #expect(Magnitude.isNamed(by: name) == isMagnitude)
  }

  @Test(
    arguments: [
      ([1, 10], false, false), ([1, 11], true, false), ([1, 101], true, true), ([0, 1, 11], true, false),
      ([0, 1, 101], true, false), ([-1, 1, 101], false, false), ([.nan, .infinity, 1, 101, nil], true, true),
      ([0, 0, 5], false, false), ([], false, false), ([-5], false, false),
    ] as [([Double?], Bool, Bool)])
  func logarithms(numbers: [Double?], ofMagnitude: Bool, ofOther: Bool) {
    #expect(Magnitude.needsLogarithm(numbers, isMagnitude: true) == ofMagnitude)
    #expect(Magnitude.needsLogarithm(numbers, isMagnitude: false) == ofOther)
  }
}
