// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables

/// Keeps the finished cells of a sweep in a database, so that the sweep can continue later.
final class SweepFile: Sendable {
  private struct State {
    /// Finished cells that are not yet in the file.
    var waiting: [(number: Int, rows: SweepRows)] = []
    /// The number of rows of these cells.
    var waitingRows = 0
    /// The number of waiting rows to write before the interval is over.
    var enough = usualRows
    var time: Double
    var complaint: Complaint?
  }

  private let database: any DatabaseFile
  private let grid: SweepGrid
  /// The texts that identify the cells of the grid.
  private let keys: [String]
  private let clock: @Sendable () -> Double
  private let state: Guarded<State>
  /// The rows of the cells of the grid that the file had when it was opened.
  let known: [Int: SweepRows]

  /// The number of seconds between transactions, and between the checks whether one is due.
  private static let interval = 1.0
  private static let checkInterval = 0.2
  /// The number of rows that are written before the interval is over, so that a stop need not wait for more.
  private static let usualRows = 1 << 13

  /// Opens a file, or creates it. Throws if it contains another sweep.
  init(_ path: String, _ grid: SweepGrid, _ function: Value, _ session: Session) throws(Complaint) {
    self.grid = grid
    keys = try Self.keys(of: grid, session)
    let database = try session.openDatabase(path, for: .writing)
    self.database = database
    clock = session.host.clock
    let identity = try SweepIdentity(function, axes: grid.axes.map(\.name), session)
    try Complaint.checkStop()
    var tables = SweepTables(grid.axes.map(\.name))
    var known: [Int: SweepRows] = [:]
    let numbers = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
    try database.write(waits: true) { connection throws(Complaint) in
      if try SweepTables.isEmpty(connection) {
        try tables.create(identity, grid.axes.map(\.values.first?.cell), connection)
      } else {
        try SweepTables.check(connection, path)
        let stored = try SweepTables.identity(connection, path)
        guard stored == identity else {
          throw Complaint(
            "other-sweep", "'\(path)' contains the cells of another sweep",
            notes: identity.differences(to: stored) + ["use another file, or delete this one"])
        }
        try tables.load(connection)
      }
      for cell in try tables.cells(connection) {
        if let number = numbers[cell.key] { known[number] = cell.rows }
        try tables.setNumber(numbers[cell.key], of: cell, connection)
      }
    }
    self.known = known
    state = Guarded(State(time: clock()))
  }

  /// Returns a text for each cell of the grid that identifies it by the values of its axes and its seed. If values
  /// repeat, so do cells, which are then numbered.
  private static func keys(of grid: SweepGrid, _ session: Session) throws(Complaint) -> [String] {
    var texts: [[String]] = []
    for axis in grid.axes {
      var own: [String] = []
      for value in axis.values.untilStopped {
        guard let identity = value.identity else {
          throw Complaint(
            "wrong-type", "cells that depend on \(value.kind) cannot be saved in a file",
            notes: ["create it in the function, and use the numbers and choices that it is made from as axes"])
        }
        // A function counts as a different one if anything that it uses has changed.
        let used = try SweepDependencies(of: value, session).assignments
        own.append("\(axis.name): \(([identity] + used).joined(separator: "; "))")
      }
      texts.append(own)
    }
    var counts: [String: Int] = [:]
    let keys = (0..<grid.count).untilStopped.map { cell -> String in
      let key = (zip(texts, grid.positions(cell)).map { $0[$1] } + ["seed: \(grid.seed(cell))"]).joined(separator: ", ")
      counts[key, default: 0] += 1
      return counts[key] == 1 ? key : "\(key), copy \(counts[key] ?? 1)"
    }
    try Complaint.checkStop()
    return keys
  }

  /// The error that prevents further writing, if any.
  var complaint: Complaint? { state.withLock { $0.complaint } }

  /// Runs `body`, which adds cells. Each is in the file after about a second, however long the next one takes.
  func committing<Result>(_ body: () -> Result) -> Result {
    repeating(every: Self.checkInterval, { self.commitIfDue() }, during: body)
  }

  /// Adds a finished cell.
  func add(_ number: Int, _ rows: SweepRows) {
    state.withLock { state in
      state.waiting.append((number, rows))
      state.waitingRows += rows.count
    }
    commitIfDue()
  }

  private func commitIfDue() {
    let now = clock()
    state.withLock { state in
      let isDue = now - state.time >= Self.interval || state.waitingRows >= state.enough
      guard !state.waiting.isEmpty, state.complaint == nil, isDue else { return }
      commit(&state, waits: false)
      state.enough = state.waitingRows + Self.usualRows
    }
  }

  /// Writes the cells that are not yet in the file.
  func finish() throws(Complaint) {
    let complaint = state.withLock { state in
      if !state.waiting.isEmpty, state.complaint == nil { commit(&state, waits: true) }
      return state.complaint
    }
    if let complaint { throw complaint }
  }

  private func commit(_ state: inout State, waits: Bool) {
    let waiting = state.waiting
    do throws(Complaint) {
      let isDone = try StopToken.shielded { () throws(Complaint) in
        try database.write(waits: waits) { connection throws(Complaint) in
          // Another process may have added columns and cells since.
          var tables = SweepTables(grid.axes.map(\.name))
          try tables.load(connection)
          for (number, rows) in waiting {
            try tables.insert(
              rows, key: keys[number], number: number, axes: grid.values(number).map(\.cell), seed: grid.seed(number),
              connection)
          }
        }
      }
      if isDone { (state.waiting, state.waitingRows) = ([], 0) }
    } catch {
      state.complaint = error
    }
    state.time = clock()
  }

  /// Returns the cells of one or several files of the same sweep, in the order of the sweep.
  fileprivate static func table(_ paths: [String], _ session: Session) throws(Complaint) -> Table {
    var all: [SweepTables.StoredCell] = []
    var first: SweepIdentity?
    for path in paths {
      let database = try session.openDatabase(path, for: .reading)
      try database.read { connection throws(Complaint) in
        try SweepTables.check(connection, path)
        let identity = try SweepTables.identity(connection, path)
        guard first == nil || first == identity else {
          throw Complaint(
            "other-sweep", "'\(paths[0])' and '\(path)' contain different sweeps",
            notes: first?.differences(to: identity) ?? [])
        }
        first = identity
        var tables = SweepTables(identity.axes)
        try tables.load(connection)
        all += try tables.cells(connection)
      }
    }
    var seen: Set<String> = []
    let cells = all.filter { seen.insert($0.key).inserted }.enumerated().sorted {
      ($0.element.number ?? .max, $0.offset) < ($1.element.number ?? .max, $1.offset)
    }.map(\.element)
    let rows = cells.flatMap { cell in repeatElement(cell, count: cell.rows.count) }
    let axes = (first?.axes ?? []).enumerated().map { index, name in Column(name, cells: rows.map { $0.axes[index] }) }
    let seeds = Column("seed", .integer, cells: rows.map { .number(Double($0.seed)) })
    return Table(columns: axes + [seeds] + SweepRows.table(cells.map(\.rows)).columns)
  }
}

extension Session {
  /// Returns the cells that one or several files of the same sweep keep, in the order of the sweep, whichever shards
  /// the files are of. The columns are those of the sweep.
  package func sweepCells(at paths: [String]) throws(Complaint) -> Table { try SweepFile.table(paths, self) }
}
