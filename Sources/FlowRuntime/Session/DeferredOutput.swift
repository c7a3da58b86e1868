// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import FlowText
import OrderedCollections

/// Numbers of events that have some property.
package struct Tally: Sendable {
  /// A property that events may have, such as that the loss of a run rose.
  package struct Kind: Hashable, Sendable {
    /// The noun for an event, such as `run`.
    let event: String
    /// What events with the property have in common, as a sentence.
    let property: String

    package init(_ event: String, _ property: String) { (self.event, self.property) = (event, property) }
  }

  /// The number of events that have a property, and of all events of that kind.
  private var counts: OrderedDictionary<Kind, (having: Int, all: Int)> = [:]

  mutating func add(_ kind: Kind, _ having: Int, of all: Int) {
    let known = counts[kind, default: (0, 0)]
    counts[kind] = (known.having + having, known.all + all)
  }

  mutating func merge(_ other: Tally) {
    for (kind, count) in other.counts { add(kind, count.having, of: count.all) }
  }

  /// A line for each property that any events have.
  var notes: [String] {
    counts.filter { $0.value.having > 0 }.map { kind, count in
      "\(count.having) of \(counted(count.all, kind.event)): \(kind.property)"
    }
  }
}

/// The output of a call that runs in parallel with others, which is kept until it is the call's turn to write.
///
/// It is used by one thread at a time, hence the unchecked conformance.
final class DeferredOutput: @unchecked Sendable {
  enum Piece: Sendable {
    case data(isElided: Bool, @Sendable (inout DocumentWriter, inout StyledText) -> Void)
    case flush
    case note(StyledText)
    case noteOnce(String)
  }

  private var pieces: [Piece] = []
  /// The events of the call, which are shown together with those of other calls.
  var tally = Tally()

  func append(_ piece: Piece) { pieces.append(piece) }

  /// Writes the output to a session and discards it.
  func write(to session: Session) throws(Complaint) {
    defer { pieces = [] }
    for piece in pieces {
      switch piece {
      case .data(let isElided, let body): try session.write(isElided: isElided, body)
      case .flush: try session.flush()
      case .note(let line): session.host.note(line)
      case .noteOnce(let line): session.noteOnce(line)
      }
    }
  }
}
