// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// A grid of character cells with 2 by 4 dots each. Coordinates run from 0 to 1, rightwards and upwards.
struct Canvas {
  let width: Int
  let height: Int
  private var masks: [UInt8]
  private var inks: [Int]
  /// The dots behind the others. They show only in cells without other dots.
  private var faintMasks: [UInt8]
  private var faintInks: [Int]
  private var signs: [Character?]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    masks = Array(repeating: 0, count: width * height)
    inks = Array(repeating: 0, count: width * height)
    (faintMasks, faintInks) = (masks, inks)
    signs = Array(repeating: nil, count: width * height)
  }

  /// The position of a dot, counted from the upper left corner.
  typealias Dot = (x: Int, y: Int)

  func dot(_ x: Double, _ y: Double) -> Dot {
    (Int((x * Double(2 * width - 1)).rounded()), Int(((1 - y) * Double(4 * height - 1)).rounded()))
  }

  mutating func draw(_ dot: Dot, ink: Int, isFaint: Bool = false) {
    let cell = dot.y / 4 * width + dot.x / 2
    let bit: UInt8 = 1 << (4 * (dot.x % 2) + dot.y % 4)
    if isFaint {
      faintMasks[cell] |= bit
      faintInks[cell] = ink
    } else {
      masks[cell] |= bit
      inks[cell] = ink
    }
  }

  /// Draws sparse faint dots between two heights in a column of dots.
  mutating func shade(x: Int, from start: Int, to end: Int, ink: Int) {
    guard x % 2 == 0, start <= end else { return }
    for y in start...end where y % 2 == x / 2 % 2 { draw((x, y), ink: ink, isFaint: true) }
  }

  /// Draws a straight line, including both ends, by Bresenham's algorithm (IBM Systems Journal 4, 1965).
  mutating func draw(from start: Dot, to end: Dot, ink: Int, isFaint: Bool = false) {
    let (dx, dy) = (abs(end.x - start.x), -abs(end.y - start.y))
    let (stepX, stepY) = (start.x < end.x ? 1 : -1, start.y < end.y ? 1 : -1)
    var (here, error) = (start, dx + dy)
    while true {
      draw(here, ink: ink, isFaint: isFaint)
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
      var run = Run()
      for cell in row * width..<(row + 1) * width {
        let (character, ink, isFaint) = look(cell, characters)
        if character != " ", run.ink != ink || run.isFaint != isFaint {
          line += run.text(characters)
          run = Run(ink: ink, isFaint: isFaint)
        }
        run.characters.append(character)
      }
      return line + run.text(characters)
    }
  }

  /// Returns the character of a cell and how it is coloured.
  private func look(_ cell: Int, _ characters: PlotCharacters) -> (character: Character, ink: Int, isFaint: Bool) {
    if let sign = signs[cell] { return (sign, inks[cell], false) }
    if masks[cell] != 0 { return (characters.dots(masks[cell]), inks[cell], false) }
    if faintMasks[cell] != 0 { return (characters.faintDots(faintMasks[cell]), faintInks[cell], true) }
    return (" ", 0, false)
  }

  /// Characters of the same colour.
  private struct Run {
    var characters = ""
    var ink = 0
    var isFaint = false

    /// Returns the characters in their colour, or without one if they are blank.
    func text(_ look: PlotCharacters) -> StyledText {
      characters.allSatisfy { $0 == " " } ? StyledText(characters) : look.ink(characters, ink, isFaint: isFaint)
    }
  }
}
