# Uses every kind of thread on small networks, for the thread sanitizer (Tests/run sanitize short).
data = gaussian(96, 48, 48)

# A step, cut by samples and then by parameters, with a batch normalization that makes the threads wait for each other.
fn trained(net) {
  run = train(net, data, epochs: 1, batch: 48, optimizer: adam(0.01), clip: clip_norm(1), validation: data)
  assert run.state == "finished"
  return last(flow(run)).grad_norm
}
assert trained(mlp([48, 64, 64, 48], relu, norm: batch, precision: f32)) > 0
assert trained(mlp([48, 64, 64, 48], relu, norm: batch, precision: f64)) > 0
assert trained(chain(40, tanh, width: 48)) > 0

# Values of several widths, one of them with three readers, and a weight of two layers.
blocks = sequence(48, dense(64, relu), residual(residual(dense(64, tanh)), scale: 0.5), residual(dense(40), groupnorm(4)), dense(48))
assert trained(blocks) > 0
assert len(predict(blocks, data)) == 96
assert len(pretrain(mlp([48, 40, 64, 48], tanh), data, epochs: 1, batch: 48, decoder: tied)) == 2

# Draws and whole trainings side by side. A cell of a sweep copies the network that it shares with the others.
deep = chain(6, sigmoid, width: 8)
small = take(gaussian(64, 8, 8), 32)
assert len(flow(deep, small, seeds: 24)) == 6
rows = sweep(fn(rate) = train(deep, small, epochs: 2, optimizer: sgd(rate)).steps, rate: linspace(0.01, 0.1, 12))
assert len(rows) > 12
assert len(remedies(deep, small, seeds: 2, epochs: 1)) > 3
assert len(blame(deep, small, seeds: 2)) > 1
diverging = train(chain(6, relu, width: 8, init: normal(0, 40)), small, epochs: 3)
assert len(replay(diverging)) > 0

# Numbers and theory.
assert len(theory(tanh, linspace(0.5, 3, 40), linspace(0, 1, 10))) > 100
assert max(gradcheck(deep, small).max_error) < 1e-6

# Blocks of a table side by side, and files that a thread of their own completes.
folder = arg(1)
save(table(map(1..60000, fn(i) = record(step: i, loss: 1 / i, name: "layer{i % 7}.weight"))), "{folder}/log.tsv")
assert sum(read("{folder}/log.tsv").step) == 60000 * 60001 / 2
assert len(train(deep, small, epochs: 2, into: "{folder}/run.db").steps) > 0
assert len(sweep(fn(rate) = train(deep, small, optimizer: sgd(rate)).steps, rate: [0.1, 0.2, 0.3], into: "{folder}/cells.db")) > 2
