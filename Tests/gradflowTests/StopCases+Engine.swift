// SPDX-License-Identifier: GPL-3.0-or-later

/// A case for each builtin that the engine computes.
extension StopCase {
  private static let wide = "n = mlp([1000, 1000, 1000], relu); d = gaussian(5000, 1000, 1000)"
  private static let deep = "n = chain(20000, tanh)"
  private static let data = "d = gaussian(1e6, 8)"

  static let networks: [StopCase] = [
    StopCase("chain", "chain(4, tanh, width: 1500, init: orthogonal)"),
    StopCase("chain with lsuv", "chain(20, tanh, width: 1000, init: lsuv)"),
    StopCase("mlp", "mlp([3000, 3000, 3000], relu)"),
    StopCase("sequence", "sequence(3000, dense(3000), relu, dense(3000))"),
    StopCase("copy", "n = mlp([3000, 3000, 3000], relu, init: zeros)", "copy(n)"),
    StopCase("load", "save(mlp([2000, 2000, 2000], relu, init: zeros), \"n.safetensors\")", "load(\"n.safetensors\")"),
    StopCase("save of a network", "n = mlp([2000, 2000, 2000], relu, init: zeros)", "save(n, \"n.safetensors\")"),
    StopCase("show", deep, "show(n)"),
    StopCase("show as a picture", "n = chain(100000, tanh)", "show(n, picture: true)"),
    StopCase("summary", deep, "summary(n)"),
    StopCase("predict", wide, "predict(n, d)"),
    StopCase("evaluate", wide, "evaluate(n, d)"),
    StopCase("curve", "curve(sigmoid, points: 1e6)"),
    StopCase("window(w)", "window(linspace(5, 50, 1e6), 0, tanh)"),
    StopCase("window(w) on data", "window(linspace(5, 50, 1e3), 0, tanh, data: linspace(-1, 1, 3e6))"),
    StopCase(
      "window(net) on many samples", "n = mlp([8, 256, 2], tanh); d = gaussian(150000, 8, 2)",
      "window(n, d, limit: 150000)"),
    StopCase("window(net)", "n = chain(20, sigmoid, width: 200); d = gaussian(5000, 200, 200)", "window(n, d)"),
  ]

  static let training: [StopCase] = [
    StopCase(
      "train", "n = mlp([500, 1000, 1000, 10], relu); d = gaussian(4000, 500, 10)",
      "train(n, d, batch: 4000, epochs: 99)"),
    StopCase("train in small steps", "n = chain(3, tanh, width: 8)", "train(n, gaussian(1000, 8, 8), epochs: 1e6)"),
    StopCase(
      "train into a file", "n = chain(3, tanh, width: 8)",
      "train(n, gaussian(1000, 8, 8), epochs: 1e6, into: \"r.db\", replace: true)"),
    StopCase("pretrain", "n = mlp([500, 1000, 1000, 10], relu); d = gaussian(4000, 500, 10)", "pretrain(n, d)"),
    StopCase("remedies(net)", "n = mlp([100, 300, 300, 10], sigmoid); d = gaussian(2000, 100, 10)", "remedies(n, d)"),
    StopCase(
      "remedies(run)", "r = train(mlp([100, 300, 300, 10], sigmoid), gaussian(2000, 100, 10), steps: 2)",
      "remedies(r, epochs: 99)"),
    StopCase(
      "replay",
      "d = gaussian(500, 100, 100); r = train(chain(30, relu, width: 100, init: normal(0, 1)), d, steps: 5)",
      "replay(r, epochs: 9999)"),
    StopCase(
      "sweep of long lists", "xs = linspace(0, 1, 9000000)", "sweep(fn(a) = len(a), a: [xs, xs, xs, xs, xs, xs])"),
    StopCase(
      "sweep into a file", "sweep(fn(a) = flow(chain(200, tanh, width: 100)), a: range(1, 1000), into: \"c.db\")"),
    StopCase(
      "sweep of cells that a file has", "sweep(fn(a) = a, a: 1..50000, into: \"c.db\")",
      "sweep(fn(a) = a, a: 1..50000, into: \"c.db\")"),
    StopCase("sweep", "sweep(fn(a) = flow(chain(200, tanh, width: 100)), a: range(1, 1000))"),
    StopCase("blame", "n = mlp([100, 300, 300, 10], sigmoid); d = gaussian(2000, 100, 10)", "blame(n, d)"),
  ]

  static let dataSets: [StopCase] =
    [
      StopCase("gaussian", "gaussian(1e6, 20)"),
      StopCase("xor", "xor(3e6)"),
      StopCase("circles", "circles(3e6)"),
      StopCase("moons", "moons(3e6)"),
      StopCase("spirals", "spirals(3e6)"),
      StopCase("blobs", "blobs(3e6)"),
      StopCase("sine", "sine(3e6)"),
      StopCase(
        "csv", "save(table(map(1..20000, fn(x) = record(a: x, b: x^2, c: x / 11))), \"big.csv\")",
        "csv(\"big.csv\", target: \"c\")"),
      StopCase("idx", "idx(\"images.idx\", \"labels.idx\")"),
      StopCase("fashion_mnist", "fashion_mnist()", twin: "idx"),
      StopCase("teacher", "n = mlp([500, 1000, 10], relu)", "teacher(n, 20000)"),
      StopCase(
        "csv with one_hot", "save(table(map(1..20000, fn(x) = record(a: x, b: \"k{x % 50}\"))), \"text.csv\")",
        "csv(\"text.csv\", target: \"a\", one_hot: \"b\")"),
      StopCase("dataset(inputs)", "xs = linspace(0, 1, 1e6)", "dataset(xs, xs)"),
      StopCase("dataset(table)", "t = curve(sin, points: 1e6)", "dataset(t, target: \"slope\")"),
      StopCase("scale", data, "scale(d, targets: standard)"),
      StopCase("draw", "draw(normal(0, 1), 1e7)"),
      StopCase("split(data)", data, "split(d)"),
      StopCase("standardize", data, "standardize(d)"),
      StopCase("shuffle(data)", data, "shuffle(d)"),
      StopCase("shuffle(table)", "t = curve(sin, points: 1e6)", "shuffle(t)"),
      StopCase("shuffle(list)", "xs = linspace(0, 1, 1e7)", "shuffle(xs)"),
      StopCase("take", data, "take(d, 900000)"),
    ]

  static let analysis: [StopCase] = [
    StopCase("flow(net)", deep, "flow(n)"),
    StopCase(
      "flow(net) on many samples", "n = mlp([784, 8, 2], tanh); d = gaussian(200000, 784, 2)",
      "flow(n, d, limit: 200000)"),
    StopCase("flow(net) with many outputs", "n = mlp([4, 20000], tanh)", "flow(n, loss: cross_entropy)"),
    StopCase("flow(net) of seeds", "n = chain(100, tanh, width: 100)", "flow(n, seeds: 500)"),
    StopCase("flow(run)", "r = train(chain(20000, tanh), gaussian(10), steps: 3)", "flow(r, step: 2)"),
    StopCase("explain", deep, "explain(n)"),
    StopCase("compare", deep, "compare(n, n)"),
    StopCase("gradcheck", "n = chain(5000, tanh)", "gradcheck(n)"),
    StopCase("precision", "n = chain(500, tanh, width: 50)", "precision(n)"),
    StopCase("diagnose(net)", deep, "diagnose(n)"),
    StopCase(
      "diagnose(net) on many samples", "n = mlp([784, 8, 2], tanh); d = gaussian(200000, 784, 2)",
      "diagnose(n, d, limit: 200000)"),
    StopCase(
      "diagnose(run)", "d = gaussian(2000, 64, 64); r = train(chain(50, tanh, width: 64), d, epochs: 1)",
      "diagnose(r, d)"),
    StopCase("report(net)", deep, "report(n)"),
    StopCase(
      "report(run)", "d = gaussian(2000, 64, 64); r = train(chain(50, tanh, width: 64), d, epochs: 1)",
      "report(r, d)"),
    StopCase(
      "save of a report", "d = xor(64); r = report(train(mlp([2, 8, 1], tanh), d, steps: 200000))",
      "save(r, \"r.html\")"),
    StopCase("theory(net)", deep, "theory(n)"),
    StopCase(
      "theory(net) of weights with a mean", "n = mlp(map(1..3000, fn(i) = 8 + i % 2), tanh, init: uniform(-0.6, 0.9))",
      "theory(n)"),
    StopCase("theory(activation)", "theory(tanh, linspace(0.1, 4, 300), linspace(0, 1, 300))"),
    StopCase("critical", "critical(gelu, bias_variance: 0.001)"),
  ]
}
