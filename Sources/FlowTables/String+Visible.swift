// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension String {
  /// The text with what would control a display, or turn the order of the text, made visible, up to a stop.
  var visibleUntilStopped: String {
    let stop = StopToken.current
    return visible { stop.isRequested }
  }
}
