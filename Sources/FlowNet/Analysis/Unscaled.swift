// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Returns x·2^−exponent, even if the power of two alone is out of the range of f64.
func unscaled(_ x: Double, by exponent: Int) -> Double { WideNumber(x, timesTwoTo: -Double(exponent)).plain }
