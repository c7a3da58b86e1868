// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Testing

@Suite struct DataGeneratorTests {
  static let names = DataGenerators.all.map(\.name)

  private func make(_ name: String, _ numbers: [Double], seed: UInt64 = 0) throws -> DataSet {
    let recipe = try #require(DataGenerators.all.first { $0.name == name })
    let rest = recipe.parameters.dropFirst(numbers.count).compactMap(\.defaultValue)
    return try recipe.make(numbers + rest).generate(RandomStream(seed: seed, purpose: .data))
  }

  @Test func listsEveryGenerator() {
    #expect(Self.names == ["gaussian", "xor", "circles", "moons", "spirals", "blobs", "sine"])
    for recipe in DataGenerators.all {
      #expect(recipe.parameters.first?.name == "n" && recipe.parameters.first?.defaultValue == nil)
      #expect(recipe.example.contains(recipe.name + "("))
      for parameter in recipe.parameters.dropFirst() {
        #expect(parameter.defaultValue.map { parameter.range.contains($0) } == true)
      }
    }
  }

  @Test(arguments: names)
  func isReproducibleAndStartsLikeAShorterSet(_ name: String) throws {
    let (long, short) = (try make(name, [101]), try make(name, [40]))
    #expect(long.name == name && long.samples == 101)
    #expect(try make(name, [101]).inputLists == long.inputLists)
    #expect(Array(long.inputLists.prefix(40)) == short.inputLists)
    #expect(Array(long.targetLists.prefix(40)) == short.targetLists)
    if name != "xor" { #expect(try make(name, [101], seed: 1).inputLists != long.inputLists) }
    #expect(try make(name, [1]).samples == 1)
  }

  @Test func drawsNormalNumbers() throws {
    let data = try make("gaussian", [20_000, 3, 2])
    #expect(data.inputWidth == 3 && data.outputWidth == 2 && !data.isClassification)
    for values in [data.inputLists.flatMap(\.self), data.targetLists.flatMap(\.self)] {
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      // Four standard errors at 40,000 values.
      #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.029)
    }
  }

  @Test func drawsTheTruthTableOfXor() throws {
    let data = try make("xor", [5])
    #expect(data.inputLists == [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]])
    #expect(data.labelNames == ["0", "1", "0", "1", "0"])
    let noisy = try make("xor", [4000, 0.1]).inputLists
    let deviations = zip(noisy, [[0.0, 0], [0, 1], [1, 1], [1, 0]].cycled(1000)).flatMap {
      [$0[0] - $1[0], $0[1] - $1[1]]
    }
    let variance = deviations.reduce(0) { $0 + $1 * $1 } / 8000
    #expect(abs(variance - 0.01) < 0.0007)
  }

  @Test func drawsCirclesMoonsAndSpirals() throws {
    func radius(_ row: [Double]) -> Double { (row[0] * row[0] + row[1] * row[1]).squareRoot() }
    let circles = try make("circles", [200, 0, 0.3])
    for (row, label) in zip(circles.inputLists, circles.labelNames) {
      #expect(abs(radius(row) - (label == "0" ? 1 : 0.3)) < 1e-14)
    }
    let moons = try make("moons", [200, 0])
    for (row, label) in zip(moons.inputLists, moons.labelNames) {
      #expect(abs(radius(label == "0" ? row : [row[0] - 1, row[1] - 0.5]) - 1) < 1e-14)
      #expect(label == "0" ? row[1] >= 0 : row[1] <= 0.5)
    }
    let spirals = try make("spirals", [300, 3, 0])
    #expect(spirals.classNames == ["0", "1", "2"])
    #expect(spirals.inputLists.allSatisfy { radius($0) <= 1 })
    // The samples are divided evenly among the three arms.
    for label in spirals.classNames { #expect(spirals.labelNames.count { $0 == label } == 100) }
  }

  @Test func drawsBlobsAroundTheirCentres() throws {
    let data = try make("blobs", [6000, 3, 4, 0.5])
    #expect(data.inputWidth == 4 && data.classNames.count == 3)
    for label in data.classNames {
      let rows = zip(data.inputLists, data.labelNames).filter { $0.1 == label }.map(\.0)
      #expect(rows.count == 2000)
      for column in 0..<4 {
        let values = rows.map { $0[column] }
        let mean = values.reduce(0, +) / 2000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
        #expect(abs(mean) < 10.1 && abs(variance - 0.25) < 0.032)
      }
    }
  }

  @Test func drawsASine() throws {
    let data = try make("sine", [500, 0])
    for (x, y) in zip(data.inputLists, data.targetLists) {
      #expect(abs(x[0]) <= Double.pi)
      #expect(abs(y[0] - sineSeries(x[0])) < 1e-13)
    }
  }

  /// Computes the sine by its Taylor series, with enough terms for arguments up to π.
  private func sineSeries(_ x: Double) -> Double {
    var (term, sum) = (x, x)
    for k in 1...20 {
      term *= -x * x / Double(2 * k * (2 * k + 1))
      sum += term
    }
    return sum
  }

  /// The error does not mention a file, because none is read.
  @Test(arguments: names)
  func throwsWhenAStopIsRequested(_ name: String) {
    let token = StopToken()
    token.request()
    let error = StopToken.$current.withValue(token) {
      dataError { () throws(DataError) in
        let recipe = DataGenerators.all.first { $0.name == name }!
        let numbers = [100] + recipe.parameters.dropFirst().compactMap(\.defaultValue)
        return try recipe.make(numbers).generate(RandomStream(seed: 0, purpose: .data))
      }
    }
    #expect(error == .stopped)
    #expect(error?.message.contains("cannot read") == false)
  }

  @Test func rejectsSetsThatAreTooLarge() {
    #expect(throws: DataError.tooLarge(name: "gaussian", values: 1.1e13, limit: 1 << 28)) {
      try make("gaussian", [1e7, 1e6, 1e5])
    }
    #expect(throws: DataError.self) { try make("blobs", [1e8, 3, 10]) }
  }
}

extension Array {
  fileprivate func cycled(_ times: Int) -> [Element] { Array(repeatElement(self, count: times).joined()) }
}
