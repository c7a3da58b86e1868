// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Engine {
  /// Copies all numbers of a network of the same architecture.
  @specialized(where E == Float, Other == Float)
  @specialized(where E == Float, Other == Double)
  @specialized(where E == Double, Other == Float)
  @specialized(where E == Double, Other == Double)
  func copy<Other: Element>(from other: Engine<Other>) {
    if let same = other as? Engine<E> {
      memory.copy(from: same.memory)
    } else {
      let stop = StopToken.current
      for (mine, theirs) in zip(parameters, other.parameters) where !stop.isRequested {
        mine.start(from: theirs.numbers(theirs.initial))
        mine.assign(theirs.numbers(theirs.values))
      }
      for (mine, theirs) in zip(state, other.state).untilStopped { mine.numbers = theirs.numbers }
    }
  }
}
