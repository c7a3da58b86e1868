// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime

/// The functions that generate, read and transform data sets.
enum DataBuiltins {
  static let builtins: [Builtin] =
    DataGenerators.all.map(generator) + ShippedData.all.map(shipped) + [
      Builtin(
        "csv",
        "Reads a table from a text file, which may be gzipped. The first line names the columns. The text must be UTF-8; "
          + "lines may end with LF, CR LF or CR.", in: .data,
        [
          Parameter("file", .string, isPath: true, "path of the file, or - for standard input"),
          Parameter(
            "target", .union([.string, .list, .exactlyNone]), default: "none", namesFileColumns: true,
            "column to predict, or a list of columns; a text column becomes classes"),
          .classes,
          Parameter("drop", .names, default: "[]", namesFileColumns: true, "columns to leave out"),
          .missing,
          Parameter(
            "one_hot", .names, default: "[]", namesFileColumns: true,
            "text columns, each of which becomes one input per distinct value"),
          Parameter(
            "separator", .union([.word(["auto"]), .string]), default: "auto",
            "character between fields; auto is a tab in .tsv files, and otherwise the comma, tab, semicolon or | that is "
              + "most frequent in the first line, or else spaces"),
        ] + Parameter.notation + [
          .maxSize
        ],
        gives: "a data set",
        example: """
          save(table([record(size: 70, rent: 900), record(size: 40, rent: 800)]), "flats.csv")
          csv("flats.csv", target: "rent")
          """, seeAlso: ["dataset", "idx", "standardize", "split"]
      ) { call throws(Diagnostic) in
        let layout = try call.layout(targets: call.names("target"))
        let notation = try call.notation()
        let separator = try separator(call)
        let file = call.string("file")
        let bytes = try call.attempt { () throws(Complaint) in
          try call.session.readFile(file, limit: call.whole("max_size"))
        }
        let progress = Progress(call.session)
        return .object(
          DataObject(
            try call.reading { () throws(DataError) in
              defer { progress.end() }
              return try .csv(
                text: bytes, path: file == "-" ? "stdin" : file, layout, separator: separator, notation: notation,
                note: call.noteReading,
                progress: { share in
                  progress.report(share) { _ in ["reading \(file)  \(Int(100 * share)) %"] }
                })
            }))
      },
      Builtin(
        "idx", "Reads images and labels from IDX files, which may be gzipped.", in: .data,
        [
          Parameter("images", .string, isPath: true, "path of the images"),
          Parameter("labels", .string, isPath: true, "path of the labels"),
          Parameter("limit", .optional(.count), default: "none", "maximum number of samples to read"),
          .maxSize,
        ], gives: "a data set", example: "type(idx)", seeAlso: ["fashion_mnist", "csv"]
      ) { call throws(Diagnostic) in
        try call.attempt { () throws(Complaint) in try call.session.allow("reading a file") }
        let images = try call.attempt(at: "images") { () throws(Complaint) in
          try call.session.systemPath(call.string("images"))
        }
        let labels = try call.attempt(at: "labels") { () throws(Complaint) in
          try call.session.systemPath(call.string("labels"))
        }
        return .object(
          DataObject(
            try call.reading { () throws(DataError) in
              try .idx(
                images: images, labels: labels, limit: call.optionalWhole("limit"),
                maxSize: call.whole("max_size"))
            }))
      },
      Builtin(
        "fashion_mnist", "Reads Fashion-MNIST: 28 x 28 images of clothes in ten classes.", in: .data,
        [
          Parameter(
            "split", .word(["train", "test"]), default: "train", "60,000 training images or 10,000 test images"),
          Parameter("limit", .optional(.count), default: "none", "maximum number of samples to read"),
        ], gives: "a data set", example: "type(fashion_mnist)", seeAlso: ["digits", "idx"]
      ) { call throws(Diagnostic) in
        .object(
          DataObject(
            try call.reading { () throws(DataError) in
              try .fashionMNIST(
                call.string("split") == "test" ? .test : .train, limit: call.optionalWhole("limit"))
            }))
      },
      Builtin(
        "teacher", "Generates standard normal inputs, with the outputs of a network as targets.", in: .data,
        [.network, Parameter("n", .count, "number of samples")], gives: "a data set",
        example: "net = chain(2, tanh)\nevaluate(net, teacher(net, 8)).loss",
        seeAlso: ["gaussian"]
      ) { call throws(Diagnostic) in
        let network = call.network("net")
        let (seed, stream) = call.draw()
        let inputs = try call.reading { () throws(DataError) in
          try DataGenerators.standardNormal(
            call.whole("n"), inputs: network.inputs, outputs: network.outputs,
            RandomStream(seed: seed, purpose: .data, index: stream))
        }
        // Unless a stop was requested, both are complete and have the same length.
        let (numbers, targets) = (inputs.inputLists, network.predict(inputs, pool: call.pool))
        try call.checkInterrupt()
        return .object(
          DataObject(
            DataSet(
              name: "teacher", inputs: numbers.flatMap { $0 }, inputWidth: network.inputs,
              targets: targets.flatMap { $0 }, outputWidth: network.outputs)))
      },
      Builtin(
        "split", "Splits a data set into two parts at random.", in: .data,
        [
          Parameter("data", .data, "data set to split"),
          Parameter(
            "fraction", .number(Bounds(0...1, open: true)), default: "0.8",
            "fraction of the samples in the first part"),
        ], gives: "a list of two data sets",
        example: "parts = split(iris(), 0.8)\n[parts[1].samples, parts[2].samples]", seeAlso: ["shuffle", "take"]
      ) { call throws(Diagnostic) in
        let (seed, stream) = call.draw()
        let parts = try call.reading { () throws(DataError) in
          try call.data("data").split(
            call.number("fraction"), RandomStream(seed: seed, purpose: .split, index: stream))
        }
        return .list([.object(DataObject(parts.train)), .object(DataObject(parts.test))])
      },
      Builtin(
        "shuffle", "Puts the samples of a data set in random order.", in: .data,
        [Parameter("data", .data, "data set to shuffle")],
        gives: "a data set", example: "shuffle(iris()).samples", seeAlso: ["split"]
      ) { call in
        let (seed, stream) = call.draw()
        return .object(DataObject(call.data("data").shuffled(RandomStream(seed: seed, purpose: .split, index: stream))))
      },
      Builtin(
        "shuffle", "Puts the rows of a table in random order.", in: .tables,
        [Parameter("table", .table, "the table")], gives: "a table",
        example: "table([record(a: 1), record(a: 2), record(a: 3)]) |> shuffle", seeAlso: ["sort", "draw"]
      ) { call in .table(call.table("table").gathered(call.randomOrder(call.table("table").rowCount))) },
      Builtin(
        "shuffle", "Puts the elements of a list in random order.", in: .lists,
        [Parameter("list", .list, "the list")], gives: "a list", example: "shuffle(1..5)",
        seeAlso: ["sort", "draw"]
      ) { call in
        let list = call.list("list")
        let order = call.randomOrder(list.count)
        if let numbers = list.numbers { return .numbers(order.untilStopped.map { numbers[$0] }) }
        return .list(of: order.untilStopped.map { list[$0] })
      },
      Builtin(
        "take", "Takes the first samples of a data set.", in: .data,
        [Parameter("data", .data, "data set"), Parameter("n", .count, "number of samples to keep")],
        gives: "a data set",
        example: "take(iris(), 10).samples", seeAlso: ["split", "first"]
      ) { call throws(Diagnostic) in
        .object(
          DataObject(try call.reading { () throws(DataError) in try call.data("data").take(call.whole("n")) }))
      },
    ]
}

extension Call {
  /// Returns the numbers below `count` in random order.
  fileprivate func randomOrder(_ count: Int) -> [Int] {
    let (seed, index) = draw()
    var stream = RandomStream(seed: seed, purpose: .split, index: index)
    return stream.permutation(count).untilStopped.map(Int.init)
  }
}

/// Returns the builtin that generates a data set at random.
private func generator(_ recipe: Recipe<DataGenerator>) -> Builtin {
  Builtin(
    recipe.name, recipe.summary.sentence, in: .data, recipe.parameters.map(Parameter.init), gives: "a data set",
    example: recipe.example, seeAlso: ["split", "train"]
  ) { call throws(Diagnostic) in
    let (seed, stream) = call.draw()
    let generator = recipe.make(recipe.parameters.map { $0.number(of: call.value($0.name)) })
    return .object(
      DataObject(
        try call.reading { () throws(DataError) in
          try generator.generate(RandomStream(seed: seed, purpose: .data, index: stream))
        }))
  }
}

/// Returns the builtin that loads a data set shipped with the program.
private func shipped(_ data: ShippedData) -> Builtin {
  Builtin(
    data.name, data.summary.sentence, in: .data, gives: "a data set", example: data.example,
    seeAlso: ["split", "standardize"]
  ) { call throws(Diagnostic) in
    .object(DataObject(try call.reading { () throws(DataError) in try data.load() }))
  }
}

/// Returns the separator of a call of `csv`, or nil to recognize it.
private func separator(_ call: Call) throws(Diagnostic) -> UInt8? {
  let text = call.string("separator")
  if text == "auto" { return nil }
  guard text.utf8.count == 1, let byte = text.utf8.first, byte >= 32 || byte == 9,
    !text.contains(where: { $0.isLetter || $0.isNumber || "\"+-.".contains($0) }), text != call.string("decimal")
  else {
    throw call.error(
      "out-of-range", "the separator must be a single character that is not part of numbers or quotes", at: "separator",
      notes: ["for example separator: \";\", separator: \"\\t\" or, for one or more spaces, separator: \" \""])
  }
  return byte
}
