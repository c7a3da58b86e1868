// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables
import FlowText

/// The functions that keep runs in databases. `load` is with the functions of networks.
enum ArchiveBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "save",
      "Saves a training run in a .db file, an SQLite database that load reads back as a run, and that other programs "
        + "can read: its tables are runs, steps, epochs, flow, units and fault. A file can contain several runs. See "
        + "?databases.",
      in: .output,
      [
        Parameter("run", .run, "run returned by train"),
        Parameter("file", .string, isPath: true, "path of the file, such as run.db"),
        .runName,
        .replacesRun,
      ],
      gives: "none",
      example: "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 2);\nsave(run, \"run.db\", name: \"first\")\n"
        + "load(\"run.db\").epochs.loss == run.epochs.loss",
      seeAlso: ["load", "runs", "train"]
    ) { call throws(Diagnostic) in
      let path = call.string("file")
      let object = call.object("run", as: RunObject.self)
      guard FileForm.isDatabase(path) else {
        return try call.save(.object(object), to: path)
      }
      let name = call.string("name")
      try call.attempt(at: "file") { () throws(Complaint) in
        let run = try object.runWithData()
        let database = try call.session.openDatabase(path, for: .writing)
        try RunWriter.save(
          run, call.registry, version: object.version, to: path, name: name, replacing: call.boolean("replace"),
          database)
        call.session.host.note("wrote \(path) (run '\(name)', \(counted(run.stepCount, "step")))")
        if run.data.memory > StoredData.limit {
          let note =
            "the file describes the data set but does not contain it, because it is larger than "
            + "\(StoredData.limit >> 20) MiB; pass it to load as data: ..."
          call.session.host.note(StyledText(note))
        }
      }
      return .none
    },
    Builtin(
      "runs", "Lists the runs in a .db file written by save or train; see ?databases.", in: .training,
      [Parameter("file", .string, isPath: true, "path of the file")], gives: "a table with one row per run",
      columns: [Gloss("name", "name of the run")] + RunSummary.listed.glosses(),
      example: "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 2);\nsave(run, \"run.db\")\n"
        + "runs(\"run.db\") |> select(name, state, steps, training)",
      seeAlso: ["save", "load", "train"]
    ) { call throws(Diagnostic) in
      try call.attempt(at: "file") { () throws(Complaint) in
        .table(try RunArchive.list(call.string("file"), call.session))
      }
    },
  ]
}

extension Parameter {
  static let runName = Parameter("name", .string, default: "\"run\"", "name of the run in the file")
  static let replacesRun = Parameter(
    "replace", .boolean, default: "false", "whether to replace a run of the same name in the file")
}

/// Databases of runs.
enum RunArchive {
  /// The arguments of `load` for databases.
  static let loadParameters = [
    Parameter("name", .optional(.string), default: "none", "name of the run in a .db file; none reads the only one"),
    Parameter("data", .optional(.data), default: "none", "data set of the run, if the .db file does not contain it"),
    Parameter(
      "validation", .optional(.data), default: "none",
      "validation data of the run, if the .db file does not contain them"),
  ]

  /// Returns the run that a call of `load` requests.
  static func load(_ path: String, _ call: Call) throws(Diagnostic) -> RunObject {
    for argument in ["into", "order"] where call.isGiven(argument) {
      throw call.error("wrong-type", "a .db file contains runs, so '\(argument)' does not apply", at: argument)
    }
    return try RunReader(call, path).read(
      name: call.optionalString("name"), data: call.optionalData("data"), validation: call.optionalData("validation"))
  }

  /// Returns the table of the runs in a file.
  static func list(_ path: String, _ session: Session) throws(Complaint) -> Table {
    let headings = [Heading("name", .text, importance: 3)] + RunSummary.listed.map(\.heading)
    let table = RunSummary.table
    var builder = TableBuilder(headings)
    let database = try session.openDatabase(path, for: .reading)
    try database.read { connection throws(Complaint) in
      try ArchiveSchema.hasRuns(connection, path, for: .reading)
      let names = headings.map(\.name).joined(separator: ", ")
      try connection.query("SELECT \(names), special FROM \(table.name) ORDER BY rowid", []) {
        values throws(Complaint) in
        let special = values.last?.text?.split(separator: " ").map(String.init) ?? []
        builder.append(
          zip(headings, values).map { heading, value in
            if let number = value.number, heading.role.isNumeric { return .number(number) }
            if let text = value.text, !heading.role.isNumeric { return .text(text) }
            return special.contains("\(heading.name):nan") ? .number(.nan) : .missing
          })
      }
    }
    return builder.table
  }
}
