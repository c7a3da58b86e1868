// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowTables
import FlowText

/// What keeps a call that runs beside others apart from them, so that its result does not depend on them.
///
/// The names around it cannot be changed from within. A network from outside comes in as a copy when it is first used:
/// the call may train it, and no other call sees that. What the call writes is kept until its turn comes. An enclosure
/// belongs to one thread at a time, hence the unchecked conformance.
final class Enclosure: @unchecked Sendable {
  /// Something that was written within.
  enum Piece: Sendable {
    case data(isElided: Bool, @Sendable (inout DocumentWriter, inout StyledText) -> Void)
    case flush
    case note(StyledText)
  }

  private let outer: Enclosure?
  private var written: [Piece] = []
  private var made: Set<ObjectIdentifier> = []
  /// The network within for each from outside, which is kept so that no other can get its identity.
  private var copies: [ObjectIdentifier: (original: Network, own: Network)] = [:]

  /// An enclosure, or one within another.
  init(in outer: Enclosure?) { self.outer = outer }

  /// Notes that a network was made within, so that it needs no copy.
  func adopt(_ network: Network) { made.insert(ObjectIdentifier(network)) }

  /// The network itself if it was made within, else the copy of it as it stood outside.
  func own(_ network: Network) -> Network {
    let identity = ObjectIdentifier(network)
    if made.contains(identity) { return network }
    if let known = copies[identity] { return known.own }
    let copy = (outer?.own(network) ?? network).copy()
    copies[identity] = (network, copy)
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
