// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Training runs that other programs recorded: small files of the forms that they write.
struct RecordedTests {
  /// Runs a script with files, and returns its output and its notes.
  private static func run(_ script: String, _ files: [String: String]) throws -> (output: String, notes: [String]) {
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files = files.mapValues { Array($0.utf8) } }
    try Interpreter(host: scripted.host()).run(Source(name: "test", text: script))
    return (scripted.output, scripted.notes)
  }

  private static let verdict =
    "diagnose(r) |> with(cause: map(cause, fn(c) = split(c, \":\")[1])) |> select(layer, symptom, cause)"

  /// The lines of a log: 20 steps, in which layer i of three has a gradient of 10^(exponent · (2 − i)).
  private static func steps(_ line: (_ step: Int, _ norms: [Double]) -> String, exponent: Double = -2) -> String {
    (0..<20).map { step in
      let wave = 1 + 0.3 * Double(step % 3)
      return line(10 * step, (0..<3).map { wave * power10(exponent * Double(2 - $0)) })
    }.joined()
  }

  private static func power10(_ exponent: Double) -> Double {
    (0..<Int(abs(exponent))).reduce(1) { result, _ in exponent < 0 ? result / 10 : result * 10 }
  }

  /// A panel of Weights & Biases, exported as CSV: everything is quoted, and each column has two companions.
  @Test func weightsAndBiases() throws {
    let names = ["conv1", "conv2", "fc"].map { "brisk-sun-3 - grad_norm/\($0).weight" }
    let header = names.flatMap { [$0, $0 + "__MIN", $0 + "__MAX"] }
    let quoted = { (fields: [String]) in fields.map { "\"\($0)\"" }.joined(separator: ",") + "\n" }
    let file =
      quoted(["Step"] + header)
      + Self.steps { step, norms in quoted(["\(step)"] + norms.flatMap { ["\($0)", "\($0)", "\($0)"] }) }
    let (output, notes) = try Self.run(
      """
      g = longer(read("wandb.csv"), "brisk-sun-3 - grad_norm/*", name: "layer", value: "grad_norm")
      r = recorded(g |> where(map(layer, fn(x) = not contains(x, "__"))), step: Step)
      r.layers
      diagnose(r) |> select(layer, symptom)
      """, ["wandb.csv": file])
    #expect(
      output == "layer\tname\n1\tconv1.weight\n2\tconv2.weight\n3\tfc.weight\n\n\nlayer\tsymptom\n1\tvanishing\n")
    #expect(
      notes == [
        "the record cannot show dead units (dead), saturated units (saturated), whether the network learns (loss), the size of "
          + "the steps (update_ratio): the columns in parentheses are missing"
      ])
  }

  /// A log of Lightning's CSVLogger: losses and gradients are in different rows.
  @Test func lightning() throws {
    let file =
      "epoch,step,train_loss,val_loss,grad_2.0_norm/a,grad_2.0_norm/b,grad_2.0_norm/c\n"
      + Self.steps(
        { step, norms in
          "0,\(step),,,\(norms.map { "\($0)" }.joined(separator: ","))\n0,\(step),2.3,,,,\n"
        }, exponent: 2) + "0,199,,2.28,,,\n"
    let (output, _) = try Self.run(
      """
      t = read("metrics.csv")
      r = longer(t, "grad_2.0_norm/*", name: "layer", value: "grad_norm") |> with(loss: train_loss) |> recorded
      r.steps |> first(1)
      diagnose(r) |> select(layer, symptom)
      plot(r, width: 40, height: 6) |> save("loss.gp")
      """, ["metrics.csv": file])
    #expect(output.hasPrefix("step\tloss\tgrad_norm\n0\t2.3\t10000.500037498126\n"))
    #expect(output.hasSuffix("layer\tsymptom\n1\texploding\n"))
  }

  /// A scalar that TensorBoard exports.
  @Test func tensorBoard() throws {
    let rows = (0..<50).map { "170000\($0).25,\($0),\(0.5 + 0.01 * Double($0 * $0))\n" }
    let (output, notes) = try Self.run(
      """
      r = recorded(read("loss.csv") |> select(step: Step, loss: Value))
      r
      diagnose(r) |> select(symptom)
      """, ["loss.csv": "Wall time,Step,Value\n" + rows.joined()])
    #expect(output == "recorded: 50 steps, from step 0 to 49, loss 24.51\nsymptom\njumping\n")
    #expect(notes.count == 1 && notes[0].contains("vanishing and exploding gradients"))
  }

  /// The state of a Hugging Face trainer, whose last entry belongs to the evaluation.
  @Test func huggingFace() throws {
    let entries = (1...40).map { step in
      "{\"epoch\": 0.1, \"step\": \(step), \"loss\": \(10.0 / Double(step)), "
        + "\"grad_norm\": \(step == 25 ? "NaN" : "3.5"), \"learning_rate\": 5e-05}"
    }
    let file =
      "{\"best_metric\": null, \"log_history\": [" + entries.joined(separator: ", ")
      + ", {\"epoch\": 4.0, \"eval_loss\": 2.0, \"step\": 40}], \"max_steps\": 40}"
    let (output, notes) = try Self.run(
      "r = recorded(read(\"trainer_state.json\").log_history)\nr.steps |> last(1)\ndiagnose(r) |> len",
      ["trainer_state.json": file])
    #expect(output == "step\tloss\tgrad_norm\trate\n40\t0.25\t3.5\t5e-05\n0\n")
    #expect(notes.contains("some numbers of step 25 are not finite, but the training recovered"))
    #expect(notes.contains("unused columns: epoch, eval_loss"))
  }

  /// Records of single faults, and the expected diagnoses.
  @Test(arguments: [
    // A recurrent layer passes its gradient on to the layers before it.
    ("grad_norm", ["Linear", "LSTM", "Linear"], [1e6, 1e6, 1], "2\texploding\tweights\n"),
    ("grad_norm", ["Linear", "Linear", "Linear"], [1, 1, 1], ""),
    // Normalisations and embeddings are not compared.
    ("grad_norm", ["Embedding", "BatchNorm2d", "Linear"], [1e-9, 1e9, 1], ""),
    ("dead", ["Linear", "Linear", "Linear"], [0, 0.9, 0], "2\tdead\tbias\n"),
    ("saturated", ["Linear", "Linear", "Linear"], [0.9, 0.9, 1], "1\tsaturated\tweights\n"),
    // The output layer may saturate.
    ("saturated", ["Linear", "Linear", "Linear"], [0, 0, 1], ""),
  ]) func faults(_ column: String, _ kinds: [String], _ values: [Double], _ verdict: String) throws {
    let rows = (1...12).flatMap { step in
      (0..<3).map { layer in
        "{\"step\": \(step), \"layer\": \(layer + 1), \"kind\": \"\(kinds[layer])\", \"weight_norm\": 1, "
          + "\"\(column)\": \(values[layer]), \"loss\": \(1 / Double(step))}\n"
      }
    }
    let (output, _) = try Self.run("r = recorded(read(\"g.jsonl\"))\n\(Self.verdict)", ["g.jsonl": rows.joined()])
    #expect(output == "layer\tsymptom\tcause\n" + verdict)
  }

  /// Verdicts on small tables.
  @Test(arguments: [
    // The first loss is no jump, however fast the loss falls from there.
    (losses([2.3, 0.9, 0.1, 0.1, 0.02, 0.02, 0.3, 0.02, 0.06]), ""),
    (losses([2, 900, 800, 700, 950]), "\tjumping\trate\n"),
    // A loss that is not positive has no scale, and need not fall.
    (losses((1...40).map { $0.isMultiple(of: 2) ? 1 : -1 }), ""),
    // The rate falls to nothing, and the loss stays.
    (
      "step,loss,rate\n" + rows(1...40) { "\($0),\(1.5 + 1 / Double($0)),\($0 < 10 ? 0.1 : 1e-9)" },
      "\tstalled\trate\n"
    ),
    // Few records show that nothing moves.
    ("step,loss,layer,update_ratio\n" + rows(1...4) { "\($0),1,1,1e-9" }, "\tstalled\trate\n"),
    // A layer without a gradient, such as an expert without samples, cannot be the reference.
    (layers([(1, 1, 0.1), (1, 1, 1), (0, 1, 0)]), "3\tvanishing\tunknown\n"),
    // A last layer with tiny weights changes fast, but its gradient is that of the others.
    (layers([(1, 100, 0.1), (1, 100, 0.1), (1, 0.1, 1)]), ""),
    (layers([(1e-5, 100, 1e-5), (1, 100, 0.1), (1, 0.1, 1)]), "1\tvanishing\tunknown\n"),
    // The gradient of the outputs explodes, although large weights hide it in the gradient of the weights.
    (layers([(1, 1e8, 1e9), (1, 1, 1), (1, 1, 1)]), "1\texploding\tunknown\n"),
    // Large steps, and a loss that is back where it was.
    (
      "step,loss,layer,update_ratio\n" + rows(1...6) { "\($0),\([2, 9, 4, 3, 2, 2][$0 - 1]),1,\(9.0 / Double($0))" },
      "1\tstalled\trate\n"
    ),
    // The outputs of a recurrent layer explode in it.
    (
      "step,layer,kind,act_std,loss\n" + rows(1...4) { "\($0),1,RNN,4e5,\(1e9 / Double($0))\n\($0),2,Linear,1,1e9" },
      "1\texploding\tweights\n"
    ),
    // Of several dead layers, the first one with constant outputs is the cause.
    (
      "step,layer,dead,act_std\n"
        + rows(1...3) { step in
          (1...4).map { "\(step),\($0),\($0 < 4 ? 1 : 0),\($0 < 2 ? 1 : 0)" }.joined(separator: "\n")
        }, "2\tdead\tbias\n"
    ),
  ]) func verdicts(_ table: String, _ verdict: String) throws {
    let (output, _) = try Self.run("r = recorded(read(\"g.csv\"))\n\(Self.verdict)", ["g.csv": table])
    #expect(output == "layer\tsymptom\tcause\n" + verdict)
  }

  /// A loss that does not fall has other causes than a small rate if it rises or if there is no gradient.
  @Test(arguments: [(30.0, 1.0, "\tjumping\tunknown\n"), (1, 0, "\tstalled\tunknown\n")])
  func notTheRate(_ last: Double, _ gradient: Double, _ verdict: String) throws {
    let table =
      "step,loss,layer,update_ratio,grad_norm\n"
      + Self.rows(1...30) { step in
        let loss = 1 + (last - 1) * Double(step - 1) / 29
        return "\(step),\(loss),1,\(1e-6 * gradient),\(gradient)"
      }
    let (output, _) = try Self.run("r = recorded(read(\"g.csv\"))\n\(Self.verdict)", ["g.csv": table])
    #expect(output == "layer\tsymptom\tcause\n" + verdict)
  }

  private static func rows(_ steps: ClosedRange<Int>, _ row: (Int) -> String) -> String {
    steps.map { row($0) + "\n" }.joined()
  }

  private static func losses(_ losses: [Double]) -> String {
    "step,loss\n" + losses.enumerated().map { "\($0 + 1),\($1)\n" }.joined()
  }

  /// Four steps of layers, each with the norms of its gradient and of its weights and the RMS of δ.
  private static func layers(_ layers: [(Double, Double, Double)]) -> String {
    "step,layer,grad_norm,weight_norm,delta_rms,loss\n"
      + rows(1...4) { step in
        layers.enumerated().map { "\(step),\($0 + 1),\($1.0),\($1.1),\($1.2),1" }.joined(separator: "\n")
      }
  }

  /// What notes say about records that a verdict does not cover.
  @Test(arguments: [
    (
      "step,layer,grad_norm\n1,1,1\n1,2,1\n2,1,1\n",
      "left out step 2, which is missing layers; the file may still be growing"
    ),
    (
      "step,layer,grad_norm,update_ratio\n1,1,0,0.1\n2,1,0,0.1\n",
      "all gradients are 0 although weights change: they were cleared before they were recorded"
    ),
    ("step,train/loss,rate\n1,2,1\n", "to use train/loss: t |> with(loss: t[\"train/loss\"])"),
    (
      "step,loss\n1,1\n2,1.2\n3,1.4\n", "the loss has risen from 1 to 1.4, but there are too few records to judge this"
    ),
  ]) func notes(_ table: String, _ note: String) throws {
    let (_, notes) = try Self.run("t = read(\"g.csv\")\nrecorded(t) |> diagnose", ["g.csv": table])
    #expect(notes.contains(note))
  }

  /// A last step that lacks layers counts if it has a value that is not finite.
  @Test func unfinishedOverflow() throws {
    let (output, _) = try Self.run(
      "recorded(read(\"g.csv\")) |> diagnose |> select(symptom)",
      ["g.csv": "step,layer,grad_norm\n1,1,1\n1,2,1\n2,1,nan\n"])
    #expect(output == "symptom\noverflow\n")
  }

  /// A network with normalisations is not advised to add one.
  @Test func normalisations() throws {
    let rows = (1...4).flatMap { step in
      [("Linear", 1e-4), ("LayerNorm", 1), ("Linear", 1)].enumerated().map { "\(step),\($0 + 1),\($1.0),\($1.1)\n" }
    }
    let (output, _) = try Self.run(
      "recorded(read(\"g.csv\")) |> diagnose |> select(symptom, remedy)",
      ["g.csv": "step,layer,kind,grad_norm\n" + rows.joined()])
    #expect(output.contains("vanishing\tshortcuts"))
    #expect(!output.contains("normalisation"))
  }

  @Test func overflow() throws {
    let rows = (1...5).flatMap { step in
      (1...3).map { layer in
        let isLost = step == 5 && layer >= 2
        return "{\"step\": \(step), \"layer\": \"m\(layer)\", \"kind\": \"Conv2d\", \"act_std\": "
          + "\(isLost ? "\"nan\"" : "2000"), \"nonfinite\": \(isLost ? 7 : 0), \"loss\": \(step == 5 ? "NaN" : "1")}\n"
      }
    }
    let (output, _) = try Self.run(
      "r = recorded(read(\"g.jsonl\"))\ndiagnose(r) |> select(layer, symptom, evidence, cause)",
      ["g.jsonl": rows.joined()])
    #expect(
      output
        == "layer\tsymptom\tevidence\tcause\n2\toverflow\tstep 5, nonfinite 7, act_std nan, largest act_std before "
        + "2000, loss 1\tprecision: the first number that is not finite is in layer 2 (m2, Conv2d), where numbers are "
        + "near 65504, the largest float16 number\n")
  }

  @Test(arguments: [
    ("table([record(a: 1)])", "a recording needs a column step"),
    ("table([record(step: 1, a: 1)])", "a recording needs at least one known column of numbers"),
    ("table([record(step: 1.5, loss: 1)])", "row 1: the step must be a whole number"),
    ("table([record(step: 1, loss: \"x\")])", "row 1, column loss: 'x' is not a number"),
    ("table([record(step: 1, loss: \"0,7\")])", "row 1, column loss: '0,7' is not a number"),
    ("table([record(step: 1, layer: 1.5, dead: 1)])", "row 1: the layer must be a whole number or a name"),
    ("table([record(step: 1, loss: 1), record(step: 1, loss: 2)])", "rows 1 and 2 describe the same step and layer"),
    ("table([record(step: 1, loss: none)])", "no row contains a recorded number"),
  ]) func errors(_ table: String, _ message: String) {
    #expect(fault("recorded(\(table))")?.message == message)
  }
}
