// SPDX-License-Identifier: GPL-3.0-or-later

extension DataSet {
  /// The two parts of Fashion-MNIST.
  public enum FashionMNISTPart: String, Sendable, CaseIterable {
    /// 60,000 images.
    case train
    /// 10,000 images.
    case test

    /// The prefix of the file names.
    var prefix: String {
      switch self {
      case .train: "train"
      case .test: "t10k"
      }
    }
  }

  /// The system package that contains the files.
  public static let fashionMNISTPackage = "dataset-fashion-mnist"

  /// Reads images of clothes, 28 × 28 pixels scaled to 0...1, in ten classes. Source: Xiao, Rasul, Vollgraf,
  /// "Fashion-MNIST", arXiv:1708.07747, 2017.
  ///
  /// - Parameter limit: The number of samples to read from the start, or nil to read all of them.
  public static func fashionMNIST(
    _ part: FashionMNISTPart, limit: Int? = nil, locator: DataLocator = .current
  ) throws(DataError) -> DataSet {
    let files = try locator.locate(
      ["\(part.prefix)-images-idx3-ubyte", "\(part.prefix)-labels-idx1-ubyte"], inFolder: "fashion-mnist",
      ofPackage: fashionMNISTPackage)
    return try idx(
      images: files[0], labels: files[1], limit: limit,
      classes: [
        "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
      ],
      name: "fashion_mnist")
  }
}
