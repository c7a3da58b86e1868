// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The record that a training run writes.
///
/// When the record exceeds its budget, the largest table drops every other entry. The decision depends only on the
/// sizes of the tables, so all machines keep the same rows.
struct RunRecord {
  var steps: RecordTable<StepRecord>
  var epochs = RecordTable<EpochRecord>(capacity: 16)
  var flow: FlowRecords
  var units: RecordTable<UnitRecord>
  var fault: Fault?
  var state = RunState.finished
  private let budget: Int
  private let bytesPerStep: Int
  /// The number of further steps that fit into the budget in any case.
  private var stepsInBudget = 0
  /// The number of further steps that fit into the reserved memory.
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

  /// Reserves memory for the next step. Throws if the system refuses it.
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

  /// Thins the record if it exceeds its budget. Must be called after every step.
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

  /// Thins the largest table that has something to drop. Returns false if there is none.
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

/// How far each table of a run was thinned out to fit the budget of the record, as powers of two. A table keeps the
/// first entry, the last, and those whose number is a multiple of its stride; a stride of 1 keeps all.
public struct RecordStrides: Sendable, Equatable {
  public let steps: Int
  public let epochs: Int
  /// The stride over the steps whose flow is recorded.
  public let flow: Int
  /// The stride over the unit censuses.
  public let units: Int

  package init(steps: Int, epochs: Int, flow: Int, units: Int) {
    self.steps = steps
    self.epochs = epochs
    self.flow = flow
    self.units = units
  }
}
