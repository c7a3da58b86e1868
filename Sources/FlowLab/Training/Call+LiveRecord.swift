// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime

extension Call {
  /// Returns the writer for the argument `emit` of `train`, or nil for none. Throws if the rows are not recorded, or if
  /// a file has no format for them.
  func liveRecord(_ options: TrainingOptions) throws(Diagnostic) -> LiveRecord? {
    var files: [(part: LiveRecord.Part, path: String)] = []
    switch value("emit") {
    case .record(let record):
      for (name, value) in record { files.append(try file(name, value)) }
      guard !files.isEmpty else {
        throw error("wrong-type", "emit names no file", at: "emit", notes: [Self.emitExample])
      }
      for (index, file) in files.enumerated() where files[..<index].contains(where: { $0.path == file.path }) {
        throw error("wrong-type", "emit names the file \(quoted(file.path)) twice", at: "emit")
      }
    case .string(let word):
      if let part = LiveRecord.Part(rawValue: word) {
        try requireRecord(part)
        return LiveRecord([part: .output], session, network("net").rates(data("data"), options))
      }
      return nil
    default: return nil
    }
    for file in files { try requireRecord(file.part) }
    var targets: [LiveRecord.Part: LiveRecord.Target] = [:]
    for file in files {
      try attempt(at: "emit") { () throws(Complaint) in try RowFile.check(file.path, session) }
      targets[file.part] = .file(path: file.path)
    }
    return LiveRecord(targets, session, network("net").rates(data("data"), options))
  }

  private static let emitExample = "write for example emit: record(epochs: \"epochs.tsv\", flow: \"flow.tsv\")"

  /// Returns a field of the record `emit`.
  private func file(_ name: String, _ value: Value) throws(Diagnostic) -> (LiveRecord.Part, String) {
    guard let part = LiveRecord.Part(rawValue: name) else {
      let known = LiveRecord.Part.allCases.map(\.rawValue)
      let meant = suggestion(for: name, among: known)
      throw error(
        "unknown-name", "a run has no rows '\(name)' to write", at: "emit",
        label: meant.map { "did you mean '\($0)'?" } ?? "", notes: ["there are \(known.joined(separator: ", "))"])
    }
    guard case .string(let path) = value else {
      throw error(
        "wrong-type", "'\(name)' of emit must be the path of a file, but it is \(value.kind)", at: "emit",
        notes: [Self.emitExample])
    }
    return (part, path)
  }

  private func requireRecord(_ part: LiveRecord.Part) throws(Diagnostic) {
    guard part == .flow, isNone("record") else { return }
    throw error(
      "no-record", "the flow is not recorded, so there are no rows to write", at: "emit",
      notes: ["record: every(1) records every step"])
  }
}
