// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// Commands that draw an empty frame with a note in it.
  var nothing: [String] {
    [
      "unset logscale", "set xrange [0:1]", "set yrange [0:1]", "unset tics", "set key off",
      "set label 1 'nothing to draw' at graph 0.5,0.5 center", "plot NaN",
    ]
  }

  /// Returns commands that set the scale and the ticks of an axis that shows numbers, in one of several columns or rows
  /// of panels. Panels have the ends of the scale, so that all are alike.
  func axis(
    _ name: String, _ axis: Plot.Axis, _ scale: Scale?, parts: Int = 1, isFixed: Bool = false, hasLabels: Bool = true
  ) -> [String] {
    if !axis.names.isEmpty { return [names(name, hasLabels ? axis.names : axis.names.map { _ in "" })] }
    guard let scale else { return [] }
    var lines: [String] = []
    if isFixed || axis.limits != nil || scale.isMargin {
      lines.append("set \(name)range [\(Self.number(scale.lower)):\(Self.number(scale.upper))]")
    } else if name == "x" {
      lines.append("set autoscale xfix")
    }
    let most = size.mostTicks(name, parts: parts)
    if axis.isLogarithmic {
      lines.append("set logscale \(name)")
      // gnuplot labels only whole decades, of which there may be one or none.
      if scale.decades < 2 {
        let ticks = Ticks(scale, most: most, isWhole: axis.isWhole)
        let texts = zip(ticks.labels, ticks.values).map {
          "\(Self.tickLabel(hasLabels ? $0 : "")) \(Self.number($1))"
        }
        lines.append("set \(name)tics (\(texts.joined(separator: ", ")))")
        if name == "y", lines[0].hasPrefix("set log") { lines.append("set autoscale yfix") }
      } else {
        lines.append("set format \(name) '\(hasLabels ? "10^{%L}" : "")'")
        let stride = [1, 2, 3, 5, 10, 20, 50, 100, 200].first { scale.decades / Double($0) < Double(most) } ?? 200
        if stride > 1 { lines += ["set \(name)tics 1e\(stride)", "unset m\(name)tics"] }
      }
      return lines
    }
    let half = scale.upper / 2 - scale.lower / 2
    guard half > 0, half / Double(most) > 0 else { return lines }
    var step = DecimalStep(atLeast: half / Double(most) * 2)
    if axis.isWhole, step.exponent < 0 { step = DecimalStep(1, exponent: 0) }
    lines.append("set \(name)tics \(Self.number(step.size))")
    if isFixed { lines.append("set format \(name) '\(hasLabels ? "% h" : "")'") }
    return lines
  }

  func names(_ name: String, _ names: [String]) -> String {
    let texts = names.enumerated().untilStopped.map { "\(Self.tickLabel($1)) \(name == "x" && isBars ? $0 : $0 + 1)" }
    return "set \(name)tics noenhanced (\(texts.joined(separator: ", ")))"
  }
}
