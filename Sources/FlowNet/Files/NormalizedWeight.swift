// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A weight that PyTorch's `weight_norm` stores in two tensors: W = size·direction/‖direction‖, with a norm for each
/// row, for each column or for the whole weight; Salimans, Kingma 2016.
struct NormalizedWeight {
  /// The names of the two tensors.
  let size: String
  let direction: String
  /// The shape of the weight.
  let shape: [Int]

  /// Returns the weights of a file that are stored in this way, by the names they would have otherwise.
  static func all(in file: SafetensorsFile) -> [String: NormalizedWeight] {
    var weights: [String: NormalizedWeight] = [:]
    for (size, tensor) in file.tensors.untilStopped {
      let (path, kind) = FileLayer.split(size)
      guard let other = partners[kind] else { continue }
      let (name, direction) = (FileLayer.join(path, "weight"), FileLayer.join(path, other))
      guard file.tensors[name] == nil, let other = file.tensors[direction], tensor.type.isWeight, other.type.isWeight,
        other.shape.count == 2, fits(tensor.shape, other.shape)
      else { continue }
      weights[name] = NormalizedWeight(size: size, direction: direction, shape: other.shape)
    }
    return weights
  }

  /// The name of the direction for the name of the size, as written by `torch.nn.utils.weight_norm` and by its
  /// successor in `torch.nn.utils.parametrizations`.
  private static let partners = [
    "weight_g": "weight_v", "parametrizations.weight.original0": "parametrizations.weight.original1",
  ]

  private static func fits(_ size: [Int], _ direction: [Int]) -> Bool {
    size.allSatisfy { $0 == 1 }
      || size.count == direction.count && zip(size, direction).allSatisfy { $0 == 1 || $0 == $1 }
  }

  /// Returns the elements of the weight, row by row; fewer if a stop is requested.
  func numbers(in file: SafetensorsFile) -> [Double]? {
    guard let sizes = file.numbers(size), let directions = file.numbers(direction),
      let dimensions = file.tensors[size]?.shape, directions.count == shape.reduce(1, *)
    else { return nil }
    let columns = shape[1]
    let (hasRows, hasColumns) = dimensions.count == 2 ? (dimensions[0] > 1, dimensions[1] > 1) : (false, false)
    // Returns the index of the size of an element.
    func place(_ index: Int) -> Int {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      return (hasRows ? row : 0) * (hasColumns ? columns : 1) + (hasColumns ? column : 0)
    }
    var squares = [Double](repeating: 0, count: sizes.count)
    for index in directions.indices.untilStopped { squares[place(index)] += directions[index] * directions[index] }
    let factors = zip(sizes, squares).map { $0 / $1.squareRoot() }
    return directions.indices.untilStopped.map { directions[$0] * factors[place($0)] }
  }
}
