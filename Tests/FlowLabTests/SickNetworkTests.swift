// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import SickNetworks
import TestSupport
import Testing

/// Measures how often `diagnose` is right about random networks, healthy ones and ones with a planted fault.
@Suite struct SickNetworkTests {
  /// The number of setups, each of which makes up to five networks.
  private static let setups = TestLength.current == .short ? 56 : 560

  /// Prints what `diagnose` says about other networks: `GRADFLOW_SICK="7 100 momentum clip"` examines 100 setups of seed
  /// 7 with these kinds of faults; without kinds, with all.
  @Test(.enabled(if: getenv("GRADFLOW_SICK") != nil))
  func otherNetworks() async throws {
    let words = String(cString: getenv("GRADFLOW_SICK")).split(separator: " ").map(String.init)
    let seed = try #require(words.first.flatMap(UInt64.init))
    let setups = try #require(words.dropFirst().first.flatMap(Int.init))
    print(
      Score(try await Survey.examine(setups: setups, seed: seed, kinds: Array(words.dropFirst(2)), threads: 2)).text)
  }

  /// The limits are a little below what the full sample reaches; see CONTRIBUTING.md. The short one varies by a few
  /// percent.
  @Test func diagnosesAreRight() async throws {
    let isShort = TestLength.current == .short
    let score = Score(try await Survey.examine(setups: Self.setups, seed: 1, threads: 2))
    if !isShort { print(score.text) }
    let (slack, text) = (isShort ? 0.05 : 0, Comment(rawValue: score.text))
    #expect(score.networks > 3 * Self.setups, text)
    #expect(score.count(.sick) > 2 * score.count(.healthy), text)
    for time in Score.Time.allCases {
      #expect(score.rootRight(time) > 0.93 - slack, text)
      #expect(score.layerRight(time) > 0.97 - slack, text)
      #expect(score.falseAlarmRate(time) < 0.015 + slack, text)
    }
    // The short tier tries the remedies of a few networks only.
    #expect(score.curedByFirst > (isShort ? 0.7 : 0.9) && score.cured > (isShort ? 0.75 : 0.93), text)
    // Harmless faults that are named count as mistakes here.
    #expect(score.precision(.before) > 0.96 - slack, text)
    #expect(score.precision(.after) > 0.86 - slack, text)
  }
}
