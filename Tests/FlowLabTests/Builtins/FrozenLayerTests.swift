// SPDX-License-Identifier: GPL-3.0-or-later
import TestSupport
import Testing

/// Tests the training of a part of the layers.
@Suite struct FrozenLayerTests {
  /// Frozen layers stay as they are, bit by bit, whatever the optimizer, and the others are trained.
  @Test(arguments: ["sgd(0.1, momentum: 0.9)", "adam", "adamw(0.01, decay: 0.1)", "rmsprop", "adagrad"])
  func onlyTheOthersAreTrained(_ optimizer: String) {
    let script = """
      net = mlp([2, 5, 5, 5, 1], tanh, norm: batch)
      before = copy(net)
      run = train(net, circles(60), optimizer: \(optimizer), freeze: 1..2, penalty: l2(0.01), clip: clip_norm(1), epochs: 3)
      print(map(1..4, fn(i) = net[i].weight == before[i].weight and net[i].bias == before[i].bias) |> map(all_same) |> str)
      print(min(run.flow.grad_norm) > 0, max(where(run.flow, layer <= 2).drift), min(where(run.flow, layer > 2).drift) > 0)
      """
    let prologue = "fn all_same(x) = all(map(x, fn(y) { if type(y) == \"list\" { all_same(y) } else { y } }))\n"
    #expect(transcript(prologue + script) == "[true, true, false, false]\ntrue 0 true\n")
  }

  /// Training the last layer alone is the same as training that layer on the outputs of the layers before it.
  @Test func equalsTrainingTheRestAlone() {
    let script = """
      data = circles(64)
      net = mlp([2, 6, 6, 1], tanh, output: sigmoid)
      features = mlp([2, 6, 6], tanh, output: tanh)
      for i in 1..2 { features[i].weight = net[i].weight; features[i].bias = net[i].bias }
      head = mlp([6, 1], tanh, output: sigmoid)
      head[1].weight = net[3].weight
      head[1].bias = net[3].bias
      seen = dataset(predict(features, data), targets: data.targets)
      a = train(net, data, loss: bce, freeze: 1..2, shuffle: false, epochs: 4, optimizer: adam)
      b = train(head, seen, loss: bce, shuffle: false, epochs: 4, optimizer: adam)
      difference = max(abs(a.epochs.loss - b.epochs.loss))
      print(difference < 1e-12, len(a.epochs.loss))
      """
    #expect(transcript(script) == "true 4\n")
  }

  @Test(arguments: [
    ("freeze: 4", "there is no layer 4: the network has 3 layers"), ("freeze: [1, 2.5]", "there is no layer 2.5"),
    ("freeze: 5..3", "no layer is frozen"), ("freeze: []", "no layer is frozen"),
    ("freeze: 1..3", "nothing is left to train"), ("freeze: 0", "at least 1"),
  ])
  func wrongLayersAreRefused(_ argument: String, _ words: String) {
    let script = "train(mlp([2, 3, 3, 1], tanh), circles(10), \(argument))"
    #expect(transcript(script).contains(words))
  }

  /// A replay and a stored run keep the frozen layers.
  @Test func runsKnowTheirFrozenLayers() {
    let script = """
      net = mlp([2, 5, 5, 1], tanh)
      run = train(net, circles(40), freeze: 1, epochs: 2)
      save(run, "run.db")
      other = load("run.db")
      print(max(where(other.flow, layer == 1).drift), min(where(other.flow, layer == 2).drift) > 0)
      """
    #expect(transcript(script).hasSuffix("0 true\n"))
  }
}
