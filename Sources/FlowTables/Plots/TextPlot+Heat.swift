// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

extension TextPlot {
  /// Draws shades, with their scale below.
  func heat(_ grid: HeatGrid, rows: Int) -> [StyledText] {
    guard let scale = Scale(grid.shown, isLogarithmic: grid.axis.isLogarithmic) else { return nothing }
    let captions = captionLines(plot.y.caption).count + captionLines(plot.x.caption).count
    // The axis, its labels, the scale and its labels take four lines.
    let room = max(3, rows - captions - 4)
    let areaHeight = grid.y.count <= room ? grid.y.count * min(3, room / grid.y.count) : room
    let most = grid.y.count <= min(12, areaHeight) ? areaHeight : max(2, (areaHeight + 1) / 2)
    let yLabels = cellLabels(plot.y, grid.y, cells: areaHeight, most: most).map { label in
      (areaHeight - 1 - label.place, label.text)
    }
    let available = areaWidth(beside: yLabels)
    let areaWidth = grid.x.count <= available ? grid.x.count * (available / grid.x.count) : available
    let (xLabels, _) = columnLabels(plot.x, areaWidth: areaWidth) { most in
      (cellLabels(plot.x, grid.x, cells: areaWidth, most: most), nil)
    }
    let area = grid.positions(columns: areaWidth, rows: areaHeight, scale).map { row in
      var line = StyledText("")
      var start = 0
      while start < row.count {
        let end = row[start...].firstIndex { $0 != row[start] } ?? row.count
        line += row[start].map { characters.shade($0, count: end - start) } ?? StyledText("".padded(end - start))
        start = end
      }
      return line
    }
    var lines = captionLines(plot.y.caption).map { StyledText($0) }
    lines += framed(area, areaWidth: areaWidth, rows: yLabels, columns: xLabels, caption: plot.x.caption)
    lines += ramp(grid.axis, scale)
    let (across, down) = (grid.x.count - 1, grid.y.count - 1)
    if grid.x.count > areaWidth || grid.y.count > areaHeight {
      let size = "\(across / areaWidth + 1) × \(down / areaHeight + 1)"
      lines += "a cell is the mean of up to \(size) values".wrapped(width).map(characters.frame)
    }
    return lines
  }

  /// Draws the shades from the lowest to the highest number, with round numbers below.
  private func ramp(_ axis: Plot.Axis, _ scale: Scale) -> [StyledText] {
    let name = TextFitting.columns.shortened(axis.caption, to: Double(width / 2))
    let indent = name.isEmpty ? 0 : name.displayWidth + 1
    let size = min(40, width - indent)
    let (labels, offset) = columnLabels(axis, areaWidth: size) { most in
      let ticks = Ticks(scale, most: most, isWhole: axis.isWhole)
      return (zip(ticks.values, ticks.labels).map { (scale.cell($0, of: size), $1) }, ticks.offset)
    }
    let shades = (0..<size).map { characters.shade((Double($0) + 0.5) / Double(size)) }.joined()
    let start = offset.map { "above \($0)" } ?? ""
    let numbers = labelLine(labels, indent: indent)
    let fits = start.displayWidth < numbers.displayWidth - numbers.drop { $0 == " " }.count
    let below =
      fits ? [start + numbers.dropFirst(start.count)] : [numbers] + (start.isEmpty ? [] : [start.fitted(width)])
    return [StyledText(name + (name.isEmpty ? "" : " ")) + shades] + below.map { StyledText($0) }
  }

  /// Returns labels for some of the cells along an axis: at round numbers if the cells are evenly spaced, and otherwise
  /// at regular intervals.
  private func cellLabels(_ axis: Plot.Axis, _ values: [Double], cells: Int, most: Int) -> [Label] {
    func place(_ position: Double) -> Int {
      let scale = Double(cells) / Double(values.count)
      let place = values.count <= cells ? (position + 0.5) * scale : position * scale
      // A position on the boundary of two cells may have a rounding error.
      return min(cells - 1, Int(place + 1e-9))
    }
    return Self.shortened(HeatGrid.ticks(axis, values, most: most).map { (place($0.position), $0.text) })
  }
}

extension HeatGrid {
  /// Returns labels along an axis and their positions, counted in cells from the middle of the first one. Round numbers
  /// may lie between the cells.
  static func ticks(_ axis: Plot.Axis, _ values: [Double], most: Int) -> [(position: Double, text: String)] {
    if !axis.names.isEmpty {
      return TextPlot.thinned(axis.names, most: most).compactMap { tick in
        values.firstIndex(of: Double(tick.place)).map { (Double($0), tick.name) }
      }
    }
    if let spacing = spacing(values), let first = values.first, let last = values.last {
      let ticks = Ticks(Scale(first, last, isLogarithmic: false), most: most, isWhole: axis.isWhole)
      if ticks.offset == nil, ticks.values.count > 1 {
        return zip(ticks.values, ticks.labels).map { value, text in
          let position = (value - first) / spacing
          let cell = position.rounded()
          return (abs(position - cell) < 0.01 ? cell : position, text)
        }
      }
    }
    let step = max(1, (values.count + most - 1) / max(1, most))
    let places = Array(stride(from: 0, to: values.count, by: step))
    return Array(zip(places.map(Double.init), NumberStyle.distinctIntegers(places.map { values[$0] })))
  }

  /// Returns the distance between adjacent values, or nil if it varies or is lost in rounding.
  static func spacing(_ values: [Double]) -> Double? {
    guard values.count > 1, let first = values.first, let last = values.last else { return nil }
    let spacing = (last - first) / Double(values.count - 1)
    guard spacing.isFinite, spacing > 0 else { return nil }
    let isRegular = values.indices.allSatisfy { abs(values[$0] - (first + Double($0) * spacing)) < spacing / 100 }
    return isRegular ? spacing : nil
  }
}
