#!/usr/bin/env gradflow
# The picture in README.md: how the gradient travels back through twenty layers. This command draws it again:
#   gradflow examples/readme_picture.gf docs/flow.svg

# A hundred draws of each network: the median, and the range that contains 90 % of them.
fn gradient(act, init) = flow(chain(20, act, width: 64, init: init), seeds: 100)
  |> with(network: "{act.name}, {init.name}")
flows = concat(gradient(sigmoid, xavier_normal), gradient(tanh, xavier_normal), gradient(relu, he_normal))
flows |> where(layer == 1) |> select(network, grad_norm, grad_norm_low, grad_norm_high)

file = arg(1, default: "")
if file == "" { exit() }
plot(flows, x: layer, y: grad_norm, by: network, x_label: "layer, from the input to the output",
  y_label: "norm of the gradient") |> save(file, width: 16)
