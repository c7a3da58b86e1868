// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import FlowText

/// State that several objects of the language share by reference, such as the parameters of a network.
package protocol SharedState: AnyObject, Sendable {
  /// Returns an independent copy.
  func copy() -> Self
}

/// Isolates a call from those that run at the same time, so that its result does not depend on them.
///
/// The call cannot change the variables around it. State from outside is copied when the call first uses it, so the
/// call may train a network and no other call sees that. Output is kept until it is the call's turn to write. An
/// enclosure belongs to one thread at a time, hence the unchecked conformance.
package final class Enclosure: @unchecked Sendable {
  /// Something that was written within.
  enum Piece: Sendable {
    case data(isElided: Bool, @Sendable (inout DocumentWriter, inout StyledText) -> Void)
    case flush
    case note(StyledText)
  }

  private let outer: Enclosure?
  private var written: [Piece] = []
  private var made: Set<ObjectIdentifier> = []
  /// The copies made so far. Each original is retained, so that nothing else can get its identity.
  private var copies: [ObjectIdentifier: (original: any SharedState, own: any SharedState)] = [:]

  /// An enclosure, or one within another.
  init(in outer: Enclosure?) { self.outer = outer }

  /// Records that this state was made inside the enclosure, so that it needs no copy.
  package func adopt(_ state: some SharedState) { made.insert(ObjectIdentifier(state)) }

  /// Returns the state itself if it was made inside the enclosure, or else the enclosure's copy of it.
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

  /// Hands what was written over to the session outside.
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
