// SPDX-License-Identifier: GPL-3.0-or-later
import Benchmark
import FlowMath

let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    // The export needs the throughput too.
    metrics: [.wallClock, .throughput], warmupIterations: 10, maxDuration: .milliseconds(400))
  registerProducts(Float.self, "f32")
  registerProducts(Double.self, "f64")
  registerActivations(Float.self, "f32")
  registerActivations(Double.self, "f64")
  registerElementary(Float.self, "f32")
  registerElementary(Double.self, "f64")
  registerThreads()
}
