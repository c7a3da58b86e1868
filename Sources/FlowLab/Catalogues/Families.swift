// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Family {
  static let activation = Family("activation")
  static let initializer = Family("initializer")
  static let layer = Family("layer")
  static let loss = Family("loss")
  static let optimizer = Family("optimizer")
  static let penalty = Family("penalty")
  static let clip = Family("clip")
  static let schedule = Family("schedule")
  static let format = Family("format")
  static let recording = Family("recording")
}
