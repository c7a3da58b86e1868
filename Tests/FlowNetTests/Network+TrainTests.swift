// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests evaluation: losses and accuracies over whole data sets, in prediction mode.
@Suite struct NetworkTrainTests {
  @Test func lossOverManyBlocks() throws {
    let network = try Fixture.mlp([3, 5, 4], "tanh")
    let data = Fixture.classes(2500, 3, 4)
    let loss = Loss.named("cross_entropy")!
    let own = try network.evaluate(data, loss: loss, pool: Fixture.pool)
    let whole = try network.pass(data, loss: loss, pool: Fixture.pool)
    #expect(relativeError(own.loss, whole.loss) < 1e-13)
    let right = whole.outputs.enumerated().count { sample, row in row.firstIndex(of: row.max()!)! == sample % 4 }
    #expect(own.accuracy == Double(right) / 2500)
  }

  /// A single output represents the second of two classes: by its logit with bce, and by its probability after a
  /// sigmoid.
  @Test(arguments: [
    ("identity", "bce", 0.0), ("sigmoid", "bce", 0.5), ("sigmoid", "mse", 0.5), ("identity", "mse", 0.5),
  ])
  func accuracyOfOneOutput(_ output: String, _ loss: String, _ middle: Double) throws {
    let network = try Fixture.mlp([2, 1], "tanh", output: output)
    let data = Fixture.classes(200, 2, 2)
    let outputs = network.predict(data, pool: Fixture.pool).map { $0[0] }
    let right = outputs.enumerated().count { sample, y in (y > middle) == (sample % 2 == 1) }
    let own = try network.evaluate(data, loss: .named(loss)!, pool: Fixture.pool)
    #expect(own.accuracy == Double(right) / 200)
    #expect(own.accuracy! > 0.3 && own.accuracy! < 0.7)
  }

  /// A separable problem is learned.
  @Test(arguments: [Precision.f32, .f64], ["bce", "cross_entropy"])
  func learns(_ precision: Precision, _ loss: String) throws {
    var stream = RandomStream(seed: 5, purpose: .data)
    let inputs = (0..<400).flatMap { sample in
      [stream.normal() + (sample % 2 == 0 ? -3 : 3), stream.normal()]
    }
    let data = DataSet(
      name: "two", inputs: inputs, inputWidth: 2, labels: (0..<400).map { Int32($0 % 2) }, classes: ["left", "right"])
    let network = try Fixture.mlp(
      [2, 8, loss == "bce" ? 1 : 2], "tanh",
      Fixture.options(Fixture.initializer("xavier_uniform"), precision: precision))
    let options = TrainingOptions(loss: .named(loss)!, optimizer: .named("sgd", [0.5, 0, 0])!, epochs: 15)
    let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
    #expect(run.epochs.last!.accuracy! > 0.98)
    #expect(run.epochs.last!.loss < 0.1)
  }

  @Test func automaticLoss() throws {
    let network = try Fixture.mlp([3, 4], "tanh")
    let classes = try network.train(
      Fixture.classes(8, 3, 4), TrainingOptions(steps: 1), observer: NoObserver(), pool: Fixture.single)
    let numbers = try network.train(
      Fixture.regression(8, 3, 4), TrainingOptions(steps: 1), observer: NoObserver(), pool: Fixture.single)
    #expect(classes.loss.name == "cross_entropy" && numbers.loss.name == "mse")
  }
}
