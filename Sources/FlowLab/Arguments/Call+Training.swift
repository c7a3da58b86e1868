// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowRuntime

/// How the networks of a program were last trained, as far as it matters for later measurements and predictions.
final class TrainedNetworks: SessionResource {
  struct Training {
    let loss: Loss
    let scalesInputs: Bool
    let scalesTargets: Bool
  }

  private struct Entry {
    weak var network: Network?
    let training: Training
  }

  private let entries = Guarded<[ObjectIdentifier: Entry]>([:])

  subscript(network: Network) -> Training? {
    entries.withLock { entries in
      entries[ObjectIdentifier(network)].flatMap { $0.network === network ? $0.training : nil }
    }
  }

  func record(_ training: Training, of network: Network) {
    entries.withLock { entries in
      if entries.count > 100 { entries = entries.filter { $0.value.network != nil } }
      entries[ObjectIdentifier(network)] = Entry(network: network, training: training)
    }
  }
}

/// The notes that are shown once in a program.
private final class NotesShownOnce: SessionResource {
  private let known = Guarded<Set<String>>([])

  /// Returns whether the note is new.
  func insert(_ note: String) -> Bool { known.withLock { $0.insert(note).inserted } }
}

extension Call {
  /// Shows a note, once in a program.
  ///
  /// The cells of a sweep show none, because their order in time is not determined, and neither do programs whose output
  /// another program reads as JSON.
  func noteOnce(_ note: @autoclosure () -> String) {
    if session.enclosure != nil || [.json, .jsonl].contains(session.settings.format) { return }
    let note = note()
    if session.shared(NotesShownOnce.self).insert(note) { session.host.note("\(note)") }
  }

  /// Remembers how a network was trained.
  func recordTraining(of network: Network, _ loss: Loss, on data: DataSet) {
    session.shared(TrainedNetworks.self).record(
      TrainedNetworks.Training(
        loss: loss, scalesInputs: data.inputScaling != nil, scalesTargets: data.targetScaling != nil), of: network)
  }

  /// Notes that a network was trained with another loss than the default one, which is about to be measured, or that it
  /// would be.
  func noteTrainingLoss(of network: Network, on data: DataSet, measuring loss: Loss) {
    guard let training = session.shared(TrainedNetworks.self)[network] else {
      let (name, measured) = (
        Loss.automatic(for: data, outputs: network.outputs).shortSourceText, loss.shortSourceText
      )
      guard isGiven("data"), name != measured else { return }
      return noteOnce("the loss is \(measured), but train chooses \(name); loss: \(name) measures that one")
    }
    let (own, measured) = (training.loss.shortSourceText, loss.shortSourceText)
    guard own != measured else { return }
    noteOnce("the loss is \(measured), but the network was trained with \(own); loss: \(own) measures that one")
  }

  /// Notes that a network was trained on scaled inputs, and that these samples are not scaled.
  ///
  /// - Parameter advice: How to scale them.
  func noteUnscaledInputs(of network: Network, _ samples: DataSet, _ advice: String) {
    guard session.shared(TrainedNetworks.self)[network]?.scalesInputs == true, samples.inputScaling == nil else {
      return
    }
    noteOnce("the network was trained on scaled inputs, but these are not scaled; \(advice)")
  }

  /// Notes that a network was trained on scaled data, and that the samples or the outputs are not scaled like them.
  ///
  /// - Parameters:
  ///   - samples: The inputs, after any scaling.
  ///   - known: The data set whose scaling the outputs follow, or nil.
  ///   - givesOutputs: Whether the result is the outputs in their original unit.
  func noteScaling(of network: Network, _ samples: DataSet, like known: DataSet?, givesOutputs: Bool) {
    noteUnscaledInputs(
      of: network, samples, "with the data that it was trained on as like:, predict scales them")
    guard let training = session.shared(TrainedNetworks.self)[network] else { return }
    if givesOutputs, training.scalesTargets, known?.targetScaling == nil {
      noteOnce(
        "the network was trained on scaled targets, so these outputs are scaled; with the data that it was trained on "
          + "as like:, predict returns them in their original unit")
    }
  }
}
