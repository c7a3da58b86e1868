// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The pairs of a loss and a final activation for which the note has been shown.
private final class FusionNotes: SessionResource {
  private let known = Guarded<Set<String>>([])

  /// Returns whether the note is new.
  func insert(_ note: String) -> Bool { known.withLock { $0.insert(note).inserted } }
}

extension Call {
  /// Shows a note, once in a program, if the loss is fused with the final activation of the network.
  ///
  /// The cells of a sweep show none, because their order in time is not determined, and neither do programs whose output
  /// another program reads as JSON.
  func noteFusion(of network: Network, _ loss: Loss) {
    if session.enclosure != nil || [.json, .jsonl].contains(session.settings.format) { return }
    guard let note = network.fusionNote(loss), session.shared(FusionNotes.self).insert(note) else { return }
    session.host.note("\(note)")
  }
}
