// SPDX-License-Identifier: GPL-3.0-or-later

/// The format of the MNIST family: two zero bytes, a code for the type of the values, the number of dimensions, each
/// dimension as 32 bits with the highest byte first, then the values. Source: yann.lecun.com/exdb/mnist.
private struct IDXFile {
  /// The number of items that the header announces.
  let announced: Int
  /// The number of values of one item.
  let width: Int
  /// The values of the items read.
  let values: [UInt8]

  /// Reads a file of bytes, plain or gzipped, or its first `limit` items.
  init(path: String, limit: Int = .max, expected: String, accepts: (_ dimensions: Int) -> Bool) throws(DataError) {
    let magic = try DataFile.read(path, limit: 4)
    guard !magic.isEmpty else { throw .emptyFile(path: path) }
    // 8 is the code of unsigned bytes, the only type that images and labels come in.
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, magic[2] == 8 else {
      throw .wrongMagic(path: path, found: magic)
    }
    let rank = Int(magic[3])
    guard accepts(rank) else { throw .wrongDimensions(path: path, found: rank, expected: expected) }
    let headSize = 4 + 4 * rank
    let head = try DataFile.read(path, limit: headSize)
    guard head.count == headSize else { throw .wrongSize(path: path, expected: headSize, found: head.count) }
    let dimensions = (1...rank).map { axis in head[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) } }
    let count = min(dimensions[0], limit)
    let width = Self.product(dimensions.dropFirst())
    let expectedSize = headSize + Self.product([count, width])
    var bytes = try DataFile.read(path, limit: count < dimensions[0] ? expectedSize : .max)
    guard bytes.count == expectedSize else {
      throw .wrongSize(path: path, expected: expectedSize, found: bytes.count)
    }
    guard bytes.count > headSize else { throw .noRows(path: path) }
    bytes.removeFirst(headSize)
    self.announced = dimensions[0]
    self.width = width
    self.values = bytes
  }

  /// The product of dimensions, or half the largest number where a damaged header announces more than any file holds.
  private static func product(_ dimensions: some Sequence<Int>) -> Int {
    dimensions.reduce(1) { product, dimension in
      let (exact, overflow) = product.multipliedReportingOverflow(by: dimension)
      return overflow ? Int.max / 2 : exact
    }
  }
}

extension DataSet {
  /// Reads images and their labels from two IDX files of bytes, plain or gzipped. Pixels are scaled to 0...1.
  ///
  /// - Parameters:
  ///   - limit: read only so many samples, from the first on.
  ///   - classes: the names of the classes; they are the numbers from 0 on where none are given.
  public static func idx(
    images imagePath: String, labels labelPath: String, limit: Int? = nil, classes: [String] = [],
    name: String = "idx"
  ) throws(DataError) -> DataSet {
    if let limit, limit < 1 { throw .noSamples(name: name, asked: limit) }
    let labels = try IDXFile(path: labelPath, expected: "1, as labels have") { $0 == 1 }
    let images = try IDXFile(path: imagePath, limit: limit ?? .max, expected: "2 or more, as images have") { $0 >= 2 }
    guard images.announced == labels.announced else {
      throw .unequalCounts(images: images.announced, labels: labels.announced)
    }
    // All labels are looked at, so that the classes do not depend on the limit.
    let count = Int(labels.values.max() ?? 0) + 1
    return DataSet(
      name: name, values: .bytes(images.values, divisor: 255), inputNames: numbered("p", images.width),
      targets: .classes(
        labels: labels.values.prefix(limit ?? .max).map(Int32.init),
        names: classes.count >= count ? classes : (0..<count).map(String.init)))
  }
}
