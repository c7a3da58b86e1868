// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Frees a value on a thread of its own if a stop is requested, so that the stop does not wait until a million parts
/// are freed.
///
/// This is the last use of the value; where other references remain, nothing is freed.
public func releaseInBackgroundIfStopped(_ value: @autoclosure () -> Any) {
  guard StopToken.current.isRequested else { return }
  let value = value()
  // Without a thread it is freed here.
  if let thread = startThread({ withExtendedLifetime(value) {} }) { pthread_detach(thread) }
}
