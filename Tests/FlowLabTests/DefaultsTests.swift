// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

/// A default is declared in one place, the registry. These tests replace every default there and check that the code
/// that the program writes follows.
@Suite struct DefaultsTests {
  /// A default of a builtin and another one that replaces it.
  struct Replacement: CustomTestStringConvertible {
    let builtin: String
    let parameter: String
    let standard: String
    let text: String

    var testDescription: String { "\(builtin) \(parameter): \(text)" }

    /// The registry of the program with the other default.
    var registry: Registry {
      Registry([
        Registry.standard.builtins.values.flatMap(\.entries).map { entry in
          entry.name == builtin ? entry.replacing(parameter, default: text) : entry
        }
      ])
    }
  }

  /// Other defaults for the optional parameters of builtins whose calls the program writes.
  private static let texts = [
    "width": "3", "inputs": "3", "outputs": "3", "init": "orthogonal(2)", "bias": "constant(0.5)",
    "activation": "softplus", "output": "softplus", "norm": "layer", "skip": "true",
    "momentum": "0.25", "eps": "0.25", "scale": "0.5", "loss": "huber(2)", "optimizer": "rmsprop(0.125)", "epochs": "7",
    "steps": "9",
    "batch": "7", "shuffle": "false", "clip": "clip_norm(9)", "penalty": "l2(0.125)", "schedule": "warmup(5)",
    "rate": "0.75", "noise": "0.5",
    "decoder": "free",
  ]

  private static func replacements(of names: [String]) -> [Replacement] {
    names.flatMap { name in
      Registry.standard[name]!.entries[0].parameters.compactMap { parameter -> Replacement? in
        guard let standard = parameter.standard, let text = texts[parameter.name] else { return nil }
        return Replacement(builtin: name, parameter: parameter.name, standard: standard, text: text)
      }
    }
  }

  static let ofMakers = replacements(of: [
    "chain", "mlp", "sequence", "dense", "batchnorm", "rmsnorm", "groupnorm", "residual",
  ])
  static let ofTraining = replacements(of: ["train", "pretrain"])

  /// A parameter that is added to a maker must be tested too. The default of `precision` is a setting.
  @Test(arguments: ["chain", "mlp", "sequence", "dense", "batchnorm", "rmsnorm", "groupnorm", "residual"])
  func everyDefaultOfTheMakersIsReplaced(_ name: String) {
    let optional = Registry.standard[name]!.entries[0].parameters.filter {
      $0.standard != nil && $0.name != "precision"
    }
    #expect(Self.ofMakers.filter { $0.builtin == name }.map(\.parameter) == optional.map(\.name))
  }

  private func output(_ script: String, _ registry: Registry) throws -> String {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host(), registry: registry).run(Source(name: "test", text: script))
    return scripted.output.trimmingSuffix("\n")
  }

  /// A network that is built with the defaults of a maker.
  private func network(_ maker: String, _ argument: String = "") -> String {
    switch maker {
    case "chain": "chain(3, tanh\(argument))"
    case "mlp": "mlp([3, 3, 3, 3], tanh\(argument))"
    case "sequence": "sequence(3, dense(3, tanh), dense(3)\(argument))"
    case "dense": "sequence(3, dense(3\(argument)), dense(3, tanh))"
    case "groupnorm": "sequence(3, dense(4), groupnorm(2\(argument)), dense(3, tanh))"
    case "residual": "sequence(3, residual(dense(3, tanh)\(argument)), dense(3))"
    default: "sequence(3, dense(3), \(maker)(\(argument.drop { ", ".contains($0) })), dense(3, tanh))"
    }
  }

  /// The code that `show` writes leaves out the new default and builds the same network. The old default is written.
  @Test(arguments: ofMakers)
  func showFollows(_ change: Replacement) throws {
    let isReference = Registry.standard[change.builtin]!.entries[0].parameters.contains { $0.name == change.standard }
    let old = isReference ? "1" : change.standard
    for argument in ["", ", \(change.parameter): \(old)"] {
      let source = network(change.builtin, argument)
      let shown = try output("show(\(source))", change.registry)
      #expect(try output("show(\(shown))", change.registry) == shown)
      #expect(try output("summary(\(shown))", change.registry) == output("summary(\(source))", change.registry))
      let weights =
        "net = \(source)\nprint(net[1].weight, net[1].bias, net[2].bias, predict(net, gaussian(4, net.inputs)))"
      let again = weights.replacing(source, with: shown)
      #expect(try output(weights, change.registry) == output(again, change.registry))
      // A layer always states where its initial values come from, because those of the network are not its defaults.
      if change.builtin == "dense" { continue }
      let isWritten = change.builtin == "sequence" ? !shown.hasSuffix("))") : shown.contains("\(change.parameter):")
      #expect(isWritten == !argument.isEmpty, "\(shown)")
    }
  }

  /// The precision of networks that specify none is a setting.
  @Test func showFollowsTheSetting() throws {
    for (setting, other) in [("f32", "f64"), ("f64", "f32")] {
      let script = """
        :set precision \(setting)
        show(chain(2, tanh))
        show(mlp([2, 3, 1], tanh, precision: \(setting)))
        show(chain(2, tanh, precision: \(other)))
        """
      let lines = try output(script, .standard).split(separator: "\n")
      #expect(lines == ["chain(2, tanh)", "mlp([2, 3, 1], tanh)", "chain(2, tanh, precision: \(other))"])
    }
  }

  /// Every row of `blame` contains the code of the network that it measures.
  @Test(arguments: ofMakers.filter { ["chain", "mlp"].contains($0.builtin) })
  func blameFollows(_ change: Replacement) throws {
    let net = network(change.builtin)
    let shown = try output("for c in blame(\(net), seeds: 1).change { print(c) }", change.registry)
    let codes = shown.split(separator: "\n")
    #expect(codes.count > 8)
    for code in codes { #expect(try output("show(\(code))", change.registry) == code) }
  }

  /// The code of every row of `remedies` yields the loss of the row.
  @Test(arguments: ofTraining)
  func remediesFollow(_ change: Replacement) throws {
    let (net, data) = ("net = mlp([2, 4, 4, 1], sigmoid)", "data = xor(24)")
    let comparison = "\(net)\n\(data)\nt = remedies(net, data, seeds: [4], epochs: 2, by: loss)\n"
    func column(_ name: String) throws -> [String] {
      try output("\(comparison)for x in t.\(name) { print(x) }", change.registry)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let (codes, losses) = (try column("change"), try column("loss"))
    #expect(codes.count > 15 && codes.count == losses.count)
    for (code, loss) in zip(codes, losses) where !code.isEmpty {
      let statements = code.components(separatedBy: "; ")
      let script = """
        \(net)
        \(data)
        \(statements.dropLast().joined(separator: "; "));
        print(\(statements[statements.count - 1]).loss)
        """
      #expect(try output(script, change.registry).split(separator: "\n").last.map(String.init) == loss, "\(code)")
    }
  }

  /// Pre-training in a remedy has the defaults of `pretrain` but for the epochs.
  @Test(arguments: replacements(of: ["pretrain"]))
  func pretrainingFollows(_ change: Replacement) throws {
    let script = """
      net = mlp([2, 4, 4, 1], sigmoid)
      for c in remedies(net, xor(24), seeds: 1, epochs: 6, by: loss).change { print(c) }
      """
    let codes = try output(script, change.registry).split(separator: "\n").filter { $0.contains("pretrain") }
    #expect(!codes.isEmpty && codes.allSatisfy { $0.contains("pretrain(net, xor(24), epochs: 1); ") })
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(_ end: Character) -> String {
    var text = String(self)
    while text.last == end { text.removeLast() }
    return text
  }
}

extension Builtin {
  fileprivate func replacing(_ parameter: String, default text: String) -> Builtin {
    Builtin(
      name, summary, in: group,
      parameters.map { own in
        own.name == parameter
          ? Parameter(
            own.name, own.type, default: text, masking: own.masking, rest: own.isRest, omitsLabel: own.omitsLabel,
            own.summary, advice: own.advice)
          : own
      }, extra: extra, gives: result, columns: columns, example: example, seeAlso: seeAlso, family: family,
      source: source, keepsPartialResult: keepsPartialResult, body: body)
  }
}
