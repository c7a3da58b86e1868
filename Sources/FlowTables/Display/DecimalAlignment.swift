// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension [String] {
  /// The numbers, padded so that their decimal points line up. Texts that do not end in a digit, such as `nan`, are
  /// right-aligned.
  var alignedAtPoint: [String] {
    var wholeWidths: [Int?] = []
    var (wholeWidth, restWidth, otherWidth) = (0, 0, 0)
    for text in untilStopped {
      guard text.utf8.last.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) == true else {
        wholeWidths.append(nil)
        otherWidth = Swift.max(otherWidth, text.count)
        continue
      }
      let whole = text.prefix { $0 != "." && $0 != "e" }.count
      wholeWidths.append(whole)
      wholeWidth = Swift.max(wholeWidth, whole)
      restWidth = Swift.max(restWidth, text.count - whole)
    }
    let width = Swift.max(wholeWidth + restWidth, otherWidth)
    return zip(self, wholeWidths).untilStopped.map { text, whole in
      let rest = whole.map { restWidth - (text.count - $0) } ?? 0
      return (text + String(repeating: " ", count: rest)).padded(width, toRight: true)
    }
  }
}
