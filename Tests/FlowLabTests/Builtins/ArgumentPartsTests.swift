// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import TestSupport
import Testing

/// A list or record in place of several arguments.
@Suite struct ArgumentPartsTests {
  private static let setup = """
    a = chain(2, tanh)
    b = chain(2, relu)
    fn fit(f) = train(chain(2, f), sine(20), epochs: 2)

    """

  @Test(arguments: [
    ("compare([a, b]).subject |> unique", #"["a", "b"]"#),
    ("compare(record(one: a, two: b)).subject |> unique", #"["one", "two"]"#),
    ("nets = [a, b]; compare(nets).subject |> unique", #"["chain(2, tanh)", "chain(2, relu)"]"#),
    ("nets = [a, copy(a)]; compare(nets).subject |> unique", #"["nets[1]", "nets[2]"]"#),
    ("plot(map([tanh, relu], fit)).data.series |> unique", #"["chain(2, tanh)", "chain(2, relu)"]"#),
    ("runs = map([tanh, tanh], fit); plot(runs).data.series |> unique", #"["runs[1]", "runs[2]"]"#),
    ("str(sequence(2, [dense(3), tanh])) == str(sequence(2, dense(3), tanh))", "true"),
    ("t = table([record(x: 1, y: 2)]); t |> select([y, x]) |> columns", #"["y", "x"]"#),
    ("t = table([record(x: 1, y: 2, z1: 3, z2: 4)]); t |> select(\"z*\", x) |> columns", #"["z1", "z2", "x"]"#),
    ("t = table([record(x: 1)]); concat([t, t]).x", "[1, 1]"),
  ]) func expand(_ script: String, _ result: String) {
    let statements = script.split(separator: "; ").map(String.init)
    let code = (statements.dropLast() + ["print(str(\(statements.last ?? "")))"]).joined(separator: "\n")
    #expect(transcript(Self.setup + code) == result + "\n")
  }

  @Test(arguments: ["compare([a, 1])", "compare([[a]])", "sequence(2, [dense(3), 3])"])
  func errorsNameTheList(_ call: String) {
    #expect(fault(Self.setup + call)?.message.hasSuffix("but this is a list") == true)
  }

  @Test(arguments: [("compare([])", "an empty list"), ("compare(record())", "an empty record")])
  func errorsNameWhatIsEmpty(_ call: String, _ value: String) {
    #expect(fault(Self.setup + call)?.message.hasSuffix("but this is \(value)") == true)
  }
}
