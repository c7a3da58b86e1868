// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The result of loading a file into a network.
public struct LoadedLayers {
  /// The order of the layers if it was derived from their names but is not certain, because the names of layers of equal
  /// shapes differ in more than one number.
  public let assumedOrder: [String]?
  /// The tensors and layers of the file that were not loaded, except for counters.
  public let unused: [String]
  /// The loaded tensors that are the same tensor in the file, and are now separate.
  public let tied: [(name: String, origin: String)]

  init(_ file: LayerFile, _ loaded: [FileLayer], assumedOrder: [String]?) {
    self.assumedOrder = assumedOrder
    let paths = Set(loaded.map(\.path))
    unused =
      file.layers.map(\.path).filter { !paths.contains($0) } + file.strays.keys.sortedUntilStopped(by: <) + file.unused
    tied = file.tied.filter { paths.contains(FileLayer.split($0.name).path) }
  }
}
