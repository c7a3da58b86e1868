// SPDX-License-Identifier: GPL-3.0-or-later

import FlowMath
import Foundation
import SeededRandom
import Testing

@Suite struct ElementaryDoubleTests {
  /// Compares with values computed with 60 digits. `elementary.py` documents the choice of arguments.
  @Test(arguments: ElementaryFunction.allCases)
  func isWithinTwoUnitsOfTheTable(_ function: ElementaryFunction) throws {
    let rows = try #require(try referenceTables("elementary.txt")[function.rawValue])
    #expect(rows.count >= 1600)
    var worst = 0.0
    for (row, y) in zip(rows, function.values(at: rows.map(\.argument))) {
      worst = max(worst, row.error(of: y))
    }
    #expect(worst <= 2)
  }

  #if arch(x86_64)
    @Test(arguments: ElementaryFunction.allCases)
    func isWithinTwoUnitsOfExtendedPrecision(_ function: ElementaryFunction) {
      var worst = WorstError<Double>()
      var generator = SeededGenerator(seed: 20)
      let x = (0..<1_000_000).map { draw(function, $0 % 4, &generator) }
      for (x, y) in zip(x, function.values(at: x)) {
        worst.add(y, truth: Truth.extended.value(function, Float80(x)), at: x)
      }
      #expect(worst.ulps <= 2, "\(function): \(worst)")
    }

    /// Draws an argument of one of four kinds: of order one, of order ten, over the whole range of the function, or any
    /// bit pattern.
    private func draw(_ function: ElementaryFunction, _ kind: Int, _ generator: inout SeededGenerator) -> Double {
      let signed = kind == 3 ? Double(bitPattern: generator.next()) : Double.random(in: -1...1, using: &generator)
      let x = kind == 3 ? signed : signed * (kind == 0 ? 1 : kind == 1 ? 10 : function == .normalCDF ? 39 : 746)
      switch function {
      case .log: return kind == 0 ? 1 + x / 2 : abs(x)
      case .log1p: return kind == 0 ? x : abs(x)
      default: return x
      }
    }
  #endif
}

/// A line in a reference table.
struct ReferenceValue {
  let argument, rounded: Double
  /// The true value less the rounded one, in units in the last place of the rounded value.
  let excess: Double

  /// Returns the distance of a computed value from the true one, in the same units.
  func error(of computed: Double) -> Double {
    abs((computed - rounded) / rounded.ulp - excess)
  }
}

/// Returns the tables of a file in the folder Reference by name. Lines before the first name belong to the empty name.
func referenceTables(_ file: String) throws -> [String: [ReferenceValue]] {
  let folder = Bundle.module.bundleURL.appendingPathComponent("Reference")
  var tables: [String: [ReferenceValue]] = [:]
  var name = ""
  for line in try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8).split(separator: "\n") {
    let fields = line.split(separator: " ")
    guard fields.count == 3 else {
      name = String(line)
      continue
    }
    tables[name, default: []].append(
      ReferenceValue(
        argument: Double(bitPattern: UInt64(fields[0], radix: 16)!),
        rounded: Double(bitPattern: UInt64(fields[1], radix: 16)!), excess: Double(fields[2])! / 1000))
  }
  return tables
}
