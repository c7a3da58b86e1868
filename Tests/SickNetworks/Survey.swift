// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

/// Random networks, healthy and with faults, and what `diagnose` says about them.
package struct Survey {
  /// The thresholds of the language.
  private static let thresholds = RunThresholds(
    network: DiagnosisThresholds(flow: Fixture.thresholds, scale: 30), jump: 3, leap: 0.3, stall: 0.02, drift: 0.01)
  /// The seeds of healthy networks, whose spread matters, and of sick ones.
  private static let seeds: ClosedRange<UInt64> = 1...10
  private static let fewSeeds: ClosedRange<UInt64> = 1...5
  /// The number of faults that are planted into each healthy network.
  private static let faults = 4
  /// Remedies are slow to try, so they are tried on the sick networks of every eighth setup.
  private static let curedSetups = 8

  /// Draws the given number of setups and examines those that are healthy, each alone and with faults. The result
  /// depends only on the seed.
  ///
  /// - Parameter kinds: The kinds of faults to plant; empty for all.
  package static func examine(
    setups: Int, seed: UInt64, kinds: [String] = [], threads: Int
  ) async throws -> [Examined] {
    let kinds = kinds.isEmpty ? FaultKind.allCases : kinds.compactMap(FaultKind.init)
    return try await withThrowingTaskGroup(of: (Int, [Examined]).self) { group in
      var found = [[Examined]](repeating: [], count: setups)
      var next = 0
      func add() {
        guard next < setups else { return }
        let number = next
        next += 1
        group.addTask { (number, try examine(setup: number, seed, kinds)) }
      }
      for _ in 0..<threads { add() }
      while let (number, some) = try await group.next() {
        found[number] = some
        add()
      }
      return found.flatMap(\.self)
    }
  }

  /// Examines one setup and its faults; nothing if it is not healthy.
  private static func examine(setup number: Int, _ seed: UInt64, _ all: [FaultKind]) throws -> [Examined] {
    var stream = RandomStream(seed: seed, purpose: .data, index: UInt64(number))
    let pool = ThreadPool(threads: 1)
    let setup = try Setup.random(&stream)
    let twin = try Trials(setup, seeds, pool)
    guard twin.isHealthy else { return [] }
    var found = [try examined(setup, nil, .healthy, twin.losses, number, pool)]
    var kinds = all
    for _ in 0..<faults {
      // A kind that this setup cannot have is replaced by another one.
      var planted: PlantedFault?
      while planted == nil && !kinds.isEmpty {
        planted = PlantedFault(kinds.remove(at: stream.pick(0...kinds.count - 1)), in: setup, &stream)
      }
      guard let planted else { break }
      let own = planted.hasOriginalTwin ? twin : try Trials(planted.twin, seeds, pool)
      guard own.learns else { continue }
      let sick = try Trials(planted.setup, fewSeeds, pool)
      found.append(try examined(planted.setup, planted, sick.state(own), sick.losses, number, pool))
    }
    return found
  }

  private static func examined(
    _ setup: Setup, _ fault: PlantedFault?, _ state: Examined.State, _ losses: [Double], _ number: Int,
    _ pool: ThreadPool
  ) throws -> Examined {
    let data = setup.data.dataSet
    let network = try setup.network(seed: seeds.lowerBound)
    let before = try network.diagnose(
      data, loss: setup.loss(data), checksData: true, limit: 1024, thresholds: thresholds.network, pool: pool)
    let run = try setup.run(network, seed: seeds.lowerBound, isRecorded: true, data, pool)
    let after = try run.diagnose(limit: 1024, thresholds: thresholds, pool: pool).diagnoses
    let triesRemedies = state == .sick && number % curedSetups == 0
    return Examined(
      state: state, kind: fault?.kind, strength: fault?.strength ?? "", layer: fault?.layer,
      description: "setup \(number), \(setup.description): loss \(short(losses[0])), baseline \(short(setup.baseline))",
      before: before.map(Examined.Row.init), after: after.map(Examined.Row.init),
      cures: triesRemedies ? try fault?.cures(run, thresholds: thresholds, pool) : nil)
  }

  private static func short(_ number: Double) -> String {
    guard number != 0, number.isFinite else { return "\(number)" }
    let digits = 3 - Int(Real.log10(abs(number)).rounded(.up))
    return "\(decimalShift(decimalShift(number, by: digits).rounded(), by: -digits))"
  }
}

/// The losses of a setup with several seeds.
struct Trials {
  let losses: [Double]
  private let baseline: Double

  init(_ setup: Setup, _ seeds: ClosedRange<UInt64>, _ pool: ThreadPool) throws {
    losses = try setup.losses(seeds, pool)
    baseline = setup.baseline
  }

  private var best: Double { losses.min()! }
  private var worst: Double { losses.max()! }

  /// Whether the network learns far more than the best constant outputs, whatever the draw.
  var isHealthy: Bool { worst < 0.85 * baseline && median(losses) < 0.7 * baseline }
  /// Whether the network learns, whatever the draw. The data of some faults have more noise.
  var learns: Bool { worst < 0.9 * baseline }

  /// Compares a network with its twin without the fault. The first seed is the one that is examined.
  func state(_ twin: Trials) -> Examined.State {
    let spread = twin.worst - twin.best
    let (middle, usual) = (median(losses), median(twin.losses))
    let isWorse = middle > twin.worst + spread && middle - usual > 0.05 * baseline
    if isWorse && losses[0] > twin.worst { return .sick }
    let isSame = middle < twin.worst && losses[0] < twin.worst + 0.02 * baseline
    return isSame ? .unharmed : .unclear
  }
}
