// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// Something that is drawn with characters to fit the display, such as the diagram of a network.
public protocol Drawing: Sendable {
  /// Writes complete lines.
  func draw(_ layout: Layout, to output: inout StyledText)
  /// The data, for output formats that cannot draw.
  var table: Table { get }
  /// A description in one line.
  var summary: String { get }
}
