// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Generated data sets with classes, most of them points in the plane.
extension DataGenerators {
  static let xor = Recipe<DataGenerator>(
    "xor", "the four corners of the unit square in turn, in class 1 if exactly one coordinate is 1",
    parameters: [count, noise(0, "the inputs")],
    example: "xor(200, noise: 0.1)", source: "Minsky and Papert, Perceptrons, 1969"
  ) { numbers in
    let noise = numbers[1]
    return classification("xor", samples: numbers[0], classes: 2) { sample, label, stream, row in
      // The labels alternate, so the order of the corners is 00, 01, 11, 10.
      let first = sample >> 1 & 1
      row += [Double(first) + noise * stream.normal(), Double(first ^ label) + noise * stream.normal()]
    }
  }

  static let circles = Recipe<DataGenerator>(
    "circles", "two concentric circles, one class each",
    parameters: [
      count, noise(0.05, "the inputs"),
      RecipeParameter("factor", 0.5, in: 0...1, open: true, "radius of the inner circle; that of the outer one is 1"),
    ],
    example: "circles(400, noise: 0.1)", source: "class 0 at radius 1, class 1 at radius factor, angle ~ U(0, 2π)"
  ) { numbers in
    let (noise, factor) = (numbers[1], numbers[2])
    return classification("circles", samples: numbers[0], classes: 2) { _, label, stream, row in
      let point = onCircle(turn: stream.uniform(), radius: label == 0 ? 1 : factor)
      row += [point.x + noise * stream.normal(), point.y + noise * stream.normal()]
    }
  }

  static let moons = Recipe<DataGenerator>(
    "moons", "two interleaving half circles, one class each",
    parameters: [count, noise(0.1, "the inputs")],
    example: "moons(400, noise: 0.2)",
    source: "class 0 at (cos t, sin t), class 1 at (1 - cos t, 1/2 - sin t), t ~ U(0, π)"
  ) { numbers in
    let noise = numbers[1]
    return classification("moons", samples: numbers[0], classes: 2) { _, label, stream, row in
      let point = onCircle(turn: stream.uniform() / 2, radius: 1)
      let (x, y) = label == 0 ? (point.x, point.y) : (1 - point.x, 0.5 - point.y)
      row += [x + noise * stream.normal(), y + noise * stream.normal()]
    }
  }

  static let spirals = Recipe<DataGenerator>(
    "spirals", "spiral arms around the origin, one class each",
    parameters: [
      count,
      RecipeParameter("arms", 2, in: 2...100, whole: true, "number of arms"),
      noise(0.02, "the inputs"),
    ],
    example: "spirals(600, arms: 3)",
    source: "radius r, angle 2π(3r/2 + k/arms) in arm k, r² ~ U(0, 1); two arms after Lang and Witbrock, 1988"
  ) { numbers in
    let (arms, noise) = (numbers[1], numbers[2])
    return classification("spirals", samples: numbers[0], classes: arms) { _, label, stream, row in
      // The square root spreads the points roughly evenly along the arm.
      let radius = stream.uniform().squareRoot()
      let turn = 1.5 * radius + Double(label) / arms
      let point = onCircle(turn: turn - turn.rounded(.down), radius: radius)
      row += [point.x + noise * stream.normal(), point.y + noise * stream.normal()]
    }
  }

  static let blobs = Recipe<DataGenerator>(
    "blobs", "normally distributed clusters around random centres, one class each",
    parameters: [
      count,
      RecipeParameter("classes", 3, in: 1...1000, whole: true, "number of clusters"),
      RecipeParameter("inputs", 2, in: 1...1e5, whole: true, "number of inputs"),
      RecipeParameter("spread", 1, in: 0...1e6, "standard deviation of a cluster"),
    ],
    example: "blobs(300, classes: 4)", source: "centres ~ U(-10, 10) in every coordinate, x ~ N(centre, spread²)"
  ) { numbers in
    let (inputs, spread) = (Int(numbers[2]), numbers[3])
    let centreCount = Int(numbers[1]) * inputs
    return DataGenerator(name: "blobs", size: (numbers[0] + numbers[1]) * (numbers[2] + 1)) { stream in
      var stream = stream
      let centres = (0..<centreCount).untilStopped.map { _ in stream.uniform(in: -10..<10) }
      let clouds = classification("blobs", samples: numbers[0], inputs: numbers[2], classes: numbers[1]) {
        _, label, stream, row in
        for column in 0..<inputs { row.append(centres[label * inputs + column] + spread * stream.normal()) }
      }
      return clouds.draw(stream)
    }
  }

  /// Returns the point on a circle around the origin after a fraction of a full turn, in 0...1.
  private static func onCircle(turn: Double, radius: Double) -> (x: Double, y: Double) {
    let angle = 2 * Double.pi * turn
    return (radius * Real.cos(angle), radius * Real.sin(angle))
  }
}
