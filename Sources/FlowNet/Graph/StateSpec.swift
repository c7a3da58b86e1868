// SPDX-License-Identifier: GPL-3.0-or-later

/// A kernel's declaration of a state array: numbers that persist from one training step to the next but are not
/// trained, such as the running means of a batch normalisation.
struct StateSpec: Sendable {
  /// The name in files, after the path of the kernel. It is the name that PyTorch uses.
  let name: String
  let count: Int
  /// The initial value of every element.
  let start: Double
}
