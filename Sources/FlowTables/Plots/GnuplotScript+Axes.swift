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
  /// of panels. The axes of panels end where the scale does, so that all panels are alike.
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
        lines += powers(name, scale, most, hasLabels: hasLabels)
      }
      return lines
    }
    let half = scale.upper / 2 - scale.lower / 2
    guard half > 0, half / Double(most) > 0 else { return lines }
    var step = DecimalStep(atLeast: half / Double(most) * 2)
    if axis.isWhole, step.exponent < 0 { step = DecimalStep(1, exponent: 0) }
    lines.append("set \(name)tics \(Self.number(step.size))")
    // gnuplot writes six digits.
    let counts = step.counts(from: scale.lower, to: scale.upper) ?? 0...0
    let digits = DecimalStep.digits([counts.lowerBound, counts.upperBound])
    if isFixed || digits > 6 {
      lines.append("set format \(name) '\(!hasLabels ? "" : digits > 6 ? "%.\(digits + 1)g" : "% h")'")
    }
    return lines
  }

  /// Returns commands that label some powers of ten.
  private func powers(_ name: String, _ scale: Scale, _ most: Int, hasLabels: Bool) -> [String] {
    let format = "set format \(name) '\(hasLabels ? "10^{%L}" : "")'"
    if scale.decades < Double(most) { return [format] }
    let ticks = Ticks(scale, most: most).values.map { value in
      let power = Int(Real.log10(value).rounded())
      return "\(Self.quoted(hasLabels ? "10^{\(power)}" : "")) \(Self.number(value))"
    }
    return ["set \(name)tics (\(ticks.joined(separator: ", ")))", "unset m\(name)tics"]
  }

  /// Returns the command that labels an axis with names: all of them if there is room, and otherwise some.
  func names(_ name: String, _ names: [String]) -> String {
    let names = names.untilStopped.map { $0.fitted(Self.longestName) }
    // Rotated names are a line of text apart.
    let most = max(2, Int((name == "x" ? size.width : size.height) * 0.75 / size.line))
    let step = (names.count + most - 1) / most
    let texts = stride(from: 0, to: names.count, by: max(1, step)).map { index in
      "\(Self.tickLabel(names[index])) \(name == "x" && isBars ? index : index + 1)"
    }
    return "set \(name)tics noenhanced\(turn(name, names)) (\(texts.joined(separator: ", ")))"
  }

  /// The number of characters at which names are truncated.
  private static let longestName = 30

  /// Returns the option that rotates the labels of the horizontal axis if they do not fit next to each other.
  func turn(_ name: String, _ labels: [String]) -> String {
    let longest = labels.map(\.count).max() ?? 0
    return name == "x" && (longest + 2) * labels.count > size.characters - 10 ? " rotate by -35" : ""
  }
}
