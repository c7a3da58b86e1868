// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowRuntime

/// A data set as a value of the language.
struct DataObject: DomainObject {
  let data: DataSet

  init(_ data: DataSet) { self.data = data }

  var typeName: String { "data" }
  var kind: String { "a data set" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<DataObject>] = [
    FieldEntry("samples", "number of samples") { .whole($0.data.samples) },
    FieldEntry("inputs", "a list of numbers for each sample, one per input, after any scaling") {
      object throws(Complaint) in
      let data = object.data
      try ValueLimits.checkMatrix(rows: data.samples, columns: data.inputWidth)
      return .list(List(rows: data.samples, columns: data.inputWidth) { data.inputs(ofSample: $0) })
    },
    FieldEntry(
      "targets", "the class of each sample, or a list of numbers for each sample, one per output, after any scaling"
    ) {
      object throws(Complaint) in
      let data = object.data
      try ValueLimits.checkMatrix(rows: data.samples, columns: data.outputWidth)
      return data.isClassification
        ? .list(of: data.labelNames.lazy.map(Value.string))
        : .list(List(rows: data.samples, columns: data.outputWidth) { data.targets(ofSample: $0) })
    },
    FieldEntry("classes", "names of the classes; empty if the targets are numbers") {
      .list(of: $0.data.classNames.map(Value.string))
    },
    FieldEntry("input_names", "names of the inputs, if they have any") {
      .list(of: $0.data.inputNames.map(Value.string))
    },
    FieldEntry("target_names", "names of the targets; those of the classes are in classes") {
      .list(of: $0.data.targetNames.map(Value.string))
    },
    FieldEntry("target_units", "one scaled unit of each target, in the original unit; 1 if the targets are not scaled")
    {
      .numbers($0.data.targetUnits)
    },
    FieldEntry("name", "name of the source, such as iris") { .string($0.data.name) },
  ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  var summary: String { data.summary }
  var identity: String { "\(summary), content \(StoredData.ID(data).text)" }
  var memory: Int { data.memory }

  func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? DataObject, other.data.samples == data.samples else { return false }
    return (0..<data.samples).untilStopped.allSatisfy { sample in
      other.data.inputs(ofSample: sample) == data.inputs(ofSample: sample)
        && other.data.targets(ofSample: sample) == data.targets(ofSample: sample)
    }
  }
}
