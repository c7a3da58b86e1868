// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime

extension Call {
  /// The schedules of the learning rate.
  var schedules: [RateSchedule] { isNone("schedule") ? [] : choices("schedule") }

  /// The options of `train`, for this call of it or for a call with its defaults. The seed is not set.
  var trainingOptions: TrainingOptions { trainingOptions(validation: optionalData("validation")) }

  /// The options of `train` with other validation data.
  func trainingOptions(validation: DataSet?) -> TrainingOptions {
    var options = TrainingOptions(
      loss: optionalChoice("loss"), optimizer: choice("optimizer"),
      schedule: schedules, epochs: whole("epochs"),
      steps: optionalWhole("steps"), batch: whole("batch"), shuffle: boolean("shuffle"), clip: optionalChoice("clip"),
      penalty: optionalChoice("penalty"), recordEvery: optionalChoice("record"),
      recordBudget: min(whole("record_limit"), Int.max >> 20) << 20, unitsEvery: optionalChoice("units"),
      validation: validation, thresholds: thresholds)
    options.frozenLayers = frozenLayers
    return options
  }

  /// The layers that `freeze` names.
  private var frozenLayers: Set<Int> {
    let numbers = optionalNumber("freeze").map { [$0] } ?? (isNone("freeze") ? [] : numbers("freeze"))
    return Set(numbers.compactMap(Int.init(exactly:)))
  }

  /// The options of `pretrain`, for this call of it or for a call with its defaults. The seed is not set.
  var pretrainingOptions: PretrainingOptions {
    PretrainingOptions(
      epochs: whole("epochs"), rate: number("rate"), noise: number("noise"),
      decoder: .init(rawValue: string("decoder")) ?? .tied, batch: whole("batch"))
  }
}
