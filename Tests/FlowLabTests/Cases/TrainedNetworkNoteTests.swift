// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Notes about networks that were trained in another way than they are measured or used.
@Suite struct TrainedNetworkNoteTests {
  private func notes(_ code: String) throws -> [String] {
    let host = ScriptedHost()
    let setup = """
      iris_data = standardize(iris())
      net = mlp([4, 8, 3], tanh)
      rents = dataset([1, 2, 3], [10, 20, 40])
      scaled = standardize(rents, targets: true)
      price = mlp([1, 4, 1], tanh)

      """
    try Interpreter(host: host.host(), registry: .program).run(Source(name: "test", text: setup + code))
    return host.notes
  }

  @Test(arguments: ["flow(net, iris_data);", "compare(net, data: iris_data);", "flow(copy(net), iris_data);"])
  func lossOfTraining(_ code: String) throws {
    let note = "the loss is mse, but the network was trained with cross_entropy; loss: cross_entropy measures that one"
    #expect(try notes("train(net, iris_data, epochs: 3);\n\(code)\n\(code)").filter { $0 == note }.count == 1)
    #expect(try !notes(code).contains(note))
    let given = code.replacing("iris_data)", with: "iris_data, loss: mse)")
    #expect(try !notes("train(net, iris_data, epochs: 3);\n\(given)").contains(note))
  }

  /// flow and compare measure mse unless told otherwise, as the manual says.
  @Test(arguments: [
    ("flow(fresh, iris_data);", true), ("compare(fresh, data: iris_data);", true), ("flow(fresh);", false),
    ("flow(fresh, iris_data, loss: cross_entropy);", false), ("flow(fresh, iris_data, loss: mse);", false),
    ("evaluate(fresh, iris_data);", false), ("flow(mlp([1, 3, 1], tanh), sine(8));", false),
  ]) func lossesThatTrainWouldNotChoose(_ code: String, _ isNoted: Bool) throws {
    let note = "the loss is mse, but train chooses cross_entropy; loss: cross_entropy measures that one"
    let fresh = "fresh = mlp([4, 8, 3], tanh);\n"
    #expect(try notes("\(fresh)\(code)\n\(code)").filter { $0 == note }.count == (isNoted ? 1 : 0))
  }

  /// An automatic loss is the default one, too, but the training itself notes nothing.
  @Test(arguments: ["evaluate(net, iris_data);", "diagnose(net, iris_data);", "report(net, iris_data);"])
  func automaticLoss(_ code: String) throws {
    let note = "the loss is cross_entropy, but the network was trained with mse; loss: mse measures that one"
    let train = "train(net, iris_data, loss: mse, epochs: 3);\n"
    #expect(try notes("\(train)\(code)\n\(code)").filter { $0 == note }.count == 1)
    #expect(try !notes("\(train)\(code.replacing("iris_data)", with: "iris_data, loss: mse)"))").contains(note))
    #expect(try !notes("\(train)train(net, iris_data, epochs: 1, validation: iris_data);").contains(note))
  }

  @Test(arguments: [
    ("predict(price, [1, 2]);", ["scaled inputs", "scaled targets"]),
    ("predict(price, [1, 2], like: rents);", ["scaled inputs", "scaled targets"]),
    ("predict(price, [1, 2], like: scaled);", []), ("predict(price, scaled);", []),
    ("predict(price, [1, 2], unit: scaled);", ["scaled inputs"]),
    ("predict(price, [1, 2], like: standardize(rents));", ["scaled targets"]),
    ("evaluate(price, rents);", ["scaled inputs"]), ("evaluate(price, scaled);", []),
  ])
  func scalingOfTraining(_ code: String, _ words: [String]) throws {
    let found = try notes("train(price, scaled, epochs: 2, batch: 3);\n\(code)").filter {
      $0.hasPrefix("the network was trained on")
    }
    #expect(found.count == words.count)
    for (note, word) in zip(found, words) { #expect(note.contains(word)) }
    #expect(try !notes(code).contains { $0.hasPrefix("the network was trained on") })
  }

  /// The note on runs that go nowhere is shown once, and then the runs are counted.
  @Test func runsOfALoopAreCounted() throws {
    let loop = "for i in 1..6 { run = train(mlp([4, 3], tanh), iris_data, optimizer: sgd(1e-9), epochs: 3) }"
    let found = try notes(loop).filter { $0.contains("from the first to the last epoch") }
    #expect(found.count == 2)
    #expect(found.last?.hasPrefix("6 of 6 runs: ") == true)
  }

  /// The outputs of a network with one output are numbers in a table.
  @Test func predictionsAreNumbersInTables() throws {
    let host = ScriptedHost()
    let code =
      "t = table([record(a: 1), record(a: 2)]) |> with(rent: predict(mlp([1, 1], tanh), [1, 2]))\nsum(t.rent) > -1e9"
    try Interpreter(host: host.host(), registry: .program).run(Source(name: "test", text: code))
    #expect(host.output == "true\n")
  }
}
