// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// An axis of a picture: the commands that set it up, and the sizes of its labels.
  struct AxisForm {
    var commands: [String] = []
    /// The labels of the ticks.
    var labels: [String] = []
    /// The lines of the text at the axis.
    var title: [String] = []
    /// How far the labels of a horizontal axis reach beyond its right end, in centimetres.
    var overhang = 0.0
    /// The angle in degrees by which the labels are rotated because they do not fit next to each other.
    var turn = 0

    /// The width of the longest label as a multiple of the size of the font.
    var labelWidth: Double { labels.map(TextWidth.ofLabel).max() ?? 0 }

    /// The height of the rotated labels as a multiple of the size of the font.
    var turnedHeight: Double { labelWidth * Real.sin(Double(turn) / 180 * .pi) }
  }

  /// Commands that draw an empty frame with a note in it.
  var nothing: [String] {
    [
      "unset logscale", "set xrange [0:1]", "set yrange [0:1]", "unset tics", "set key off",
      "set label '\(plot.emptiness)' at graph 0.5,0.5 center noenhanced", "plot NaN",
    ]
  }

  /// Returns the form of an axis, with its range and the labels of its ticks.
  ///
  /// - Parameters:
  ///   - room: The length of the axis in centimetres.
  ///   - titleRoom: The length that the text at the axis may have in centimetres, or nil for that of the picture.
  ///   - hasLabels: Whether the ticks are labelled.
  func axis(
    _ name: String, _ axis: Plot.Axis, _ scale: Scale?, room: Double, titleRoom: Double? = nil, hasLabels: Bool = true
  ) -> AxisForm {
    if !axis.names.isEmpty {
      return names(name, axis, room: room, titleRoom: titleRoom, hasLabels: hasLabels)
    }
    var form = AxisForm(title: title(name, axis, titleRoom))
    guard let scale else { return form }
    form.commands.append(
      "set \(name)range [\(Self.number(scale.coordinate(scale.lower))):\(Self.number(scale.coordinate(scale.upper)))]")
    if axis.isLogarithmic, !scale.needsCoordinates { form.commands.append("set logscale \(name)") }
    let ticks = ticks(name, axis, scale, room: room)
    form.labels = ticks.labels
    form.overhang =
      zip(ticks.labels, ticks.values).map { label, value in
        (scale.position(value) - 1) * room + TextWidth.ofLabel(label) * size.em / 2
      }.max() ?? 0
    if let offset = ticks.offset { form.title = title(name, axis, titleRoom, above: offset) }
    let texts = zip(ticks.labels, ticks.values).map { label, value in
      // Only the labels with exponents contain marks of gnuplot.
      let text = !hasLabels ? Self.quoted("") : ticks.arePowers ? Self.quoted(label) : Self.tickLabel(label)
      return "\(text) \(Self.number(scale.coordinate(value)))"
    }
    form.commands.append("set \(name)tics (\((texts + minorTicks(axis, scale, ticks)).joined(separator: ", ")))")
    return form
  }

  /// Returns the lines of the text at an axis. It may be longer than the axis, but not than the picture.
  private func title(_ name: String, _ axis: Plot.Axis, _ room: Double?, above offset: String? = nil) -> [String] {
    let text = axis.title ?? axis.label
    let whole =
      name == "x" ? size.titleRoom : size.height - layout.top - size.axisHeight(titleLines: layout.titleBelow)
    return size.fitting.lines(
      (offset.map { "\(text) above \($0)" } ?? text).visibleUntilStopped, width: room ?? whole,
      most: GnuplotSize.mostTitleLines)
  }

  /// `arePowers` states whether the labels are powers of ten with exponents.
  private typealias TickMarks = (values: [Double], labels: [String], offset: String?, arePowers: Bool)

  /// Returns as many ticks as fit, with powers of ten on a long logarithmic axis.
  private func ticks(_ name: String, _ axis: Plot.Axis, _ scale: Scale, room: Double) -> TickMarks {
    let isVertical = name != "x"
    let most = max(isVertical ? 3 : 2, min(10, Int(isVertical ? room / (size.line * 1.5) : room / (size.em * 2.2))))
    for most in stride(from: most, through: 2, by: -1) {
      let ticks = Ticks(scale, most: most, isWhole: axis.isWhole)
      let powers = ticks.values.map { Real.log10($0).rounded() }
      // A scale of few decades has ticks at 2 and 5 times powers of ten, too.
      let arePowers =
        axis.isLogarithmic && scale.decades >= 2
        && zip(ticks.values, powers).allSatisfy { abs(Real.log10($0) - $1) < 0.01 }
      let labels = arePowers ? powers.map { "10^{\(Int($0))}" } : ticks.labels
      let places = ticks.values.map { scale.position($0) * room }
      let widths = labels.map { TextWidth.ofLabel($0) * size.em }
      let fits =
        isVertical
        || places.indices.dropFirst().allSatisfy { place in
          places[place] - places[place - 1] > (widths[place] + widths[place - 1]) / 2 + size.em * 0.7
        }
      if fits || most == 2 { return (ticks.values, labels, ticks.offset, arePowers) }
    }
    return ([], [], nil, false)
  }

  /// Returns small ticks without labels at the powers of ten, or at their multiples, between the labelled ones.
  private func minorTicks(_ axis: Plot.Axis, _ scale: Scale, _ ticks: TickMarks) -> [String] {
    guard axis.isLogarithmic, scale.decades >= 2, scale.decades < 40 else { return [] }
    let powers = Int(Real.log10(scale.lower).rounded(.down))...Int(Real.log10(scale.upper).rounded(.up))
    let isDense = ticks.values.count >= 2 && ticks.values[1] / ticks.values[0] < 11 && scale.decades < 8
    let values = powers.flatMap { power in
      (isDense ? Array(1...9) : [1]).compactMap { Double("\($0)e\(power)") }
    }
    let labelled = Set(ticks.values)
    return values.filter { $0 >= scale.lower && $0 <= scale.upper && !labelled.contains($0) }
      .map { "'' \(Self.number(scale.coordinate($0))) 1" }
  }

  /// Returns the form of an axis with names: all of them if there is room, and otherwise some.
  private func names(
    _ name: String, _ axis: Plot.Axis, room: Double, titleRoom: Double?, hasLabels: Bool
  ) -> AxisForm {
    // Rotated names are a line of text apart.
    let most = max(2, Int(room * 0.85 / size.line))
    let step = max(1, (axis.names.count + most - 1) / most)
    let shown = stride(from: 0, to: axis.names.count, by: step).map { place in
      (axis.names[place], Double(name == "x" && isBars ? place : place + 1))
    }
    var form = words(name, axis, shown, room: room, titleRoom: titleRoom, hasLabels: hasLabels)
    if !isBars { form.commands.append("set \(name)range [0.5:\(axis.names.count).5]") }
    return form
  }

  /// Returns the form of an axis with words at places. Words that do not fit next to each other are rotated.
  func words(
    _ name: String, _ axis: Plot.Axis, _ words: [(text: String, place: Double)], room: Double,
    titleRoom: Double? = nil, hasLabels: Bool = true
  ) -> AxisForm {
    var form = AxisForm(title: title(name, axis, titleRoom))
    if hasLabels {
      let names = words.map(\.text.visibleUntilStopped)
      let (longest, turn) =
        name == "x"
        ? size.turn(names, room: room, height: (size.height - layout.top) * 0.4) : (size.width * 0.3, 0)
      form.turn = turn
      form.labels = size.fitting.shortened(names, to: longest)
    }
    let texts = words.indices.map { place in
      "\(Self.tickLabel(hasLabels ? form.labels[place] : "")) \(Self.number(words[place].place))"
    }
    let turn = form.turn > 0 ? " rotate by \(form.turn) right" : ""
    form.commands = ["set \(name)tics noenhanced\(turn) (\(texts.joined(separator: ", ")))"]
    return form
  }
}
