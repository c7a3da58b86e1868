// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Testing

@Suite struct DataSetTests {
  /// Five samples with two inputs, of which the second is constant.
  private let numbers = DataSet(
    name: "numbers", inputs: [1, 7, 2, 7, 3, 7, 4, 7, 10, 7], inputWidth: 2,
    targets: [0.5, -1, 1.5, -2, 2.5, -3, 3.5, -4, 4.5, -5], outputWidth: 2)
  private let classes = DataSet(
    name: "classes", inputs: [1, 2, 3, 4], inputWidth: 1, labels: [1, 0, 1, 1], classes: ["no", "yes"])

  @Test func reportsItsShape() {
    #expect(numbers.samples == 5 && numbers.inputWidth == 2 && numbers.outputWidth == 2)
    #expect(!numbers.isClassification && numbers.classNames.isEmpty && numbers.labelNames.isEmpty)
    #expect(numbers.summary == "numbers: 5 samples, 2 inputs, 2 targets")
    #expect(numbers.inputNames == ["x1", "x2"])
    #expect(numbers.fits(outputs: 2) && !numbers.fits(outputs: 1))
    #expect(classes.summary == "classes: 4 samples, 1 input, 2 classes (no, yes)")
    #expect(classes.fits(outputs: 2) && classes.fits(outputs: 1) && !classes.fits(outputs: 3))
    #expect(classes.labelNames == ["yes", "no", "yes", "yes"])
    #expect(classes.targetLists == [[0, 1], [1, 0], [0, 1], [0, 1]])
  }

  @Test func gathersChosenRowsInBothPrecisions() {
    func gather<E: BinaryFloatingPoint>(_: E.Type) -> ([E], [E]) {
      var (inputs, targets) = ([E](repeating: -9, count: 7), [E](repeating: -9, count: 7))
      let rows: [Int32] = [4, 0, 4]
      rows.withUnsafeBufferPointer {
        numbers.gatherInputs($0, into: &inputs)
        numbers.gatherTargets($0, outputs: 2, into: &targets)
      }
      return (inputs, targets)
    }
    let (inputs, targets) = gather(Float.self)
    #expect(inputs == [10, 7, 1, 7, 10, 7, -9])
    #expect(targets == [4.5, -5, 0.5, -1, 4.5, -5, -9])
    #expect(gather(Double.self) == (inputs.map(Double.init), targets.map(Double.init)))
  }

  @Test func gathersIntoPaddedRows() {
    var (inputs, targets) = ([Float](repeating: -9, count: 6), [Float](repeating: -9, count: 6))
    let standardized = numbers.standardized()
    numbers.gatherInputs(1..<3, into: &inputs, stride: 3)
    #expect(inputs == [2, 7, -9, 3, 7, -9])
    standardized.gatherInputs(2..<4, into: &inputs, stride: 3)
    #expect(inputs[1...2] == [0, -9] && inputs[4...5] == [0, -9])
    numbers.gatherTargets(1..<3, outputs: 2, into: &targets, stride: 3)
    #expect(targets == [1.5, -2, -9, 2.5, -3, -9])
    classes.gatherTargets(1..<3, outputs: 2, into: &targets, stride: 3)
    #expect(targets == [1, 0, -9, 0, 1, -9])
  }

  @Test func gathersTwoClassesIntoOneColumn() {
    var column = [Float](repeating: -1, count: 3)
    classes.gatherTargets(1..<4, outputs: 1, into: &column)
    #expect(column == [0, 1, 1])
  }

  /// Every byte divided by every divisor must be correctly rounded.
  @Test func dividesBytesCorrectly() {
    let labels = [Int32](repeating: 0, count: 256)
    for divisor in 1...255 as ClosedRange<UInt8> {
      let data = DataSet(
        name: "bytes", values: .bytes(Array(0...255), divisor: divisor), inputNames: ["x"],
        targets: .classes(labels: labels, names: ["0"]))
      var single = [Float](repeating: -1, count: 256)
      var double = [Double](repeating: -1, count: 256)
      data.gatherInputs(0..<256, into: &single)
      data.gatherInputs(0..<256, into: &double)
      #expect(single == (0...255).map { Float($0) / Float(divisor) })
      #expect(double == (0...255).map { Double($0) / Double(divisor) })
    }
  }

  @Test func takesTheFirst() throws {
    #expect(try numbers.take(2).inputLists == [[1, 7], [2, 7]])
    #expect(try numbers.take(2).targetLists == [[0.5, -1], [1.5, -2]])
    #expect(try numbers.take(99).samples == 5)
    #expect(throws: DataError.noSamples(name: "numbers", asked: 0)) { try numbers.take(0) }
  }

  @Test func splitsCompletelyAndReproducibly() throws {
    let whole = DataSet(
      name: "n", inputs: (0..<1000).map(Double.init), inputWidth: 1, targets: (0..<1000).map { Double($0) * 2 },
      outputWidth: 1)
    let (train, test) = try whole.split(0.8, RandomStream(seed: 3, purpose: .split))
    #expect(train.samples == 800 && test.samples == 200)
    let all = train.inputLists.map { $0[0] } + test.inputLists.map { $0[0] }
    #expect(all.sorted() == (0..<1000).map(Double.init))
    #expect(all != all.sorted())
    #expect(zip(all, (train.targetLists + test.targetLists)).allSatisfy { $0 * 2 == $1[0] })
    #expect(try whole.split(0.8, RandomStream(seed: 3, purpose: .split)).test.inputLists == test.inputLists)
    #expect(try whole.split(0.8, RandomStream(seed: 4, purpose: .split)).test.inputLists != test.inputLists)
    // A random fifth of 0..<1000 has a mean within four standard errors of 499.5.
    #expect(abs(test.inputLists.reduce(0) { $0 + $1[0] } / 200 - 499.5) < 73)
  }

  @Test(arguments: [0.0, 1, -0.5, 1.5, 0.01, 0.99, .nan, .infinity])
  func rejectsEmptyParts(_ fraction: Double) {
    #expect(throws: DataError.self) { try numbers.split(fraction, RandomStream(seed: 0, purpose: .split)) }
  }

  @Test func shufflesWholeRows() {
    let shuffled = numbers.shuffled(RandomStream(seed: 1, purpose: .split))
    #expect(shuffled.inputLists != numbers.inputLists)
    let pairs = zip(shuffled.inputLists, shuffled.targetLists).sorted { $0.0[0] < $1.0[0] }
    #expect(pairs.map(\.0) == numbers.inputLists && pairs.map(\.1) == numbers.targetLists)
    #expect(numbers.shuffled(RandomStream(seed: 1, purpose: .split)).inputLists == shuffled.inputLists)
  }

  @Test func standardizesColumns() {
    let standardized = numbers.standardized()
    // Mean 4 and variance 10; the constant column becomes 0.
    let scale = 10.0.squareRoot()
    for (row, x) in zip(standardized.inputLists, [1.0, 2, 3, 4, 10]) {
      #expect(abs(row[0] - (x - 4) / scale) < 1e-15)
      #expect(row[1] == 0)
    }
    #expect(standardized.targetLists == numbers.targetLists)
    #expect(standardized.summary == "numbers: 5 samples, 2 inputs, 2 targets, standardized")
    #expect(standardized.standardized().inputLists == standardized.inputLists)
    let shuffled = standardized.shuffled(RandomStream(seed: 0, purpose: .split))
    #expect(shuffled.inputScaling == standardized.inputScaling)
    var single = [Float](repeating: 0, count: 2)
    standardized.gatherInputs(4..<5, into: &single)
    #expect(single == [Float(standardized.inputs(ofSample: 4)[0]), 0])
  }

  @Test func standardizesATestSetLikeItsTrainingSet() throws {
    let train = try numbers.take(2)
    let test = numbers.subset([4])
    // Mean 1.5 and deviation 0.5; an input that is constant in the training set becomes 0.
    #expect(try test.standardized(like: train).inputLists == [[17, 0]])
    #expect(try test.standardized(like: train.standardized()).inputLists == [[17, 0]])
    #expect(
      throws: DataError.unlikeInputs(name: "classes", inputs: 1, other: "numbers", otherInputs: 2)
    ) { try classes.standardized(like: numbers) }
  }

  /// A mean that is a billion times the deviation must not make the deviation inaccurate. A column of 0.1 must be
  /// recognized as constant, although 0.1 is not a binary fraction.
  @Test func standardizesHardColumns() {
    let data = DataSet(
      name: "hard", inputs: (0..<1000).flatMap { [1e9 + Double($0 % 2), 0.1] }, inputWidth: 2,
      targets: [Double](repeating: 0, count: 1000), outputWidth: 1)
    #expect(data.standardized().inputLists.prefix(4) == [[-1, 0], [1, 0], [-1, 0], [1, 0]])
  }

  /// The squares of these numbers would be 0 or infinite.
  @Test func standardizesBeyondTheRangeOfSquares() {
    for size in [1e-200, 1e200, 1e308] {
      let data = DataSet(
        name: "far", inputs: [-size, size], inputWidth: 1, targets: [0, 0], outputWidth: 1)
      for (row, expected) in zip(data.standardized().inputLists, [-1.0, 1]) {
        #expect(abs(row[0] - expected) < 1e-15)
      }
    }
  }
}
