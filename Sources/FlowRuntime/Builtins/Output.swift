// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// Functions that write to the data stream, to the note stream, to files and to commands. To add one, add an entry.
package enum Output {
  package static let builtins: [Builtin] = [
    Builtin(
      "print", "Prints values in the current output format; several single values go on one line.",
      in: .output, [Parameter("value", .any, rest: true, "the values")], gives: "none",
      example: "print(\"loss\", 0.25)", seeAlso: ["emit", "warn", "save"]
    ) { call throws(Diagnostic) in
      try call.attempt { () throws(Complaint) in
        let session = call.session
        if call.rest.count > 1, !session.format.isJSON, call.rest.allSatisfy(\.isSingle) {
          try session.write(call.rest.map(\.text).joined(separator: " ") + "\n")
        } else {
          for value in call.rest { try session.show(value, isAsked: true) }
        }
      }
      return .none
    },
    Builtin(
      "emit", "Writes rows immediately, under one header for as long as the columns stay the same.", in: .output,
      [Parameter("rows", .union([.table, .record]), "a table, or a record as one row")], gives: "none",
      example: "for n in 1..3 { emit(record(n: n, square: n^2)) }", seeAlso: ["print", "save"]
    ) { call throws(Diagnostic) in
      try call.attempt { () throws(Complaint) in
        switch call.value("rows") {
        case .record(let record): try call.session.emit(Table(records: [record]))
        default: try call.session.emit(call.table("rows"))
        }
      }
      return .none
    },
    Builtin(
      "warn", "Writes a warning to standard error, separate from the output.", in: .output,
      [Parameter("value", .any, rest: true, "the values to write")], gives: "none",
      example: "warn(\"vanishing at layer\", 3)", seeAlso: ["print"]
    ) { call throws(Diagnostic) in
      try call.attempt { () throws(Complaint) in for value in call.rest { try ValueLimits.checkWritten(value) } }
      let text = call.rest.map(\.wholeText).joined(separator: " ")
      try call.attempt { () throws(Complaint) in try Complaint.checkStop() }
      call.session.host.note("warning: \(text)")
      return .none
    },
    Builtin(
      "save",
      "Writes a value to a file in the format given by its extension: .tsv, .csv, .json, .jsonl, .md, .txt; "
        + "for a plot also .svg, .png, .pdf, .gp; for a network .safetensors, and for its picture .svg; for a report "
        + ".html.",
      in: .output,
      [
        Parameter("value", .any, "the value"), Parameter("file", .string, isPath: true, "the path of the file"),
        Parameter(
          "width", .optional(.number(Bounds(GnuplotSize.widths))), default: "none",
          "width of a picture in centimetres, such as 8 for a column of a paper; none is 16"),
        Parameter(
          "height", .optional(.number(Bounds(GnuplotSize.heights))), default: "none",
          "height of a picture in centimetres; none chooses one that suits the width"),
      ],
      gives: "none", example: "table([record(a: 1)]) |> save(\"one.json\")", seeAlso: ["pipe", "emit", "load"]
    ) { call throws(Diagnostic) in
      let size = (width: call.optionalNumber("width"), height: call.optionalNumber("height"))
      let form = FileForm.extension(of: call.string("file"))
      for name in ["width", "height"] where !call.isNone(name) && GnuplotScript.Picture(rawValue: form) == nil {
        throw call.error(
          "unknown-argument", "only pictures have a size in centimetres, but this is a '.\(form)'", at: name,
          notes: ["plot(..., \(name): 40) sets the size in characters"])
      }
      return try call.save(call.value("value"), to: call.string("file"), size)
    },
    Builtin(
      "pipe", "Sends a value to a shell command as tab-separated text and waits for it to finish.", in: .output,
      [Parameter("value", .any, "the value"), Parameter("command", .string, "the command line")], gives: "none",
      example: "table([record(a: 1)]) |> pipe(\"cat > /dev/null\")", seeAlso: ["save"]
    ) { call throws(Diagnostic) in
      let value = call.value("value")
      try call.attempt(at: "value") { () throws(Complaint) in try ValueLimits.checkWritten(value) }
      let text = DocumentWriter.text(
        of: call.session.marked(value).document(as: .tsv), .tsv, options: call.session.settings.formatOptions)
      try call.attempt(at: "command") { () throws(Complaint) in
        try Complaint.checkStop()
        try call.session.pipe(text, to: call.string("command"))
      }
      return .none
    },
  ]
}

extension Call {
  /// Writes a value to a file in the format of its extension. Errors are reported at the argument `file`.
  package func save(
    _ value: Value, to path: String, _ size: (width: Double?, height: Double?) = (nil, nil)
  ) throws(Diagnostic) -> Value {
    try attempt(at: "file") { () throws(Complaint) in
      let form = FileForm.extension(of: path)
      let picture = try session.picture(of: value, as: form, size)
      // Without a header, `read` would not know the columns.
      var options = session.settings.formatOptions
      options.hasHeader = true
      let bytes = if let picture { picture } else { try FileForm.bytes(of: session.marked(value), as: form, options) }
      try Complaint.checkStop()
      try session.writeFile(path, bytes, saying: FileForm.description(of: value, bytes))
      if options.nonfinite == .null, let format = Format(fileExtension: form), [.json, .jsonl].contains(format) {
        let count = value.document(as: format).nonfiniteCount
        let what = count == 1 ? "1 number that is nan or infinite is" : "\(count) numbers that are nan or infinite are"
        if count > 0 { session.host.note("\(what) null in the file; ':set nonfinite text' writes strings instead") }
      }
      return .none
    }
  }
}

extension Value {
  /// Whether `print` puts the value on one line with others.
  fileprivate var isSingle: Bool {
    switch self {
    case .table, .record: false
    case .object(let object): if case .string = object.display { true } else { false }
    default: true
    }
  }
}
