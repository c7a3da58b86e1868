// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Quantities whose values are compared by their ratios, such as norms. A linear axis shows all small ones as 0.
public enum Magnitude {
  /// The last words of the names of such quantities, in our tables and in those of other programs.
  private static let words: Set<String> = [
    "norm", "norms", "rms", "loss", "losses", "ratio", "factor", "gain", "growth", "rate", "lr", "mse", "variance",
    "perplexity",
  ]

  /// Returns whether a column has the name of such a quantity, such as `grad_norm`, `train/loss` or `factor_low`. The
  /// text of a formula is not a name.
  public static func isNamed(by column: String) -> Bool {
    let isName = column.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0123456789_/.-:".unicodeScalars.contains($0)
    }
    guard isName else { return false }
    var words = column.lowercased().split { "_/.-:".contains($0) }.map(String.init)
    if let last = words.last, ["low", "high"].contains(last) { words.removeLast() }
    return words.last.map(Self.words.contains) == true && !words[0].hasPrefix("log")
  }

  /// Returns whether an axis that shows these numbers should be logarithmic.
  ///
  /// Positive numbers are, if they span more than two powers of ten: next to the largest one, a line of a linear plot
  /// cannot be distinguished from 0. For a magnitude, one power of ten is enough, and zeros, which have no place on the
  /// axis, do not prevent it.
  public static func needsLogarithm(_ numbers: some Sequence<Double?>, isMagnitude: Bool) -> Bool {
    var (low, high, hasZero) = (Double.infinity, -Double.infinity, false)
    for case let number? in numbers.untilStopped where number.isFinite {
      if number < 0 { return false }
      if number == 0 {
        hasZero = true
      } else {
        (low, high) = (min(low, number), max(high, number))
      }
    }
    return low <= high && (isMagnitude || !hasZero) && high / low > (isMagnitude ? 10 : 100)
  }
}
