// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Frees a value on a separate thread if a stop is requested, so that the stop need not wait until millions of parts
/// are freed.
///
/// This must be the last use of the value. If other references remain, nothing is freed.
public func releaseInBackgroundIfStopped(_ value: @autoclosure () -> Any) {
  guard StopToken.current.isRequested else { return }
  let value = value()
  // If no thread can be started, the value is freed here.
  if let thread = startThread({ withExtendedLifetime(value) {} }) { pthread_detach(thread) }
}
