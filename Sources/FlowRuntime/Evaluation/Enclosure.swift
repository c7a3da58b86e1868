// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import FlowText

/// State that several values share by reference, such as the parameters of a network.
package protocol SharedState: AnyObject, Sendable {
  /// Returns an independent copy.
  func copy() -> Self
}

/// Isolates a call from calls that run at the same time, so that its result does not depend on them.
///
/// The call cannot change the variables around it. Shared state from outside is copied when the call first uses it, so
/// the call may train a network without affecting other calls. Output is kept until it is the call's turn to write.
/// An enclosure is used by one thread at a time, hence the unchecked conformance.
package final class Enclosure: @unchecked Sendable {
  /// A piece of output.
  enum Piece: Sendable {
    case data(isElided: Bool, @Sendable (inout DocumentWriter, inout StyledText) -> Void)
    case flush
    case note(StyledText)
  }

  private let outer: Enclosure?
  private var written: [Piece] = []
  private var made: Set<ObjectIdentifier> = []
  /// The copies made so far. Each original is retained so that its identity is not reused.
  private var copies: [ObjectIdentifier: (original: any SharedState, own: any SharedState)] = [:]

  /// Creates an enclosure, which may be nested in another.
  init(in outer: Enclosure?) { self.outer = outer }

  /// Records that the state was created inside the enclosure and needs no copy.
  package func adopt(_ state: some SharedState) { made.insert(ObjectIdentifier(state)) }

  /// Returns the state itself if it was created inside the enclosure, or else the enclosure's copy of it.
  package func own<State: SharedState>(_ state: State) -> State {
    let identity = ObjectIdentifier(state)
    if made.contains(identity) { return state }
    if let known = copies[identity]?.own as? State { return known }
    let copy = (outer?.own(state) ?? state).copy()
    copies[identity] = (state, copy)
    adopt(copy)
    return copy
  }

  func keep(_ piece: Piece) { written.append(piece) }

  /// Writes the kept output to the outer session.
  func handIn(to session: Session) throws(Complaint) {
    defer { written = [] }
    for piece in written {
      switch piece {
      case .data(let isElided, let body): try session.write(isElided: isElided, body)
      case .flush: try session.flush()
      case .note(let line): session.host.note(line)
      }
    }
  }
}
