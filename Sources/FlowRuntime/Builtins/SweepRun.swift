// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import Synchronization

/// Runs the cells of a sweep side by side.
///
/// Cells are handed out in their order, and what they write is handed in in their order too. So all that a run leaves
/// behind is what it would be on one thread: when a cell fails, those before it are under way already, and those after
/// it do not count.
final class SweepRun: Sendable {
  private struct State {
    var rows: [SweepRows?]
    /// What cells wrote that have to wait for one before them.
    var waiting: [Int: Enclosure] = [:]
    /// The first cell whose output has not been handed in.
    var turn = 0
    var finished = 0
    var failure: Failure?
  }

  /// Why the sweep fails.
  struct Failure: Sendable {
    let cell: Int
    let diagnostic: Diagnostic
    /// What `exit(n)` in the cell asked for.
    let exitStatus: Int32?
  }

  private let grid: SweepGrid
  private let function: Value
  private let place: Place
  private let functionPlace: Place
  /// Only to be read: the thread that owns it waits.
  private let outer: Session
  private let progress: Progress
  private let next = Atomic<Int>(0)
  /// Cells from here on need not be run.
  private let end: Atomic<Int>
  private let state: Mutex<State>

  /// What a sweep has come to.
  struct Result {
    /// Those of each finished cell.
    let rows: [(cell: Int, rows: SweepRows)]
    let failure: Failure?
  }

  private init(_ grid: SweepGrid, _ function: Value, _ call: Call) {
    self.grid = grid
    self.function = function
    place = call.place
    functionPlace = call.place(of: "function")
    outer = call.session
    progress = Progress(call.session)
    end = Atomic(grid.count)
    state = Mutex(State(rows: Array(repeating: nil, count: grid.count)))
  }

  /// Calls the function for every cell.
  static func run(_ grid: SweepGrid, _ function: Value, _ call: Call) -> Result {
    let run = SweepRun(grid, function, call)
    defer { run.progress.end() }
    if call.session.enclosure == nil {
      let pool = call.pool
      // A thread with a stack of full size per thread of the pool, which waits for it: so recursion in a cell may be as
      // deep as elsewhere. What the engine hands to the pool meanwhile is done at once by the thread that asks.
      let count = min(pool.threads, grid.count)
      pool.run(count) { _ in
        onBigStack(oneOf: count) { stack in run.work(call.evaluator, stack) }
      }
    } else {
      run.work(call.evaluator, call.evaluator.stack)
    }
    return run.result()
  }

  /// Takes one cell after the other until none is left.
  private func work(_ evaluator: Evaluator, _ stack: StackBounds) {
    while outer.host.stopReason() == nil {
      let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard number < end.load(ordering: .relaxed) else { return }
      run(number, evaluator.enclosed(seed: grid.seed(number), stack: stack))
    }
  }

  private func run(_ number: Int, _ evaluator: Evaluator) {
    var rows: SweepRows?
    var failure: Failure?
    do throws(Diagnostic) {
      let arguments = zip(grid.axes, grid.values(number)).map { (name: $0.name, value: $1) }
      let value = try evaluator.call(function, with: arguments, at: place)
      do throws(Complaint) {
        rows = try SweepRows(value, beside: grid.columnNames)
      } catch {
        throw error.at(functionPlace)
      }
    } catch {
      var diagnostic = error
      diagnostic.notes.append("in the cell \(grid.description(number))")
      failure = Failure(cell: number, diagnostic: diagnostic, exitStatus: evaluator.session.exitStatus)
    }
    // What was going on when the user stopped it may have stopped half way without an error.
    if outer.host.stopReason() != nil { return }
    finish(number, evaluator.session.enclosure, rows, failure)
  }

  private func finish(_ number: Int, _ written: Enclosure?, _ rows: SweepRows?, _ failure: Failure?) {
    state.withLock { state in
      state.rows[number] = rows
      state.finished += 1
      if let failure { fail(failure, &state) }
      state.waiting[number] = written
      while let written = state.waiting.removeValue(forKey: state.turn) { handIn(written, &state) }
      report(state.finished)
    }
  }

  private func report(_ finished: Int) {
    let total = grid.count
    progress.report(Double(finished) / Double(total)) { seconds in
      let pace = Double(finished) / seconds
      return [
        "cell \(finished)/\(total)  \(NumberStyle.significant(pace)) cells/s  "
          + "\(NumberStyle.integer((Double(total - finished) / pace).rounded(.up))) s left"
      ]
    }
  }

  /// Hands in what the cell wrote whose turn it is, unless one before it failed.
  private func handIn(_ written: Enclosure, _ state: inout State) {
    let number = state.turn
    state.turn += 1
    if let failure = state.failure, failure.cell < number { return }
    do throws(Complaint) {
      try StopToken.shielded { () throws(Complaint) in try written.handIn(to: outer) }
    } catch {
      fail(Failure(cell: number, diagnostic: error.at(place), exitStatus: nil), &state)
    }
  }

  /// Notes a failure; that of the first cell counts.
  private func fail(_ failure: Failure, _ state: inout State) {
    if let known = state.failure, known.cell <= failure.cell { return }
    state.failure = failure
    end.store(failure.cell, ordering: .relaxed)
  }

  /// What there is when all threads are done; where cells were given up the others hand in what they wrote all the same.
  private func result() -> Result {
    state.withLock { state in
      for number in state.waiting.keys.sorted() {
        state.turn = number
        if let written = state.waiting.removeValue(forKey: number) { handIn(written, &state) }
      }
      return Result(
        rows: state.rows.enumerated().compactMap { number, rows in rows.map { (number, $0) } }, failure: state.failure)
    }
  }
}
