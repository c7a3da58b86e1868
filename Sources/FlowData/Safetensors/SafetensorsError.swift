// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a file could not be read as a safetensors file.
public struct SafetensorsError: Error, Equatable, Sendable {
  /// What is wrong and where, without a full stop.
  public let message: String
  /// The way to fix it.
  public let hint: String

  /// A stop was requested while the file was read.
  static let stopped = SafetensorsError(message: "stopped", hint: "")

  /// The file has another format.
  static func foreign(_ detail: String) -> SafetensorsError {
    SafetensorsError(
      message: "this is not a safetensors file: \(detail)", hint: "save(net, \"net.safetensors\") makes one")
  }

  /// The file does not hold what its header says.
  static func damaged(_ detail: String) -> SafetensorsError {
    SafetensorsError(message: "the file is damaged: \(detail)", hint: "fetch it again")
  }

  /// A field of a tensor's entry is wrong.
  static func tensor(_ name: String, _ field: String, _ detail: String) -> SafetensorsError {
    damaged("tensor '\(name.shortened)', \(field): \(detail)")
  }
}
