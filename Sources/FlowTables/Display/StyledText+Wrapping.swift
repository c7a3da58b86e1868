// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

extension StyledText {
  /// Returns the text with lines of more than `width` columns broken at spaces. Continuation lines are indented like the
  /// text of the line. Lines with a vertical bar are not broken, because they quote source code.
  package func wrapped(_ width: Int) -> StyledText {
    var breaks: [Int: Int] = [:]
    var offset = 0
    for line in plain.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.contains("│") == false, String(line).displayWidth > width {
        line.breaks(width, from: offset, into: &breaks)
      }
      offset += line.count + 1
    }
    if breaks.isEmpty { return self }
    offset = 0
    return mapText { text in
      var result = ""
      for character in text {
        if let indent = breaks[offset] {
          result += "\n" + String(repeating: " ", count: indent)
        } else {
          result.append(character)
        }
        offset += 1
      }
      return result
    }
  }
}

extension Substring {
  /// Adds the offsets of the spaces at which the line is broken, each with the indentation of what follows.
  fileprivate func breaks(_ width: Int, from start: Int, into breaks: inout [Int: Int]) {
    var indent = prefix { $0 == " " }.count
    if dropFirst(indent).hasPrefix("= ") { indent += 2 }
    var column = 0
    var space: (offset: Int, column: Int)?
    for (offset, character) in enumerated() {
      if character == " ", offset > indent { space = (offset, column) }
      column += character.displayWidth
      guard column > width, let last = space else { continue }
      breaks[start + last.offset] = indent
      column += indent - last.column - 1
      space = nil
    }
  }
}
