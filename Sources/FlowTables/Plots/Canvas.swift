// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// A grid of character cells with 2 by 4 dots each. Coordinates run from 0 to 1, rightwards and upwards.
struct Canvas {
  let width: Int
  let height: Int
  private var masks: [UInt8]
  private var inks: [Int]
  private var signs: [Character?]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    masks = Array(repeating: 0, count: width * height)
    inks = Array(repeating: 0, count: width * height)
    signs = Array(repeating: nil, count: width * height)
  }

  /// The position of a dot, counted from the upper left corner.
  typealias Dot = (x: Int, y: Int)

  func dot(_ x: Double, _ y: Double) -> Dot {
    (Int((x * Double(2 * width - 1)).rounded()), Int(((1 - y) * Double(4 * height - 1)).rounded()))
  }

  mutating func draw(_ dot: Dot, ink: Int) {
    let cell = dot.y / 4 * width + dot.x / 2
    masks[cell] |= 1 << (4 * (dot.x % 2) + dot.y % 4)
    inks[cell] = ink
  }

  /// Draws a straight line, including both ends, by Bresenham's algorithm (IBM Systems Journal 4, 1965).
  mutating func draw(from start: Dot, to end: Dot, ink: Int) {
    let (dx, dy) = (abs(end.x - start.x), -abs(end.y - start.y))
    let (stepX, stepY) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
    var (here, error) = (start, dx + dy)
    while true {
      draw(here, ink: ink)
      if here.x == end.x, here.y == end.y { return }
      let twice = 2 * error
      if twice >= dy {
        error += dy
        here.x += stepX
      }
      if twice <= dx {
        error += dx
        here.y += stepY
      }
    }
  }

  /// Puts a sign over the cell of a dot. Returns false if the cell already has one.
  @discardableResult mutating func mark(_ dot: Dot, _ sign: Character, ink: Int) -> Bool {
    let cell = dot.y / 4 * width + dot.x / 2
    guard signs[cell] == nil else { return false }
    signs[cell] = sign
    inks[cell] = ink
    return true
  }

  /// Returns the rows from top to bottom, each as wide as the canvas.
  func lines(_ characters: PlotCharacters) -> [StyledText] {
    (0..<height).map { row in
      var line = StyledText("")
      /// Colours a run unless it is blank.
      func inked(_ run: String, _ ink: Int) -> StyledText {
        run.allSatisfy { $0 == " " } ? StyledText(run) : characters.ink(run, ink)
      }
      var (run, ink) = ("", 0)
      for cell in row * width..<(row + 1) * width {
        let isEmpty = masks[cell] == 0 && signs[cell] == nil
        if !isEmpty, inks[cell] != ink {
          line += inked(run, ink)
          (run, ink) = ("", inks[cell])
        }
        run.append(isEmpty ? " " : signs[cell] ?? characters.dots(masks[cell]))
      }
      return line + inked(run, ink)
    }
  }
}
