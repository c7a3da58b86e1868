// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// The length of tests that try many cases of one kind.
package enum TestLength {
  /// Every case.
  case full
  /// A sample of the cases, for `Tests/run all short`.
  case short

  package static let current = getenv("GRADFLOW_TESTS").map { String(cString: $0) } == "short" ? short : full
}
