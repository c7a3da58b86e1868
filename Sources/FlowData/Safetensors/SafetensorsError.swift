// SPDX-License-Identifier: GPL-3.0-or-later

/// An error in reading a safetensors file.
public struct SafetensorsError: Error, Equatable, Sendable {
  /// A description of the error and its place, without a full stop at the end.
  public let message: String
  /// How to fix the error.
  public let hint: String

  /// Returns an error for a file in another format.
  static func foreign(_ detail: String) -> SafetensorsError {
    SafetensorsError(
      message: "this is not a safetensors file: \(detail)",
      hint: "create one with save(net, \"net.safetensors\"), or in Python with "
        + "safetensors.torch.save_file(model.state_dict(), \"net.safetensors\")")
  }

  /// Returns an error for a file with a wrong header or missing data.
  static func damaged(_ detail: String) -> SafetensorsError {
    SafetensorsError(message: "the file is damaged: \(detail)", hint: "fetch it again")
  }

  /// Returns an error for a wrong field in a tensor's entry.
  static func tensor(_ name: String, _ field: String, _ detail: String) -> SafetensorsError {
    damaged("tensor '\(name.shortened)', \(field): \(detail)")
  }
}

extension SafetensorsError: JSONFailure {
  /// A stop was requested while reading the file.
  package static let stopped = SafetensorsError(message: "stopped", hint: "")

  package static func json(_ detail: String, at byte: Int) -> SafetensorsError {
    .damaged("byte \(byte) of the header: \(detail)")
  }
}
