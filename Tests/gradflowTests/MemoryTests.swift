// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// An allocation that the system refuses is an error, never a crash, wherever it occurs.
@Suite struct MemoryTests {
  /// Code of every kind whose memory grows with a number chosen by the user. Each script takes far more memory than the
  /// smallest limit and less than the largest.
  private static let scripts = [
    "print(gaussian(1500000, 8, 4).samples)",
    "parts = split(blobs(1000000), 0.5)\nprint(standardize(shuffle(parts[1])).samples)",
    "print(mlp([1500, 3000, 1500, 10], relu).parameters)",
    "print(chain(8000, tanh, width: 16).parameters)",
    "run = train(chain(100, tanh), gaussian(100, 1, 1), batch: 1, steps: 30000)\nprint(len(run.flow))",
    "run = train(mlp([64, 1000, 1000, 10], relu), gaussian(500, 64, 10), optimizer: adam(0.001), batch: 500, steps: 2)",
    "print(len(sweep(fn(w) = first(flow(chain(8, tanh, width: w))).grad_norm, w: [64, 128, 256], seeds: 3)))",
    "print(len(remedies(mlp([2, 300, 300, 1], sigmoid), xor(100), seeds: 1, epochs: 1)))",
    "x = (1..1500000) * 2\ny = concat(x, x)\nprint(len(sort(reverse(y + y))))",
    "print(len(map(1..2000, fn(i) = map(1..300, fn(j) = i * j))))",
    "s = \"abcdefgh\"\nfor i in 1..22 { s = s + s }\nprint(len(s))",
    "print(len(split(join(map(1..500000, fn(i) = \"number {i}\"), \", \"), \", \")))",
    "t = table(map(1..150000, fn(i) = record(i: i, s: \"x{i}\")))\nprint(len(sort(t, i, desc: true) |> with(z: i + 1)))\nt",
    "plot(map(1..300000, fn(i) = sin(i)))",
    "net = mlp([1000, 2000, 1000], relu)\nprint(len(copy(net)[2].weight))",
    "print(len(gradcheck(mlp([64, 1500, 1500, 2], tanh, precision: f32), gaussian(8, 64, 2), limit: 1)))",
    "print(len(precision(mlp([64, 1000, 1000, 10], relu), gaussian(500, 64, 10))))",
    "fn f(n) { if n == 0 { return 0 }\nreturn 1 + f(n - 1) }\nprint(f(3000))",
  ]

  /// The smallest address space in KiB in which the program runs, to within a few per cent.
  private static let least: Int = {
    var limit = 16_000
    while (try? Program.run(["-e", "1"], limit: "-v \(limit)"))?.status != 0, limit < 4_000_000 { limit += limit / 32 }
    return limit
  }()

  @Test(arguments: scripts)
  func isAnErrorAtEveryLimit(_ script: String) throws {
    var statuses: Set<Int32> = []
    for step in 0..<8 {
      let limit = Int(Double(Self.least) * pow(1.4, Double(step)))
      let result = try Program.run(["--threads", "2", "-e", script], limit: "-v \(limit)")
      statuses.insert(result.status)
      #expect([0, 1].contains(result.status), "at \(limit) KiB: \(result.errors)")
      #expect(result.status == 0 || result.errors.contains("error: "), "at \(limit) KiB")
    }
    // Otherwise the limits would have tested nothing.
    #expect(statuses.contains(1) || script.contains("f(3000)"))
  }

  /// A stack too small for the main thread is reported before `main`, and a larger one never overflows silently.
  @Test(arguments: [256, 1024, 1536, 2048, 2112, 2176, 2304, 3072, 8192])
  func smallStacks(_ limit: Int) throws {
    let script = "fn f(n) { if n == 0 { return 0 }\nreturn 1 + f(n - 1) }\nprint(f(3000))"
    let result = try Program.run(["-e", script], limit: "-s \(limit)")
    if limit <= 2048 {
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("error: the stack is limited to \(limit) KiB here, and gradflow needs"))
    } else if limit >= 3072 {
      #expect(result.output == "3000\n", "\(result.errors)")
    }
    #expect([0, 1].contains(result.status), "\(result.errors)")
  }

  /// If memory runs out at the prompt, the training run is kept and the session continues.
  @Test func promptContinues() throws {
    let home = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: home) }
    let limit = "ulimit -S -v \(Self.least + 500_000) && exec \"$0\" --no-init --progress none"
    let terminal = try Terminal(["-c", limit, Program.path], of: "/bin/sh", home: home)
    func enter(_ line: String, _ answer: String) throws {
      try terminal.wait(for: "gf> ")
      terminal.type(line + "\r")
      try terminal.wait(for: answer)
    }
    try enter("data = gaussian(100, 1, 1)", "100")
    try enter("run = train(chain(200, tanh), data, batch: 1, steps: 10000000)", "out of memory; net keeps its weights")
    try enter("len(run.steps) > 1000", "\ntrue\n")
    try enter("run = none", "none")
    try enter("mlp([9000, 9000], relu)", "error: out of memory: the system could not provide another 2473 MiB")
    try enter("6 * 7", "\n42\n")
  }

  /// The error of a script states how much memory was requested.
  @Test func trainingKeepsItsRun() throws {
    let script = "net = chain(200, tanh)\nrun = train(net, gaussian(100, 1, 1), batch: 1, steps: 10000000)\nprint(1)"
    let result = try Program.run(["-e", script], limit: "-v \(Self.least + 500_000)")
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(result.errors.contains(/out of memory; net keeps its weights, and the run its \d+ steps/))
    #expect(result.errors.contains(/error: out of memory: the system could not provide another \d+ MiB/))
  }

  /// The stacks of many threads leave most of the address space that `--safe` allows to the data.
  @Test func safeHasRoomForThreads() throws {
    let script = "len(sweep(fn(n) = len(map(1..20000, fn(i) = [i])), n: 1..128))"
    let result = try Program.run(["--safe", "--threads", "64", "-e", script])
    #expect(result.output == "128\n", "\(result.errors)")
  }

  /// The memory limit of `--safe` also applies within a single call.
  @Test(arguments: [
    "gradcheck(mlp([100, 7000, 7000, 2], tanh, precision: f32), gaussian(20, 100, 2), limit: 1)",
    "mlp([10000, 10000, 2], relu)", "gaussian(20000000, 8, 4)",
  ])
  func safeIsBounded(_ script: String) throws {
    let result = try Program.run(["--safe", "-e", script])
    #expect(result.status == 1)
    #expect(result.errors.contains("2048 MiB allowed"))
  }
}
