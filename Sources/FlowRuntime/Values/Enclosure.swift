// SPDX-License-Identifier: GPL-3.0-or-later
/// State that several values share by reference, such as the parameters of a network.
package protocol SharedState: AnyObject, Sendable {
  /// Returns an independent copy.
  func copy() -> Self
}

/// Isolates a call from calls that run at the same time, so that its result does not depend on them.
///
/// The call cannot change the variables around it. Shared state from outside is copied when the call first uses it, so
/// the call may train a network without affecting other calls. An enclosure is used by one thread at a time, hence the
/// unchecked conformance.
package final class Enclosure: @unchecked Sendable {
  private let outer: Enclosure?
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
}
