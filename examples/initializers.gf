#!/usr/bin/env gradflow
# A comparison of initializers for ten layers of 100 units: which of them preserves the size of the gradient?
for act in [tanh, relu] {
  for init in [normal(0, 1), normal(0, 0.01), xavier_normal, he_normal, lecun_normal, orthogonal, lsuv] {
    seed(0)
    rows = flow(chain(10, act, width: 100, init: init))
    emit(record(activation: act.name, init: str(init), factor: 10 ^ mean(log10(first(rows, 9).factor)),
      theory_limit: rows[1].theory_limit, log10_total: rows[1].log10_total, act_std: rows[10].act_std, state: rows[1].state))
  }
}

# Layer by layer for relu: with Xavier, the squared gradient is halved in every layer; with He, it is preserved.
seed(0)
xavier = flow(chain(10, relu, width: 100, init: xavier_normal))
seed(0)
he = flow(chain(10, relu, width: 100, init: he_normal))
he |> with(xavier: xavier.factor, he: factor) |> select(layer, xavier, he)

# An orthogonal linear network preserves the size of the gradient exactly, at any depth.
linear = flow(chain(100, identity, width: 20, init: orthogonal))
linear |> where(layer == 1) |> select(layer, factor, log10_total)
assert max(abs(first(linear, 99).factor - 1)) < 1e-9
