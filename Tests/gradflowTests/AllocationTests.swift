// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

/// A warm training step does not allocate memory: more steps make the same number of calls as fewer. Memory that grows
/// with the number of steps, such as the record, is reserved as a whole before the first one.
@Suite(.enabled(if: AllocationCounter.compiler != nil, "counting allocations needs a C compiler"))
struct AllocationTests {
  private static let dense = "mlp([32, 64, 64, 10], relu"
  private static let regression = "gaussian(SAMPLES, 32, 10)"

  /// Calls that create networks, without the closing parenthesis, and calls that create their data.
  private static let networks = [
    ("chain(4, sigmoid", "gaussian(SAMPLES, 1, 1)"),
    (dense, regression),
    ("mlp([128, 512, 512, 10], relu", "gaussian(SAMPLES, 128, 10)"),
    ("mlp([32, 64, 10], tanh, output: softmax", "blobs(SAMPLES, classes: 10, inputs: 32)"),
    ("chain(3, relu, width: 32, norm: batch, init: he_normal", "gaussian(SAMPLES, 32, 32)"),
    ("chain(3, gelu, width: 32, norm: layer", "gaussian(SAMPLES, 32, 32)"),
    ("chain(3, relu, width: 32, norm: batch, skip: true, init: he_normal", "gaussian(SAMPLES, 32, 32)"),
    ("sequence(32, dense(32, relu), residual(dense(48, relu)), dense(10)", regression),
    ("sequence(32, dense(64, relu), dropout(0.3), dense(10)", regression),
  ]

  private static let updates = [
    "optimizer: sgd(0.001, momentum: 0.9)", "optimizer: sgd(0.001, momentum: 0.9, nesterov: true)",
    "optimizer: adam(0.001)", "optimizer: adamw(0.001)", "optimizer: rmsprop(0.001)", "optimizer: adagrad(0.001)",
    "optimizer: sgd(0.001), clip: clip_norm(1)", "optimizer: sgd(0.001), clip: clip_value(0.1)",
    "optimizer: sgd(0.001), schedule: [warmup(10), cosine(), decay(7), linear_decay()]",
    "optimizer: sgd(0.001), penalty: l1(0.001)", "optimizer: sgd(0.001), penalty: l2(0.001)",
  ]

  private static let records = ["every(1)", "none"]
  private static let precisions = ["f32", "f64"]

  @Test func stepsOfEveryNetwork() throws {
    try withCounter { counter in
      for (network, data) in Self.networks {
        for precision in Self.precisions {
          for record in Self.records {
            let options = "optimizer: sgd(0.001), record: \(record)"
            try expectEqualCounts(counter, "\(network), precision: \(precision))", data, options)
          }
        }
      }
    }
  }

  @Test func stepsOfEveryOptimizer() throws {
    try withCounter { counter in
      for update in Self.updates {
        for record in Self.records {
          let options = "\(update), record: \(record)"
          try expectEqualCounts(counter, "\(Self.dense), precision: f32)", Self.regression, options)
        }
      }
    }
  }

  /// Dispatching work to another thread does not allocate either. Threads allocate what they need when first woken.
  @Test func stepsOnTwoThreads() throws {
    try withCounter { counter in
      for (network, data) in Self.networks {
        let options = "optimizer: adam(0.001)"
        try expectEqualCounts(counter, "\(network))", data, options, threads: 2)
      }
    }
  }

  /// Plans are kept, so steps of changing size do not allocate either: a short last batch, and a validation after every
  /// epoch.
  @Test func stepsOfChangingSize() throws {
    try withCounter { counter in
      for (network, data) in Self.networks {
        let counts = try [40, 120].map { epochs in
          let training = "train(net, data, batch: 10, epochs: \(epochs), shuffle: false, validation: data)"
          let script = """
            net = \(network))
            data = \(data.replacing("SAMPLES", with: "25"))
            run = \(training)
            assert run.state == "finished"
            """
          return try counter.count(script, threads: 1)
        }
        // Each of the 80 other epochs allocates once, but none of its four passes does.
        #expect(counts[1] - counts[0] < 80 + 8, "\(network): \(counts)")
      }
    }
  }

  /// The same number of epochs, with more steps in each.
  @Test func stepsOfSeveralEpochs() throws {
    try withCounter { counter in
      for record in Self.records {
        let options = "optimizer: adam(0.001), epochs: 3, record: \(record)"
        let counts = try [400, 1200].map { samples in
          try counter.count(script("\(Self.dense))", Self.regression, samples: samples, options), threads: 1)
        }
        #expect(abs(counts[0] - counts[1]) < 8, "record: \(record)")
      }
    }
  }

  /// Expects the same number of calls for 40 and for 120 steps of one epoch.
  private func expectEqualCounts(
    _ counter: AllocationCounter, _ network: String, _ data: String, _ options: String, threads: Int = 1
  ) throws {
    let counts = try [40, 120].map { steps in
      try counter.count(script(network, data, samples: 2000, "\(options), steps: \(steps)"), threads: threads)
    }
    // One or two calls by system libraries vary with the machine's load. 80 steps that allocate would add at least 80.
    #expect(abs(counts[0] - counts[1]) < 8, "\(network), \(options)")
  }

  private func script(_ network: String, _ data: String, samples: Int, _ options: String) -> String {
    """
    net = \(network)
    data = \(data.replacing("SAMPLES", with: "\(samples)"))
    run = train(net, data, batch: 10, \(options))
    assert run.state == "finished"
    """
  }

  private func withCounter(_ body: (AllocationCounter) throws -> Void) throws {
    let counter = try AllocationCounter(compiler: #require(AllocationCounter.compiler))
    defer { counter.remove() }
    try body(counter)
  }
}
