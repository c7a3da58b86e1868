// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A quantity that another program recorded, with the name of its column.
public enum RecordedQuantity: String, Sendable, CaseIterable {
  case weightNorm = "weight_norm"
  case gradNorm = "grad_norm"
  case biasGradNorm = "bias_grad_norm"
  case deltaRMS = "delta_rms"
  case updateRatio = "update_ratio"
  case actMean = "act_mean"
  case actStd = "act_std"
  case dead, saturated, loss, rate, nonfinite

  /// Whether the quantity belongs to a step instead of a layer.
  public var isOfStep: Bool { self == .loss || self == .rate }
}

/// A training run that another program recorded: some quantities of its layers in some of its steps. There is no
/// network, so nothing can be measured again.
public struct Recording: Sendable {
  /// A layer, or the whole network if the record does not distinguish layers.
  public struct Layer: Sendable {
    /// The number of the layer in the order of computation, counted from 1; nil for the whole network.
    public let number: Int?
    public let name: String?
    /// The kind of the layer, such as `Conv2d`.
    public let kind: String?

    public init(number: Int?, name: String?, kind: String?) {
      (self.number, self.name, self.kind) = (number, name, kind)
    }
  }

  /// The recorded values of a layer in a step.
  public struct Entry: Sendable {
    public let step: Int
    /// The index of the layer in `layers`.
    public let layer: Int
    let values: [RecordedQuantity: Double]

    public init(step: Int, layer: Int, _ values: [RecordedQuantity: Double]) {
      (self.step, self.layer, self.values) = (step, layer, values)
    }

    /// The values as text, in the order of the quantities.
    public var text: String {
      RecordedQuantity.allCases.map { values[$0].map { "\($0)" } ?? "-" }.joined(separator: " ")
    }

    /// A value, or nil if it was not recorded.
    public subscript(quantity: RecordedQuantity) -> Double? { values[quantity] }
  }

  /// The layers in the order of computation.
  public let layers: [Layer]
  /// The quantities that were recorded at least once.
  public let quantities: Set<RecordedQuantity>
  /// The quantities that have a column, which may be empty.
  public let columns: Set<RecordedQuantity>
  /// The recorded steps in ascending order, each with its entries in the order of the layers.
  public let steps: [(step: Int, entries: [Entry])]
  /// The last step, if it was left out because layers are missing, as in a file that is still being written.
  public let omittedStep: Int?

  /// Creates a recording from entries in any order.
  public init(layers: [Layer], columns: Set<RecordedQuantity>, _ entries: [Entry]) {
    self.layers = layers
    self.columns = columns
    var (quantities, steps): (Set<RecordedQuantity>, [Int: [Entry]]) = ([], [:])
    for entry in entries.untilStopped {
      quantities.formUnion(entry.values.keys)
      steps[entry.step, default: []].append(entry)
    }
    self.quantities = quantities
    var sorted = steps.sortedUntilStopped { $0.key < $1.key }.map { step, entries in
      (step: step, entries: entries.sorted { $0.layer < $1.layer })
    }
    // While a file is being written, layers may be missing from its last step, and the others would be compared with
    // the wrong one. A non-finite value is more important than the comparison.
    let last = sorted.suffix(2)
    if last.count == 2, last.last!.entries.count < last.first!.entries.count,
      !last.last!.entries.contains(where: \.isNonfinite)
    {
      omittedStep = sorted.removeLast().step
    } else {
      omittedStep = nil
    }
    self.steps = sorted
  }

  /// Whether the record distinguishes layers.
  public var hasLayers: Bool { layers.contains { $0.number != nil } }

  /// Returns the loss or the rate of a step, or nil if it was not recorded.
  public func value(_ quantity: RecordedQuantity, of entries: [Entry]) -> Double? {
    entries.lazy.compactMap { $0[quantity] }.first
  }

  /// Returns the norm of the whole gradient of a step, or nil if it was not recorded.
  public func gradNorm(of entries: [Entry]) -> Double? {
    let parts = entries.flatMap { [$0[.gradNorm], $0[.biasGradNorm]].compactMap(\.self) }
    return parts.isEmpty ? nil : norm(parts)
  }

  /// The losses that were recorded.
  public var losses: [(step: Int, loss: Double)] {
    steps.compactMap { step in value(.loss, of: step.entries).map { (step.step, $0) } }
  }
}
