// SPDX-License-Identifier: GPL-3.0-or-later

/// An array of state as a kernel declares it: numbers that are kept from one training step to the next and that are not
/// trained, such as the running means of a batch normalisation.
struct StateSpec: Sendable {
  /// The name in files, after the path of the kernel. It is that of PyTorch.
  let name: String
  let count: Int
  /// The number that every element has at the start.
  let start: Double
}
