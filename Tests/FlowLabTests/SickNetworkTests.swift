// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import SickNetworks
import TestSupport
import Testing

/// Measures how often `diagnose` is right about random networks, healthy ones and ones with a planted fault.
@Suite struct SickNetworkTests {
  /// The seed and the number of setups, each of which makes four or five networks. `GRADFLOW_SICK="7 100"` examines
  /// 100 setups of seed 7 instead.
  private static let (seed, setups): (UInt64, Int) = {
    let words = getenv("GRADFLOW_SICK").map { String(cString: $0).split(separator: " ") } ?? []
    if words.count == 2, let seed = UInt64(words[0]), let setups = Int(words[1]) { return (seed, setups) }
    return (1, TestLength.current == .short ? 56 : 560)
  }()

  /// The limits are a little below what the full sample reaches; see CONTRIBUTING.md. The short one varies by a few
  /// percent.
  @Test func diagnosesAreRight() async throws {
    let score = Score(try await Survey.examine(setups: Self.setups, seed: Self.seed, threads: 2))
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
