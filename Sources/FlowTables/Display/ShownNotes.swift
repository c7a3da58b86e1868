// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The notes below tables that have been shown, so that each is shown only once.
public final class ShownNotes: Sendable {
  private let lists = Guarded<Set<[String]>>([])

  public init() {}

  /// Returns whether a note on these columns is new, and remembers it.
  func isFirst(_ columns: [String]) -> Bool { lists.withLock { $0.insert(columns).inserted } }
}
