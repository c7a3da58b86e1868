// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Generates a data set from a stream of random numbers.
public struct DataGenerator: Sendable {
  /// The name of the generated sets.
  let name: String
  /// The number of values in a set.
  let size: Double
  let draw: @Sendable (RandomStream) -> DataSet

  /// The maximum number of values in a set, which take 2 GiB.
  static let limit = 1 << 28

  /// Generates the data set for a stream, which is always the same for the same stream. Throws if the set would be too
  /// large, the system refuses the memory, or a stop is requested.
  public func generate(_ stream: RandomStream) throws(DataError) -> DataSet {
    guard size <= Double(Self.limit) else { throw .tooLarge(name: name, values: size, limit: Self.limit) }
    // Memory for the set, and for a copy while it is built.
    try requireMemory(2 * size * Double(MemoryLayout<Double>.stride), orThrow: DataError.outOfMemory)
    let set = draw(stream)
    if StopToken.current.isRequested { throw .stopped }
    return set
  }
}

/// The randomly generated data sets.
///
/// A sample depends only on the stream and its own index, so a longer set starts with the samples of a shorter one.
public enum DataGenerators {
  /// All generators. The shell and the reference are built from this list.
  public static let all: [Recipe<DataGenerator>] = [gaussian, xor, circles, moons, spirals, blobs, sine]

  static let count = RecipeParameter("n", in: 1...1e8, whole: true, "number of samples")

  static func noise(_ defaultValue: Double, _ what: String) -> RecipeParameter {
    RecipeParameter("noise", defaultValue, in: 0...1e6, "standard deviation of the normal noise on \(what)")
  }

  /// Returns a generator of sets with numeric targets. `draw` appends the inputs of a sample and then its targets.
  static func regression(
    _ name: String, samples: Double, inputs: Double, outputs: Double,
    draw: @escaping @Sendable (_ sample: Int, inout RandomStream, inout [Double]) -> Void
  ) -> DataGenerator {
    DataGenerator(name: name, size: samples * (inputs + outputs)) { stream in
      let (inputWidth, outputWidth) = (Int(inputs), Int(outputs))
      var stream = stream
      var (allInputs, allTargets): ([Double], [Double]) = ([], [])
      allInputs.reserveCapacity(Int(samples) * inputWidth)
      allTargets.reserveCapacity(Int(samples) * outputWidth)
      var row: [Double] = []
      for sample in (0..<Int(samples)).untilStopped {
        row.removeAll(keepingCapacity: true)
        draw(sample, &stream, &row)
        allInputs += row[..<inputWidth]
        allTargets += row[inputWidth...]
      }
      return DataSet(
        name: name, inputs: allInputs, inputWidth: inputWidth, targets: allTargets, outputWidth: outputWidth)
    }
  }

  /// Returns a generator of sets whose classes alternate from sample to sample. `draw` appends the inputs of a sample.
  static func classification(
    _ name: String, samples: Double, inputs: Double = 2, classes: Double,
    draw: @escaping @Sendable (_ sample: Int, _ label: Int, inout RandomStream, inout [Double]) -> Void
  ) -> DataGenerator {
    DataGenerator(name: name, size: samples * (inputs + 1)) { stream in
      var stream = stream
      var values: [Double] = []
      values.reserveCapacity(Int(samples * inputs))
      let classCount = Int(classes)
      for sample in (0..<Int(samples)).untilStopped { draw(sample, sample % classCount, &stream, &values) }
      let drawn = Int32(values.count / Int(inputs))
      return DataSet(
        name: name, inputs: values, inputWidth: Int(inputs), labels: (0..<drawn).map { $0 % Int32(classCount) },
        classes: (0..<classCount).map(String.init))
    }
  }
}
