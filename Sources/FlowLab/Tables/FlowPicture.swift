// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime

/// Draws the flow of a network in a few characters: one bar per layer, from the first to the last, on a log scale with
/// an eighth of the height for each power of ten.
enum FlowPicture {
  private static let bars = Array("▁▂▃▄▅▆▇█")
  private static let digits = Array("12345678")
  /// The maximum number of bars. If there are more layers, some between the first and the last are omitted.
  private static let most = 16

  /// Returns the picture for one size per layer, such as rms(δ), relative to the largest. A size of 0 is drawn as a
  /// space, one that is not finite as an exclamation mark. Without Unicode, digits represent the heights.
  static func text(_ sizes: [Double], usesUnicode: Bool) -> String {
    let bars = usesUnicode ? bars : digits
    let shown =
      sizes.count <= most ? sizes : (0..<most).map { sizes[$0 * (sizes.count - 1) / (most - 1)] }
    let largest = shown.filter(\.isFinite).max() ?? 0
    return String(
      shown.map { size -> Character in
        guard size.isFinite else { return "!" }
        guard size > 0 else { return " " }
        let decades = min(Real.log10(largest) - Real.log10(size), Double(bars.count - 1))
        return bars[bars.count - 1 - Int(decades.rounded())]
      })
  }
}
