// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Testing

@Suite struct DataScalingTests {
  /// Targets with the means 20 and 5 and the deviations √50 and 0.
  private let data = DataSet(
    name: "d", inputs: [1, 2, 3, 4], inputWidth: 1, targets: [10, 5, 20, 5, 20, 5, 30, 5], outputWidth: 2)

  @Test func standardizesTargets() throws {
    let scaled = try data.standardized(targets: true)
    let unit = 50.0.squareRoot()
    for (row, wanted) in zip(scaled.targetLists, [-10 / unit, 0, 0, 10 / unit]) {
      #expect(abs(row[0] - wanted) < 1e-15 && row[1] == 0)
    }
    #expect(abs(scaled.targetUnits[0] - unit) < 1e-14 && scaled.targetUnits[1] == 1)
    for sample in 0..<4 {
      for (restored, original) in zip(scaled.originalTargets(ofSample: sample), data.targets(ofSample: sample)) {
        #expect(abs(restored - original) < 1e-13)
      }
    }
    #expect(scaled.summary == "d: 4 samples, 1 input, 2 targets, standardized, targets standardized")
    #expect(scaled.inputLists == data.standardized().inputLists)
  }

  /// Scalings by factors add up, and the set remembers the unit before the first of them.
  @Test func scalesByFactors() throws {
    let scaled = try data.scaled(inputs: .factors([10]), targets: .factors([0.5, 2]))
    #expect(scaled.inputLists == [[10], [20], [30], [40]])
    #expect(scaled.targetLists == [[5, 10], [10, 10], [10, 10], [15, 10]])
    #expect(scaled.targetUnits == [2, 0.5])
    #expect(scaled.summary == "d: 4 samples, 1 input, 2 targets, inputs scaled, targets scaled")
    let twice = try scaled.scaled(inputs: .factors([-0.5]), targets: .factors([4]))
    #expect(twice.inputLists == [[-5], [-10], [-15], [-20]])
    #expect(twice.targetLists == [[20, 40], [40, 40], [40, 40], [60, 40]])
    #expect(twice.originalTargets(ofSample: 3) == [30, 5])
    let standardized = try twice.standardized(targets: true)
    let direct = try data.standardized(targets: true)
    for (row, wanted) in zip(standardized.targetLists, direct.targetLists) { #expect(abs(row[0] - wanted[0]) < 1e-14) }
    #expect(abs(standardized.originalTargets(ofSample: 3)[0] - 30) < 1e-13)
    #expect(standardized.inputLists == direct.inputLists)
    let factor = try standardized.scaled(inputs: .factors([2]))
    #expect(zip(factor.inputLists, direct.inputLists).allSatisfy { abs($0[0] - 2 * $1[0]) < 1e-15 })
  }

  /// A test set must be scaled by the numbers of its training set, whatever its own scaling is.
  @Test func scalesLikeAnotherSet() throws {
    let train = data.subset([0, 3])
    let test = data.subset([1])
    let scaled = try test.standardized(like: train, targets: true)
    // The mean is 20 and the deviation 10; the inputs have the mean 2.5 and the deviation 1.5.
    #expect(scaled.targetLists == [[0, 0]])
    #expect(abs(scaled.inputs(ofSample: 0)[0] + 0.5 / 1.5) < 1e-15)
    let other = try test.scaled(targets: .factors([100]))
      .standardized(like: train.standardized(targets: true), targets: true)
    #expect(abs(other.targets(ofSample: 0)[0]) < 1e-15)
    #expect(other.targetScaling == (try train.standardized(targets: true)).targetScaling)
  }

  /// Inputs or targets that are not scaled in the other set lose their own scaling.
  @Test func adoptsTheScalingOfAnotherSet() throws {
    let train = try data.subset([0, 3]).scaled(targets: .standard)
    let test = try data.subset([1]).scaled(inputs: .factors([7]), targets: .factors([3])).scaled(like: train)
    #expect(test.inputLists == [[2]] && test.targetScaling == train.targetScaling)
    #expect(abs(test.targets(ofSample: 0)[0]) < 1e-15)
    let restored = try test.scaled(like: data)
    #expect(restored.targetScaling == nil && restored.inputScaling == nil)
    #expect(restored.inputLists == [[2]] && restored.targetLists == [[20, 5]])
    let classes = DataSet(name: "c", inputs: [1, 3], inputWidth: 1, labels: [0, 1], classes: ["a", "b"])
    #expect(try classes.scaled(like: classes.standardized()).inputLists == [[-1], [1]])
  }

  @Test func keepsTheScalingInParts() throws {
    let scaled = try data.standardized(targets: true)
    #expect(scaled.subset([2, 1]).targetScaling == scaled.targetScaling)
    #expect(try scaled.take(2).targetUnits == scaled.targetUnits)
    #expect(data.targetUnits == [1, 1])
  }

  @Test func explainsWhatCannotBeScaled() {
    let classes = DataSet(name: "c", inputs: [1, 2], inputWidth: 1, labels: [0, 1], classes: ["a", "b"])
    #expect(classes.targetUnits.isEmpty)
    #expect(throws: DataError.classTargets(name: "c")) { try classes.standardized(targets: true) }
    #expect(throws: DataError.classTargets(name: "c")) { try classes.scaled(targets: .factors([2])) }
    #expect(throws: DataError.wrongFactors(part: "targets", expected: 2, found: 3)) {
      try data.scaled(targets: .factors([1, 2, 3]))
    }
    #expect(throws: DataError.badFactor(part: "inputs", factor: 0)) { try data.scaled(inputs: .factors([0])) }
    #expect(throws: DataError.unlikeTargets(name: "e", targets: 1, other: 2)) {
      try DataSet(name: "e", inputs: [1], inputWidth: 1, targets: [1], outputWidth: 1)
        .standardized(like: data, targets: true)
    }
  }
}
