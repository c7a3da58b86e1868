// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Generated data sets with numeric targets.
extension DataGenerators {
  static let gaussian = Recipe<DataGenerator>(
    "gaussian", "inputs and targets drawn independently from the standard normal distribution",
    parameters: [
      count,
      RecipeParameter("inputs", 1, in: 1...1e6, whole: true, "number of inputs"),
      RecipeParameter("outputs", 1, in: 1...1e6, whole: true, "number of targets"),
    ],
    example: "gaussian(256, 10, 2)", source: "x, y ~ N(0, 1)"
  ) { numbers in
    let width = Int(numbers[1] + numbers[2])
    return regression("gaussian", samples: numbers[0], inputs: numbers[1], outputs: numbers[2]) { _, stream, row in
      for _ in 0..<width { row.append(stream.normal()) }
    }
  }

  static let sine = Recipe<DataGenerator>(
    "sine", "one period of a sine wave, with noise",
    parameters: [count, noise(0.1, "the target")],
    example: "sine(200, noise: 0.05)", source: "x ~ U(-π, π), y = sin x + noise · N(0, 1)"
  ) { numbers in
    let noise = numbers[1]
    return regression("sine", samples: numbers[0], inputs: 1, outputs: 1) { _, stream, row in
      let x = (2 * stream.uniform() - 1) * Double.pi
      row += [x, Real.sin(x) + noise * stream.normal()]
    }
  }

  /// Generates the data set `gaussian`: inputs, samples × `inputs`, and targets, samples × `outputs`, drawn from the
  /// standard normal distribution. Throws like `DataGenerator.generate(_:)`.
  public static func standardNormal(
    _ samples: Int, inputs: Int, outputs: Int, _ stream: RandomStream
  ) throws(DataError) -> DataSet {
    let generator = gaussian.make([Double(samples), Double(inputs), Double(outputs)])
    return try generator.generate(stream)
  }
}
