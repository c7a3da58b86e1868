// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The derivative of a function by one number in memory, from values of the function alone.
struct FiniteDifference {
  private let place: UnsafeMutablePointer<Double>
  private let rounding: Double
  private let function: () -> Double

  /// Steps relative to the number, or to 1 where it is smaller.
  private static let widths = [1e-2, 1e-3, 1e-4, 1e-5]
  /// A difference of values is off by some roundings of the value: by this many at most, as measured on deep networks.
  private static let roundings = 32.0
  /// Where rounding may be this much of the gradient nothing can be said of it.
  private static let audible = 1e-3

  /// `rounding` is half a unit in the last place of the function's values. The number is the same afterwards.
  init(_ place: UnsafeMutablePointer<Double>, rounding: Double, _ function: @escaping () -> Double) {
    self.place = place
    self.rounding = rounding
    self.function = function
  }

  /// |exact − difference|/scale by the best width; nil where rounding hides the answer.
  func error(of exact: Double, relativeTo scale: Double) -> Double? {
    let unit = max(1, abs(place.pointee))
    let errors = Self.widths.map { abs(exact - central($0 * unit)) }
    let best = errors.min() ?? 0
    if best == 0 || isBetweenSlopes(exact, unit) { return 0 }
    let noise = Self.roundings * rounding / (Self.widths[0] * unit)
    // A gradient of exactly 0 is right where the differences are no more than rounding.
    if scale == 0 { return best <= noise ? 0 : .infinity }
    return noise > Self.audible * scale ? nil : best / scale
  }

  /// f' ≈ (8(f(w + h) − f(w − h)) − (f(w + 2h) − f(w − 2h)))/12h.
  private func central(_ h: Double) -> Double {
    (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
  }

  /// Whether the function has a kink here and the number lies between the slopes on its two sides: the difference of the
  /// slopes stays when the steps become narrower, where that of a smooth function goes with them.
  private func isBetweenSlopes(_ exact: Double, _ unit: Double) -> Bool {
    let here = value(0)
    func slopes(_ h: Double) -> (left: Double, right: Double) { ((here - value(-h)) / h, (value(h) - here) / h) }
    let (wide, narrow) = (slopes(1e-5 * unit), slopes(1e-6 * unit))
    let jump = abs(narrow.right - narrow.left)
    let noise = Self.roundings * rounding / (1e-6 * unit)
    guard jump > 4 * noise, jump > abs(wide.right - wide.left) / 2 else { return false }
    // What the loss's curvature does to a slope over a step, with room to spare.
    let bend = max(abs(wide.left - narrow.left), abs(wide.right - narrow.right))
    let tolerance = noise + bend
    return exact >= min(narrow.left, narrow.right) - tolerance && exact <= max(narrow.left, narrow.right) + tolerance
  }

  private func value(_ offset: Double) -> Double {
    let before = place.pointee
    place.pointee = before + offset
    defer { place.pointee = before }
    return function()
  }
}
