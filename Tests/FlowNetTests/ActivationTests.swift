// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import NetworkFixtures
import Testing

/// Compares values and slopes with numbers that are exact to the last digit.
@Suite struct ActivationTests {
  @Test func everyActivationHasAReference() {
    #expect(Set(ActivationReference.all.map(\.activation)) == Set(Fixture.activations))
  }

  @Test(arguments: ActivationReference.all)
  func values(_ reference: ActivationReference) {
    let activation = Activation.of(reference.activation, reference.arguments)
    for (z, exact) in zip(reference.z, reference.value) {
      // Near a zero of the function, the rounding error of z itself is visible.
      let error = abs(activation.value(z) - exact)
      #expect(error <= 4e-15 * abs(exact) + 1e-300, "\(activation.name)(\(z)) is off by \(error)")
    }
  }

  @Test(arguments: ActivationReference.all)
  func slopes(_ reference: ActivationReference) {
    let activation = Activation.of(reference.activation, reference.arguments)
    for (z, exact) in zip(reference.z, reference.slope) {
      let error = abs(activation.slope(z) - exact)
      #expect(error <= 4e-15 * abs(exact) + 1e-300, "\(activation.name)'(\(z)) is off by \(error)")
    }
  }

  /// The largest slope in the catalogue is reached but never exceeded.
  @Test(arguments: Fixture.activations)
  func steepestSlope(_ name: String) {
    let activation = Fixture.activation(name)
    guard let steepest = activation.steepest else { return }
    let slopes = stride(from: -20.0, through: 20, by: 0.125).map { abs(activation.slope($0)) }
    #expect(slopes.max()! <= steepest)
    #expect(slopes.max()! >= 0.999 * steepest)
    #expect([-1e6, 1e6].allSatisfy { abs(activation.value($0)) <= 6 })
  }

  /// Slopes jump at the declared kinks, and nowhere else between -8 and 8.
  @Test(arguments: Fixture.activations)
  func kinks(_ name: String) {
    let activation = Fixture.activation(name)
    let h = 1e-9
    for place in stride(from: -8.0, through: 8, by: 0.25) {
      let jump = abs(activation.slope(place + h) - activation.slope(place - h))
      // elu with alpha 1 has a kink only in its derivative.
      if activation.kinks.contains(place) && name != "elu" { #expect(jump > 0.1) } else { #expect(jump < 1e-7) }
    }
  }

  @Test(arguments: Fixture.activations)
  func nanPropagates(_ name: String) {
    #expect(Fixture.activation(name).value(.nan).isNaN)
  }
}
