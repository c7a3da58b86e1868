// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A data set in the language.
struct DataObject: DomainObject {
  let data: DataSet

  init(_ data: DataSet) { self.data = data }

  var typeName: String { "data" }
  var fieldNames: [String] { ["samples", "inputs", "targets", "classes", "input_names", "name"] }

  func field(_ name: String) throws(Complaint) -> Value? {
    if name == "inputs" { try ValueLimits.checkMatrix(rows: data.samples, columns: data.inputWidth) }
    if name == "targets" { try ValueLimits.checkMatrix(rows: data.samples, columns: data.outputWidth) }
    return switch name {
    case "samples": .whole(data.samples)
    case "inputs": .list(data.inputLists.map { .numbers($0) })
    case "targets":
      data.isClassification
        ? .list(data.labelNames.map(Value.string)) : .list(data.targetLists.map { .numbers($0) })
    case "classes": .list(data.classNames.map(Value.string))
    case "input_names": .list(data.inputNames.map(Value.string))
    case "name": .string(data.name)
    default: nil
    }
  }

  var summary: String { data.summary }

  func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? DataObject, other.data.samples == data.samples else { return false }
    return other.data.inputLists == data.inputLists && other.data.targetLists == data.targetLists
  }
}
