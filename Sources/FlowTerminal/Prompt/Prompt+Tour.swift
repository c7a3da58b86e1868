// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

extension Prompt {
  /// Shows the steps of the tour. Enter continues with the next one.
  func runTour() {
    let tour = interpreter.registry.tour
    for (place, step) in tour.steps.enumerated() {
      let code = step.code.split(separator: "\n").map { String($0).typed(interpreter.manual.helpWidth) }
      var text = HelpText(width: interpreter.manual.helpWidth)
      text.line()
      text.words("\(place + 1) of \(tour.steps.count). \(step.text)")
      host.note("\(text.text)\(code.joined(separator: "\n"))")
      guard run(Source(name: ":demo", text: step.code), echo: .prompt) else { return }
      if place == tour.steps.count - 1 { break }
      host.note("(Enter to continue, Ctrl-C to end the tour)")
      guard case .line = reader.readLine(.continuation, .none) else { return }
      reader.resetInterrupt()
    }
    var text = HelpText(width: interpreter.manual.helpWidth)
    text.line()
    text.words(tour.farewell)
    host.note("\(text.text)")
  }
}
