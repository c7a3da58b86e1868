// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// Combines the first prescriptions of several diagnoses, so that applying a later one keeps what the earlier ones
/// achieve.
public struct JointPrescriptions {
  /// Whether a change of the network begins with the original one, and a change of the data with the original data.
  /// Otherwise, it begins with what the previous change has left.
  private let resetsNetwork: Bool
  private let resetsData: Bool
  /// The network that replaces the original one, if any.
  private var blueprint: Blueprint?
  private var edits: [ParameterEdit] = []
  private var editsOfDraw: [ParameterEdit] = []
  private var ofData: [Prescription.Change] = []

  public init(resetsNetwork: Bool, resetsData: Bool) {
    (self.resetsNetwork, self.resetsData) = (resetsNetwork, resetsData)
  }

  /// Adds a prescription and returns the changes that apply it on top of the earlier ones, in the order in which they
  /// have to be made.
  public mutating func adding(_ prescription: Prescription) -> [Prescription.Change] {
    switch prescription.change {
    case .network(let own):
      blueprint = blueprint.map { prescription.rebased(onto: $0) ?? $0 } ?? own
      return ofNetwork + (resetsData ? ofData : [])
    case .edits(let own):
      edits += own
      editsOfDraw += prescription.editsOfDraw
      let isLast = blueprint == nil && !resetsNetwork
      return (isLast ? [.edits(own)] : ofNetwork) + (resetsData ? ofData : [])
    case .standardizeInputs, .scaleTargets:
      ofData.append(prescription.change)
      if !resetsData { return [prescription.change] }
      return (blueprint != nil || resetsNetwork ? ofNetwork : []) + ofData
    case .training, .advice: return [prescription.change]
    }
  }

  /// The changes of the network so far.
  private var ofNetwork: [Prescription.Change] {
    guard let blueprint else { return edits.isEmpty ? [] : [.edits(edits)] }
    return [.network(blueprint)] + (editsOfDraw.isEmpty ? [] : [.edits(editsOfDraw)])
  }
}
