// SPDX-License-Identifier: GPL-3.0-or-later

/// The share of the cells of every sweep that a process computes if several processes divide the work among themselves.
package struct Shard: Sendable, Equatable {
  /// The number of the share, counted from 1.
  package let number: Int
  package let count: Int

  private init?(number: Int, count: Int) {
    guard count >= 1, 1...count ~= number else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// Reads a share such as `3/16`, or that of a task of a Slurm job array, `slurm`.
  ///
  /// - Parameter variable: Returns the value of an environment variable, or nil.
  package init(_ text: String, variable: (String) -> String?) throws(Complaint) {
    if text == "slurm" {
      self = try Self.ofSlurm(variable)
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1],
      let shard = Shard(number: number, count: count)
    else {
      throw Complaint(
        "out-of-range", "--shard takes a number and a count, such as 3/16 for the third of 16 shares, or slurm")
    }
    self = shard
  }

  private static func ofSlurm(_ variable: (String) -> String?) throws(Complaint) -> Shard {
    func number(_ name: String) -> Int? { variable("SLURM_ARRAY_TASK_\(name)").flatMap { Int($0) } }
    guard let id = number("ID"), let count = number("COUNT"), let first = number("MIN") else {
      throw Complaint(
        "out-of-range",
        "--shard slurm needs a job array, but SLURM_ARRAY_TASK_ID, _COUNT and _MIN are not set; submit the job with sbatch "
          + "--array=1-16, or use --shard 1/16")
    }
    // If some tasks of an array are submitted again by number, these variables do not determine the share.
    let step = number("STEP") ?? 1
    /// Returns the position of a task in the array, counted from 0, or nil if it has none.
    func position(_ id: Int) -> Int? {
      let (distance, isOverflowing) = id.subtractingReportingOverflow(first)
      guard !isOverflowing, distance >= 0, step >= 1, distance.isMultiple(of: step), distance / step < count else {
        return nil
      }
      return distance / step
    }
    let isWhole = number("MAX").map { position($0).map { $0 + 1 } == count } ?? true
    guard let position = position(id), isWhole, let shard = Shard(number: position + 1, count: count) else {
      throw Complaint(
        "out-of-range",
        "the numbers of the job array have gaps, so --shard slurm cannot determine the shares of the whole array; "
          + "submit the whole array again, or use --shard $SLURM_ARRAY_TASK_ID/16")
    }
    return shard
  }

  /// Returns whether the share contains a cell, counted from 0. Neighbouring cells, which often take equally long, are in
  /// different shares.
  func contains(_ cell: Int) -> Bool { cell % count == number - 1 }

  /// Returns the path of the share's own file: `cells-03-of-16.db` for `cells.db`.
  func path(_ path: String) -> String {
    let digits = String(count).count
    let padded = String(repeating: "0", count: digits - String(number).count) + String(number)
    let suffix = FileForm.isDatabase(path) ? String(path.suffix(3)) : ""
    return "\(path.dropLast(suffix.count))-\(padded)-of-\(count)\(suffix)"
  }
}
