// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData

/// Columns separated by blanks, with comments: vnlog and the data files of gnuplot.
///
/// In vnlog, the first line that begins with a single `#` has the names of the columns. Source:
/// https://github.com/dkogan/vnlog.
struct CommentedColumns {
  private let path: String
  /// The text without comments. Their lines are kept, so that line numbers do not change.
  private var text: [UInt8] = []

  init(_ bytes: [UInt8], path: String) throws(ReadingError) {
    self.path = path
    text.reserveCapacity(bytes.count)
    var hasNames = false
    for line in bytes.split(separator: .lineFeed, omittingEmptySubsequences: false) {
      let isComment = line.first == UInt8(ascii: "#")
      let second = line.dropFirst().first
      if !isComment {
        hasNames = hasNames || !line.isEmpty
        text += line
      } else if !hasNames, second != UInt8(ascii: "#"), second != UInt8(ascii: "!") {
        hasNames = true
        text += line.dropFirst()
      }
      text.append(.lineFeed)
    }
    // The split finds an empty line after the last line end.
    if text.last == .lineFeed { text.removeLast() }
    try ReadingError.checkStop()
  }

  var stream: KeptBytes.Replay { KeptBytes.replay(text, path) }
}
