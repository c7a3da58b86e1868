// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import Synchronization

/// Runs the cells of a sweep in parallel.
///
/// Cells start in order, and their output is written in order, so the outcome is the same as on one thread. When a cell
/// fails, the cells before it have already started and those after it are discarded. Cells that a file already has are
/// not run; the others are counted by their position among them.
final class SweepRun: Sendable {
  private struct State {
    var rows: [SweepRows?]
    /// The output of cells that must wait for an earlier cell.
    var waiting: [Int: DeferredOutput] = [:]
    /// The position of the first cell whose output has not been written.
    var turn = 0
    var finished = 0
    var tally = Tally()
    var failure: Failure?
  }

  struct Failure: Sendable {
    /// The position of the cell.
    let cell: Int
    let diagnostic: Diagnostic
    /// The status passed to `exit(n)` in the cell, or nil.
    let exitStatus: Int32?
  }

  private let grid: SweepGrid
  /// The numbers of the cells to run.
  private let numbers: [Int]
  private let file: SweepFile?
  private let function: Value
  private let place: Place
  private let functionPlace: Place
  /// Must only be read, because it belongs to the thread that waits for the sweep.
  private let outer: Session
  private let progress: Progress
  private let next = Atomic<Int>(0)
  /// The position of the first cell that need not run.
  private let end: Atomic<Int>
  private let state: Guarded<State>

  /// The outcome of a sweep.
  struct Result {
    /// The rows of each finished cell, in order.
    let rows: [(cell: Int, rows: SweepRows)]
    let failure: Failure?
    /// The events of the cells.
    let tally: Tally
  }

  private init(_ grid: SweepGrid, _ numbers: [Int], _ file: SweepFile?, _ function: Value, _ call: Call) {
    self.grid = grid
    self.numbers = numbers
    self.file = file
    self.function = function
    place = call.place
    functionPlace = call.place(of: "function")
    outer = call.session
    progress = Progress(call.session)
    end = Atomic(numbers.count)
    state = Guarded(State(rows: Array(repeating: nil, count: numbers.count)))
  }

  /// Calls the function for cells of the grid.
  ///
  /// - Parameters:
  ///   - numbers: The numbers of the cells, in ascending order.
  ///   - file: The file that keeps the cells, or nil.
  static func run(_ grid: SweepGrid, _ numbers: [Int], _ file: SweepFile?, _ function: Value, _ call: Call) -> Result {
    let run = SweepRun(grid, numbers, file, function, call)
    defer { run.progress.end() }
    if call.session.enclosure == nil {
      let pool = call.pool
      // Each thread of the pool waits for a thread with a large stack, so that recursion in a cell can be as deep as
      // elsewhere. Work that the engine dispatches to the busy pool runs on the calling thread.
      let count = min(pool.threads, numbers.count)
      pool.run(count) { _ in
        onBigStack(oneOf: count) { stack in run.work(call.evaluator, stack) }
      }
    } else {
      run.work(call.evaluator, call.evaluator.stack)
    }
    return run.result()
  }

  /// Runs one cell after another until none is left.
  private func work(_ evaluator: Evaluator, _ stack: StackBounds) {
    while outer.host.stopReason() == nil {
      let position = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard position < end.load(ordering: .relaxed) else { return }
      run(position, evaluator.enclosed(seed: grid.seed(numbers[position]), stack: stack))
    }
  }

  private func run(_ position: Int, _ evaluator: Evaluator) {
    let number = numbers[position]
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
      failure = Failure(cell: position, diagnostic: diagnostic, exitStatus: evaluator.session.exitStatus)
    }
    // A cell that was running at the time of a stop may have ended early without an error.
    if outer.host.stopReason() != nil { return }
    if let rows, let file {
      file.add(number, rows)
      if let complaint = file.complaint {
        failure = Failure(cell: position, diagnostic: complaint.at(place), exitStatus: nil)
      }
    }
    finish(position, evaluator.session.deferred, rows, failure)
  }

  private func finish(_ position: Int, _ written: DeferredOutput?, _ rows: SweepRows?, _ failure: Failure?) {
    state.withLock { state in
      state.rows[position] = rows
      state.finished += 1
      if let failure { fail(failure, &state) }
      state.waiting[position] = written
      while let written = state.waiting.removeValue(forKey: state.turn) { handIn(written, &state) }
      report(state.finished)
    }
  }

  private func report(_ finished: Int) {
    let total = numbers.count
    progress.report(Double(finished) / Double(total)) { seconds in
      let pace = Double(finished) / seconds
      return [
        "cell \(finished)/\(total)  \(NumberStyle.significant(pace)) cells/s  "
          + "\(NumberStyle.integer((Double(total - finished) / pace).rounded(.up))) s left"
      ]
    }
  }

  /// Writes the output of the cell whose turn it is, unless an earlier cell failed.
  private func handIn(_ written: DeferredOutput, _ state: inout State) {
    let position = state.turn
    state.turn += 1
    if let failure = state.failure, failure.cell < position { return }
    state.tally.merge(written.tally)
    do throws(Complaint) {
      try StopToken.shielded { () throws(Complaint) in try written.write(to: outer) }
    } catch {
      fail(Failure(cell: position, diagnostic: error.at(place), exitStatus: nil), &state)
    }
  }

  /// Records a failure, unless an earlier cell failed.
  private func fail(_ failure: Failure, _ state: inout State) {
    if let known = state.failure, known.cell <= failure.cell { return }
    state.failure = failure
    end.store(failure.cell, ordering: .relaxed)
  }

  /// Returns the outcome when all threads are done. Finished cells after a cell that was stopped still write their output.
  private func result() -> Result {
    state.withLock { state in
      for position in state.waiting.keys.sorted() {
        state.turn = position
        if let written = state.waiting.removeValue(forKey: position) { handIn(written, &state) }
      }
      return Result(
        rows: zip(numbers, state.rows).compactMap { number, rows in rows.map { (number, $0) } }, failure: state.failure,
        tally: state.tally)
    }
  }
}
