// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension String {
  /// The text with characters that would control the terminal or reorder the text made visible. Ends early if a stop
  /// is requested.
  var visibleUntilStopped: String {
    let stop = StopToken.current
    return visible { stop.isRequested }
  }
}
