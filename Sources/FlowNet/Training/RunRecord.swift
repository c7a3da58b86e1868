// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a training writes while it goes on.
///
/// A record beyond its budget is thinned: the largest table drops every other entry. That depends on the sizes of the
/// tables alone, so every machine keeps the same rows.
struct RunRecord {
  var steps: RecordTable<StepRecord>
  var epochs = RecordTable<EpochRecord>(capacity: 16)
  var flow: FlowRecords
  var units: RecordTable<UnitRecord>
  var fault: Fault?
  var state = RunState.finished
  private let budget: Int
  private let bytesPerStep: Int
  /// The steps that certainly fit into the budget.
  private var stepsInBudget = 0
  /// The steps that there is memory for.
  private var stepsInMemory = 0

  init(steps: RecordTable<StepRecord>, flow: FlowRecords, units: RecordTable<UnitRecord>, budget: Int) {
    self.steps = steps
    self.flow = flow
    self.units = units
    self.budget = budget
    bytesPerStep = steps.bytesPerEntry + epochs.bytesPerEntry + flow.bytesPerStep + units.bytesPerEntry
  }

  var strides: RecordStrides {
    RecordStrides(steps: steps.stride, epochs: epochs.stride, flow: flow.stride, units: units.stride)
  }

  /// Makes room for the next step, or throws if the system refuses the memory.
  @inline(__always)
  mutating func reserveStep() throws(MemoryRefusal) {
    stepsInMemory -= 1
    if stepsInMemory < 0 { try growForSteps() }
  }

  private mutating func growForSteps() throws(MemoryRefusal) {
    try steps.reserve()
    try flow.reserve()
    stepsInMemory = min(steps.room, flow.room) - 1
  }

  /// Keeps the record within its budget; to be called after every step.
  @inline(__always)
  mutating func fit() {
    stepsInBudget -= 1
    if stepsInBudget < 0 { thin() }
  }

  private mutating func thin() {
    func total() -> Int { steps.bytes + epochs.bytes + flow.bytes + units.bytes }
    while total() > budget, thinLargest() {}
    stepsInBudget = max(budget - total(), 0) / bytesPerStep
  }

  /// Thins the largest table that has something left to drop; returns false where none has.
  private mutating func thinLargest() -> Bool {
    let sizes = [flow.bytes, steps.bytes, units.bytes, epochs.bytes].enumerated()
    for (table, _) in sizes.sorted(by: { ($1.element, $0.offset) < ($0.element, $1.offset) }) {
      let isThinner =
        switch table {
        case 0: flow.thin()
        case 1: steps.thin()
        case 2: units.thin()
        default: epochs.thin()
        }
      if isThinner { return true }
    }
    return false
  }
}

/// Of each table of a run, how far it had to be thinned out to fit the budget of the record: a power of two. The first
/// entry, the last, and those whose number is a multiple of it are kept; 1 keeps all.
public struct RecordStrides: Sendable, Equatable {
  /// Of the steps.
  public let steps: Int
  /// Of the epochs.
  public let epochs: Int
  /// Of the steps whose flow is recorded.
  public let flow: Int
  /// Of the looks at the units.
  public let units: Int
}
