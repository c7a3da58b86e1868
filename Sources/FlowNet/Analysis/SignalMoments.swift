// SPDX-License-Identifier: GPL-3.0-or-later

/// Moments of a layer's output in a wide network: over units, and over samples at one unit.
struct SignalMoments: Equatable {
  var mean: Double
  var square: Double
  /// The variance over samples at one unit.
  var spread: Double

  /// Inputs of mean 0 and variance 1.
  static let input = SignalMoments(mean: 0, square: 1, spread: 1)

  /// Those of the sum with a branch whose weights know nothing of this signal.
  func adding(_ branch: SignalMoments) -> SignalMoments {
    SignalMoments(
      mean: mean + branch.mean, square: square + branch.square + 2 * mean * branch.mean,
      spread: spread + branch.spread)
  }

  /// Those of the signal times √factor.
  func scaled(by factor: Double) -> SignalMoments {
    SignalMoments(mean: mean * factor.squareRoot(), square: square * factor, spread: spread * factor)
  }

  /// The part of the mean square that all samples have in common, at a unit.
  var sharedPart: Double { square > 0 ? max(1 - spread / square, 0) : 0 }

  /// What dropout leaves of it, which keeps this share of the units and makes them so much larger that the mean stays.
  func kept(_ share: Double) -> SignalMoments {
    share == 1 ? self : SignalMoments(mean: mean, square: square / share, spread: square / share - mean * mean)
  }
}
