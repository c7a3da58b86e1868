// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import FlowText

/// The output of a call that runs in parallel with others, which is kept until it is the call's turn to write.
///
/// It is used by one thread at a time, hence the unchecked conformance.
final class DeferredOutput: @unchecked Sendable {
  enum Piece: Sendable {
    case data(isElided: Bool, @Sendable (inout DocumentWriter, inout StyledText) -> Void)
    case flush
    case note(StyledText)
  }

  private var pieces: [Piece] = []

  func append(_ piece: Piece) { pieces.append(piece) }

  /// Writes the output to a session and discards it.
  func write(to session: Session) throws(Complaint) {
    defer { pieces = [] }
    for piece in pieces {
      switch piece {
      case .data(let isElided, let body): try session.write(isElided: isElided, body)
      case .flush: try session.flush()
      case .note(let line): session.host.note(line)
      }
    }
  }
}
