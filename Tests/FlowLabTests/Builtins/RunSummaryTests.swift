// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import TestSupport
import Testing

/// The line that describes a run.
@Suite struct RunSummaryTests {
  /// The loss is the mean of the last epoch, even if that is incomplete.
  @Test(arguments: ["epochs: 3", "steps: 2", "steps: 9"]) func loss(_ length: String) {
    let script = """
      run = train(mlp([1, 4, 1], tanh), sine(100), \(length), batch: 16)
      print(split(str(run), ", ")[3])
      print("loss {format_number(run.epochs.loss[-1])}")
      """
    let lines = transcript(script).split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == lines[1], "\(lines)")
  }
}
