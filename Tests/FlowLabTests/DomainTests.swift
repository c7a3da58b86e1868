// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLab
import FlowLanguage
import FlowRuntime
import NetworkFixtures
import TestSupport
import Testing

/// Tests of networks, data sets and runs in the language.
@Suite struct DomainTests {
  /// For two classes and one output, the default loss is binary cross entropy.
  @Test func oneOutputLearnsTwoClasses() {
    let script = """
      net = mlp([2, 16, 1], tanh)
      run = train(net, xor(200, noise: 0), optimizer: adam(0.02), epochs: 60)
      print(run.epochs[1].loss > 0.5, run.epochs[-1].accuracy)
      """
    #expect(transcript(script) == "true 1\n")
  }

  /// The length of a training is given once.
  @Test func epochsAndSteps() {
    let train = "print(train(chain(2, tanh), sine(8), batch: 8, "
    #expect(transcript(train + "steps: 3).steps |> len)") == "3\n")
    #expect(transcript(train + "epochs: 2, steps: none).steps |> len)") == "2\n")
    let fault = fault(train + "epochs: 100, steps: 3))")
    #expect(fault?.message == "the length of the training is given twice: with 'epochs' and with 'steps'")
    #expect(fault?.notes == ["leave out 'steps' for 100 epochs, or 'epochs' for 3 steps"])
  }

  /// Subjects are named like the arguments of the call, or numbered if these names are the same.
  @Test func subjectsHaveNames() {
    let script = """
      deep = chain(2, tanh)
      print(unique(compare(deep, chain(2, relu)).subject), unique(compare(deep, deep).subject))
      """
    #expect(transcript(script) == #"["deep", "chain(2, relu)"] ["1", "2"]"# + "\n")
  }

  /// PyTorch's initialization applies to the biases too, unless others are given, as the source of the network shows.
  @Test func startOfPyTorch() {
    let script = """
      net = mlp([100, 400, 2], relu, init: pytorch)
      bound = 1 / sqrt(100)
      print(max(net[1].bias) <= bound, max(net[1].bias) > 0.9 * bound, min(net[1].bias) < -0.9 * bound)
      print(max(map(net[1].weight, max)) <= bound, max(map(net[1].weight, max)) > 0.99 * bound)
      plain = mlp([100, 400, 2], relu, init: pytorch, bias: zeros)
      print(show(net), show(plain), max(plain[1].bias))
      save(plain, "net.safetensors")
      print(show(load("net.safetensors")))
      """
    #expect(
      transcript(script) == """
        true true true
        true true
        mlp([100, 400, 2], relu, init: pytorch) mlp([100, 400, 2], relu, init: pytorch, bias: zeros) 0
        mlp([100, 400, 2], relu, init: pytorch, bias: zeros)

        """)
  }

  /// Layers without biases, in the source, in files, in tables and in remedies.
  @Test func layersWithoutBiases() {
    let script = """
      net = mlp([2, 4, 4, 1], tanh, bias: false)
      mixed = sequence(2, dense(3, tanh), dense(3, tanh, bias: false), residual(dense(4)), dense(1), bias: zeros)
      print(show(net), net.parameters, flow(net, xor(8)).bias_grad_norm, mixed.parameters)
      print(str(map(flow(mixed, xor(8)).bias_grad_norm, fn(n) = n == none)))
      save(net, "net.safetensors")
      other = load("net.safetensors")
      print(show(other), str(predict(other, xor(4))) == str(predict(net, xor(4))))
      print(explain(net, 1).symbol[-1], max(gradcheck(net, xor(8)).max_error) < 1e-7, theory(net).layer)
      run = train(net, xor(32), epochs: 2)
      print(run.flow.bias_grad_norm |> unique, len(blame(net, xor(32))) > 0, len(remedies(net, xor(32), epochs: 1)) > 0)
      print(show(chain(2, tanh, init: pytorch, bias: false)), show(chain(2, tanh, bias: true)))
      """
    #expect(
      transcript(script) == """
        mlp([2, 4, 4, 1], tanh, bias: false) 28 [none, none, none] 55
        [false, true, false, false]
        mlp([2, 4, 4, 1], tanh, bias: false) true
        rms(dl/dW1) true [1, 2, 3]
        [none] true true
        chain(2, tanh, init: pytorch, bias: false) chain(2, tanh)

        """)
    let fault = fault("explain(chain(2, tanh, bias: false), parameter: bias)")
    #expect(fault?.message == "layer 1 has no bias")
  }

  /// A number for `skip` scales the branches of the shortcuts.
  @Test func scaledShortcuts() {
    let script = """
      net = chain(3, tanh, width: 4, skip: 0.5)
      a = sequence(4, residual(dense(4, tanh), scale: 0.5), dense(2), init: zeros)
      b = sequence(4, residual(dense(4, tanh)), dense(2), init: zeros)
      print(show(net), show(chain(3, tanh, width: 4, skip: 1)))
      print(show(a), a == b)
      """
    #expect(
      transcript(script) == """
        chain(3, tanh, width: 4, skip: 0.5) chain(3, tanh, width: 4, skip: true)
        sequence(4, residual(dense(4, tanh, init: zeros, bias: zeros), scale: 0.5), dense(2, init: zeros, bias: zeros), init: zeros) false

        """)
  }

  /// Layers are printed as source code that makes equal layers, with the layers inside a block.
  @Test func layersPrintAsSource() {
    let script = """
      block = residual(dense(4, relu, init: he_normal), batchnorm(momentum: 0.2), tanh)
      print(block)
      print(block == residual(dense(4, relu, init: he_normal), batchnorm(momentum: 0.2), tanh), block == residual())
      print(dense(3, identity), dense(3, bias: constant(0.5)), batchnorm(), dropout(0.25), residual())
      """
    #expect(
      transcript(script) == """
        residual(dense(4, relu, init: he_normal), batchnorm(momentum: 0.2), tanh)
        true false
        dense(3) dense(3, bias: constant(0.5)) batchnorm dropout(0.25) residual

        """)
  }

  /// A record that was thinned out reports which entries it keeps, and for a missing step the nearest kept ones.
  @Test func thinnedRunsReportWhatTheyKeep() {
    let training = "run = train(chain(10, tanh), gaussian(64, 1, 1), batch: 1, steps: 6000, record_limit: 1)\n"
    let script =
      training + """
        print(run.strides.steps, run.strides.flow, run.strides.epochs, len(run.steps), run.flow.step[-1])
        print(flow(run).step[1], flow(run, step: 16).layer, unique(run.flow.step)[1..3])
        print(len(run.growth), len(diagnose(run)) >= 0)
        print("{run}")
        """
    #expect(
      transcript(script).contains(
        "1 8 1 6000 6000\n6000 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] [1, 8, 16]\n20 true\n"))
    #expect(transcript(script).contains("; thinned: flow 1 in 8\n"))
    #expect(transcript(training + "flow(run, step: 6)").contains("step 6 is not recorded, the nearest are 1 and 8"))
    #expect(transcript(training + "flow(run, step: 6001)").contains("there is no record of step 6001"))
  }

  /// The note on a loss that does not fall names the run if it has a name, and a sweep counts the runs.
  @Test(arguments: [
    ("r = train(net, xor(64), optimizer: sgd(1e-9))", "diagnose(r) looks for the reason"),
    ("r = net |> train(xor(64), optimizer: sgd(1e-9));", "diagnose(r) looks for the reason"),
    ("train(net, xor(64), optimizer: sgd(1e-9))", "diagnose(ans) looks for the reason"),
    ("rs = [train(net, xor(64), optimizer: sgd(1e-9))]", "to find the reason, pass the run to diagnose"),
    (
      "t = sweep(fn(r) = train(net, xor(64), optimizer: sgd(r)).state, r: [1e-9, 1e-8, 1])",
      "2 of 3 runs: the loss rose or fell by less than 2 % from the first to the last epoch"
    ),
    (
      "r = train(mlp([2, 8, 1], tanh, init: normal(0, 20)), xor(64), optimizer: sgd(0.05))",
      "above that of the best constant prediction, 0.6931; diagnose(r) looks for the reason"
    ),
    ("r = train(mlp([2, 8, 1], relu), xor(64), loss: mse, optimizer: sgd(1e200))", "before it; replay(r) tries"),
  ])
  func notesOnTraining(_ call: String, _ note: String) throws {
    let scripted = ScriptedHost()
    let source = Source(name: "test", text: "net = mlp([2, 8, 1], tanh)\n" + call)
    try Interpreter(host: scripted.host()).run(source, echo: .prompt)
    #expect(scripted.notes.joined(separator: "\n").contains(note), "\(scripted.notes)")
    #expect(scripted.notes.filter { $0.contains("from the first to the last epoch") }.count <= 1)
  }

  @Test func networksAreSavedAndLoaded() {
    let script = """
      net = mlp([2, 3, 1], tanh, norm: batch)
      train(net, xor(32), epochs: 2);
      save(net, "net.safetensors")
      other = load("net.safetensors")
      third = mlp([2, 3, 1], tanh, norm: batch)
      fourth = load("net.safetensors", into: third)
      data = xor(4)
      print(show(other), str(predict(other, data)) == str(predict(net, data)), fourth == third, other == net)
      print(str(third[2].weight) == str(net[2].weight))
      """
    #expect(transcript(script) == "mlp([2, 3, 1], tanh, norm: batch) true true false\ntrue\n")
  }

  @Test(arguments: [
    ("save(3, \"x.tsv\")\nload(\"x.tsv\")", "load reads networks, but this is the name of a table"),
    (
      "save(chain(2, tanh), \"x.safetensors\")\nload(\"x.safetensors\", into: chain(3, tanh))",
      "do not match the network"
    ),
    (
      "net = chain(2, tanh)\nsave(net, \"x.safetensors\")\nload(\"x.safetensors\", into: net, order: 1..2)",
      "order must be a list of strings, but this list has a number"
    ),
    ("load(\"nowhere\")", "cannot read 'nowhere'"), ("save(chain(2, tanh), \"x.csv\")", "cannot be saved as '.csv'"),
  ])
  func filesThatAreNotNetworksAreRejected(script: String, part: String) {
    #expect(fault(script)?.message.contains(part) == true)
  }

  /// An error about the order of layers contains an argument that can be used as it is.
  @Test func orderInAnErrorIsCode() throws {
    let scripted = ScriptedHost()
    var file = SafetensorsWriter()
    for name in ["we\"ird\n", "{b}\\"] { file.add("\(name).weight", .f64, shape: [2, 2]) { [1, 2, 3, 4] } }
    scripted.state.withLock { $0.files["names.safetensors"] = file.bytes }
    func load(_ order: String) throws {
      let code = "load(\"names.safetensors\", into: mlp([2, 2, 2], tanh)\(order))"
      try Interpreter(host: scripted.host()).run(Source(name: "test", text: code))
    }
    let error = try #require(#expect(throws: Diagnostic.self) { try load("") })
    let note = try #require(error.notes.last)
    #expect(note.hasPrefix("rearrange this: order: ["))
    try load(", " + note.dropFirst("rearrange this: ".count))
  }

  /// In evaluation mode, `flow` uses running statistics and no dropout, and theory does not apply to them.
  @Test func flowInEvaluationMode() {
    let script = """
      net = sequence(2, dense(4), batchnorm(), tanh, dropout(0.5), dense(4, tanh), dense(1))
      data = xor(32)
      flow(net, data, eval: true) |> select(norm_gain, dropout_gain, theory) |> print
      print(str(flow(net, data, eval: true).factor == flow(net, data).factor))
      plain = mlp([2, 4, 1], tanh)
      print(flow(plain, data, eval: true) == flow(plain, data), max(gradcheck(net, data, eval: true).max_error) < 1e-8)
      print(len(flow(net, data, limit: 1, eval: true)), len(flow(net, data, eval: true, seeds: 3)))
      """
    #expect(
      transcript(script) == """
        norm_gain\tdropout_gain\ttheory
        0.9999950000374999\t\t
        \t\t
        \t\t
        [false, false, true]
        true true
        3 3

        """)
  }

  /// A file with a few numbers cannot create a network with many millions of parameters, and its code cannot run for
  /// long.
  @Test(arguments: [
    ("mlp([4000, 4000, 4000, 4000], tanh)", "parameters, more than the file has numbers"),
    ("chain(90000, tanh, width: 30)", "parameters, more than the file has numbers"),
    ("(fn(x) { while true { 1 } })(1)", "the file describes more than a network"),
    ("mlp([2, (fn(x) { while true { 1 } })(1)], tanh)", "the file describes more than a network"),
    ("mlp([2, 1], \"{(fn(x) { while true { 1 } })(1)}\")", "the file describes more than a network"),
    ("1\nwhile true { 1 }", "the file describes more than a network"),
  ])
  func filesAreNotTrusted(source: String, message: String) throws {
    var file = SafetensorsWriter(metadata: ["gradflow": source])
    file.add("0.weight", .f64, shape: [2, 2]) { [1, 2, 3, 4] }
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files["lying.safetensors"] = file.bytes }
    let error = #expect(throws: Diagnostic.self) {
      try Interpreter(host: scripted.host()).run(Source(name: "test", text: "load(\"lying.safetensors\")"))
    }
    #expect(error?.message.contains(message) == true, "\(error as Any)")
  }

  /// Consecutive seeds, and consecutive calls with the same seed, yield independent results.
  @Test func splitsAreIndependent() {
    let script = """
      firsts = []
      for s in 1..4 {
        seed(s)
        for i in 1..4 { firsts = append(firsts, str(first(split(iris(), 0.5)[1].inputs, 5))) }
        for i in 1..4 { firsts = append(firsts, str(first(shuffle(iris()).inputs, 5))) }
      }
      print(len(firsts), len(unique(firsts)))
      """
    #expect(transcript(script) == "32 32\n")
  }

  @Test func summaryCountsAllParameters() {
    let script = """
      net = sequence(4, batchnorm(), dense(8), batchnorm(), relu, dropout(0.2), residual(dense(6, tanh)), dense(3))
      print(net.parameters == sum(summary(net).parameters), summary(net).kind)
      """
    #expect(
      transcript(script)
        == #"true ["batchnorm", "dense", "batchnorm", "activation", "dropout", "dense", "residual", "dense"]"# + "\n")
  }

  /// The source builds the same network under the current settings.
  @Test func sourceIncludesPrecisionThatIsNotTheDefault() {
    #expect(transcript("print(show(chain(2, tanh, precision: f32)))") == "chain(2, tanh, precision: f32)\n")
    let script = """
      :set precision f32
      print(show(chain(2, tanh, precision: f64)), show(chain(2, tanh)))
      """
    #expect(transcript(script) == "chain(2, tanh, precision: f64) chain(2, tanh)\n")
  }

  @Test func errorsOfValidationDataPointToTheArgument() throws {
    let script = "train(mlp([4, 5, 3], tanh), iris(), validation: gaussian(4, 4, 2))"
    let diagnostic = try #require(fault(script))
    let place = try #require(diagnostic.labels.first).range
    let start = script.index(script.startIndex, offsetBy: place.start)
    #expect(script[start...].hasPrefix("gaussian"))
  }

  /// Each computation would take minutes.
  @Test(arguments: [
    "gradcheck(chain(100, tanh, width: 100), limit: 10000)", "net = mlp([8000, 8000], tanh, init: orthogonal)",
    "theory(tanh, 0..4 step 0.01, bias_variance: 0..4 step 0.01)",
  ])
  func stoppedComputationsEnd(_ script: String) {
    let error = #expect(throws: Diagnostic.self) {
      try stopping(after: 100_000) {
        try Interpreter(host: ScriptedHost().host()).run(Source(name: "test", text: script))
      }
    }
    #expect(error?.code == "interrupted")
  }
}
