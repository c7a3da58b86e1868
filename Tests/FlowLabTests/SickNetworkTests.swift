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
    let score = Score(try await Survey.examine(setups: Self.setups, seed: 1, threads: 2))
    if TestLength.current == .full { print(score.text) }
    let slack = TestLength.current == .short ? 0.05 : 0
    #expect(score.networks > 3 * Self.setups)
    #expect(score.count(.sick) > score.count(.healthy))
    #expect(score.rootRight(.before) > 0.8 - slack, "\(score.text)")
    #expect(score.rootRight(.after) > 0.8 - slack, "\(score.text)")
    #expect(score.layerRight(.after) > 0.9 - slack, "\(score.text)")
    for time in Score.Time.allCases {
      #expect(score.precision(time) > 0.8 - slack, "\(score.text)")
      #expect(score.falseAlarmRate(time) < 0.05 + slack, "\(score.text)")
    }
  }
}
