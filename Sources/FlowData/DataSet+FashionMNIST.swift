// SPDX-License-Identifier: GPL-3.0-or-later

extension DataSet {
  /// The two parts that Fashion-MNIST is published in.
  public enum FashionMNISTPart: String, Sendable, CaseIterable {
    /// 60,000 images.
    case train
    /// 10,000 images.
    case test

    /// What the names of the files begin with.
    var prefix: String {
      switch self {
      case .train: "train"
      case .test: "t10k"
      }
    }
  }

  /// The system package that holds the files.
  public static let fashionMNISTPackage = "dataset-fashion-mnist"

  /// Images of clothes, 28 × 28 pixels scaled to 0...1, in ten classes. Source: Xiao, Rasul, Vollgraf, "Fashion-MNIST",
  /// arXiv:1708.07747, 2017.
  ///
  /// - Parameter limit: The number of samples to read, from the first on; nil reads all of them.
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
