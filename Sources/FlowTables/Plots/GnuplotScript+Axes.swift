// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension GnuplotScript {
  /// An axis of a picture: the commands that set it up, and the sizes of its labels.
  struct AxisForm {
    var commands: [String] = []
    /// The labels of the ticks.
    var labels: [String] = []
    /// The text at the axis.
    var title = ""
    /// A Boolean value that indicates whether the labels are rotated because they do not fit next to each other.
    var isTurned = false

    /// The width of the longest label as a multiple of the size of the font.
    var labelWidth: Double { labels.map(TextWidth.ofLabel).max() ?? 0 }
  }

  /// Commands that draw an empty frame with a note in it.
  var nothing: [String] {
    [
      "unset logscale", "set xrange [0:1]", "set yrange [0:1]", "unset tics", "set key off",
      "set label 'nothing to draw' at graph 0.5,0.5 center", "plot NaN",
    ]
  }

  /// Returns the form of an axis, with its range and the labels of its ticks.
  ///
  /// - Parameters:
  ///   - room: The length of the axis in centimetres.
  ///   - range: The ends of the axis if they are not those of the scale.
  ///   - hasLabels: Whether the ticks are labelled.
  func axis(
    _ name: String, _ axis: Plot.Axis, _ scale: Scale?, room: Double, range: String? = nil, hasLabels: Bool = true
  ) -> AxisForm {
    var form = AxisForm(title: axis.title ?? axis.label)
    if !axis.names.isEmpty { return names(name, axis, room: room, hasLabels: hasLabels) }
    guard let scale else { return form }
    form.commands.append(
      "set \(name)range \(range ?? "[\(Self.number(scale.lower)):\(Self.number(scale.upper))]")")
    if axis.isLogarithmic { form.commands.append("set logscale \(name)") }
    let ticks = ticks(name, axis, scale, room: room)
    form.labels = ticks.labels
    if let offset = ticks.offset { form.title = "\(form.title) above \(offset)" }
    // Only the labels with exponents contain marks of gnuplot.
    let isPower = axis.isLogarithmic && scale.decades >= 2
    let texts = zip(ticks.labels, ticks.values).map { label, value in
      let text = !hasLabels ? Self.quoted("") : isPower ? Self.quoted(label) : Self.tickLabel(label)
      return "\(text) \(Self.number(value))"
    }
    form.commands.append("set \(name)tics (\((texts + minorTicks(axis, scale, ticks)).joined(separator: ", ")))")
    return form
  }

  private typealias TickMarks = (values: [Double], labels: [String], offset: String?)

  /// Returns as many ticks as fit, with powers of ten on a long logarithmic axis.
  private func ticks(_ name: String, _ axis: Plot.Axis, _ scale: Scale, room: Double) -> TickMarks {
    let isPower = axis.isLogarithmic && scale.decades >= 2
    let isVertical = name != "x"
    let most = max(isVertical ? 3 : 2, min(10, Int(isVertical ? room / (size.line * 1.5) : room / (size.em * 2.2))))
    for most in stride(from: most, through: 2, by: -1) {
      let ticks = Ticks(scale, most: most, isWhole: axis.isWhole)
      let labels = isPower ? ticks.values.map { "10^{\(Int(Real.log10($0).rounded()))}" } : ticks.labels
      let places = ticks.values.map { scale.position($0) * room }
      let widths = labels.map { TextWidth.ofLabel($0) * size.em }
      let fits =
        isVertical
        || places.indices.dropFirst().allSatisfy { place in
          places[place] - places[place - 1] > (widths[place] + widths[place - 1]) / 2 + size.em * 0.7
        }
      if fits || most == 2 { return (ticks.values, labels, ticks.offset) }
    }
    return ([], [], nil)
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
      .map { "'' \(Self.number($0)) 1" }
  }

  /// Returns the form of an axis with names: all of them if there is room, and otherwise some.
  private func names(_ name: String, _ axis: Plot.Axis, room: Double, hasLabels: Bool) -> AxisForm {
    let names = axis.names.untilStopped.map { $0.fitted(Self.longestName) }
    // Rotated names are a line of text apart.
    let most = max(2, Int(room * 0.85 / size.line))
    let step = max(1, (names.count + most - 1) / most)
    let shown = stride(from: 0, to: names.count, by: step).map { (place: $0, name: names[$0]) }
    return words(
      name, axis, shown.map { ($0.name, Double(name == "x" && isBars ? $0.place : $0.place + 1)) }, room: room,
      hasLabels: hasLabels)
  }

  /// Returns the form of an axis with words at places.
  func words(
    _ name: String, _ axis: Plot.Axis, _ words: [(text: String, place: Double)], room: Double, hasLabels: Bool = true
  ) -> AxisForm {
    var form = AxisForm(labels: hasLabels ? words.map(\.text) : [], title: axis.title ?? axis.label)
    let width = form.labels.map { TextWidth.of($0) + 0.8 }.max() ?? 0
    form.isTurned = name == "x" && width * size.em * Double(words.count) > room
    let texts = words.map { "\(Self.tickLabel(hasLabels ? $0.text : "")) \(Self.number($0.place))" }
    let turn = form.isTurned ? " rotate by -35" : ""
    form.commands = ["set \(name)tics noenhanced\(turn) (\(texts.joined(separator: ", ")))"]
    return form
  }

  /// The number of characters at which names are truncated.
  private static let longestName = 30
}
