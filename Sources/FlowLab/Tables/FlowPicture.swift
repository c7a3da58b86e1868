// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime

/// The flow of a network in a few characters: a bar per layer from the first to the last, one eighth of its height for
/// each power of ten.
enum FlowPicture {
  private static let bars = Array("▁▂▃▄▅▆▇█")
  private static let digits = Array("12345678")
  /// Layers shown; of more of them some in between are left out.
  private static let most = 16

  /// The picture of one size per layer, such as rms(δ). A layer without any gradient is a blank, and what is not finite
  /// an exclamation mark. Where there are no bars digits stand for their height.
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
