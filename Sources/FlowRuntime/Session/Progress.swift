// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

/// Shows the progress of a long operation.
///
/// On a terminal, a single line is updated in place. It appears after half a second, changes at most ten times a second
/// and is erased at the end. The plain style instead writes a line after each tenth of the work.
package final class Progress: Sendable {
  private struct State {
    var lastShown = -Double.infinity
    var isShown = false
    var tenths = 0
  }

  private let host: Host
  private let style: ProgressStyle
  private let isOnTerminal: Bool
  private let began: Double
  private let state = Guarded(State())

  private static let patience = 0.5
  private static let interval = 0.1

  package init(_ session: Session) {
    host = session.host
    style = session.settings.progress
    isOnTerminal = host.noteWidth() != nil
    began = host.clock()
  }

  /// Shows the progress if an update is due.
  ///
  /// - Parameters:
  /// - done: The completed fraction of the work, from 0 to 1.
  /// - texts: Returns alternative texts, given the elapsed time. The first that fits the terminal is shown, or else the
  ///   last.
  package func report(_ done: Double, _ texts: (_ seconds: Double) -> [String]) {
    switch style {
    case .none: return
    case .plain:
      let line = state.withLock { state -> StyledText? in
        let tenths = Int(min(done, 1) * 10)
        guard tenths > state.tenths else { return nil }
        state.tenths = tenths
        return "\(tenths * 10) %  \(texts(host.clock() - began)[0])"
      }
      if let line { host.note(line) }
    case .auto:
      guard isOnTerminal else { return }
      let now = host.clock()
      guard now - began >= Self.patience else { return }
      state.withLock { state in
        guard now - state.lastShown >= Self.interval, let width = host.noteWidth() else { return }
        state.lastShown = now
        state.isShown = true
        // Keep the last column free, because some terminals wrap there.
        let texts = texts(now - began)
        let text = texts.first { $0.displayWidth < width } ?? texts[texts.count - 1]
        host.transient("\(text.fitted(width - 1))")
      }
    }
  }

  /// Shows how many of several equal parts are done, and the estimated time for the rest.
  package func report(_ count: Int, of total: Int, _ what: String, detail: String = "") {
    report(Double(count) / Double(total)) { seconds in
      let left = seconds / Double(count) * Double(total - count)
      return ["\(what) \(count)/\(total)  \(detail)\(NumberStyle.integer(left.rounded(.up))) s left"]
    }
  }

  /// Erases the line.
  package func end() {
    state.withLock { state in
      if state.isShown { host.transient("") }
      state.isShown = false
    }
  }
}

/// How to show progress.
package enum ProgressStyle: String, Sendable, CaseIterable {
  case auto, plain, none
}
