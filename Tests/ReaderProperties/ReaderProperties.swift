// SPDX-License-Identifier: GPL-3.0-or-later

/// A reader of untrusted bytes, with properties that must hold for any input.
///
/// The fuzzer in Tests/Fuzz searches for bytes that violate a property. ReaderTests checks the inputs worth keeping.
public enum ReaderProperties: String, CaseIterable, Sendable {
  case csv, tsv, idx, gzip, safetensors, history, script, table, json, numpy

  /// Reads the bytes and returns the first property that they violate, or nil. A trap or a hang is a violation as well.
  public func broken(by bytes: [UInt8]) -> String? {
    switch self {
    case .csv: brokenTable(bytes, fileExtension: "csv")
    case .tsv: brokenTable(bytes, fileExtension: "tsv")
    case .idx: brokenImages(bytes)
    case .gzip: brokenContent(bytes)
    case .safetensors: brokenTensors(bytes)
    case .history: brokenHistory(bytes)
    case .script: brokenScript(bytes)
    case .table: brokenReading(bytes, path: "t.tsv") ?? brokenReading(bytes, path: "t")
    case .json: brokenReading(bytes, path: "t.json") ?? brokenReading(bytes, path: "t.jsonl")
    case .numpy: brokenReading(bytes, path: "t.npy") ?? brokenReading(bytes, path: "t.npz")
    }
  }
}
