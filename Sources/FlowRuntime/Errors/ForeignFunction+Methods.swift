// SPDX-License-Identifier: GPL-3.0-or-later

/// Methods and fields of other languages, and builtins that are called with something else.
extension ForeignFunction {
  /// Functions that are called with a dot after their first argument. A method of one type is written `type.name`.
  static let methodTable = [
    // Lists.
    ForeignFunction("append push push_back add", "$1 = append($1, $2)"),
    ForeignFunction("table.append", "concat($a)"),
    ForeignFunction("extend", "$1 = concat($1, $2)"),
    ForeignFunction("insert", advice: "write $1 = concat([value], $1) to put a value in front"),
    ForeignFunction("remove", "$1 = $1[$1 != $2]"),
    ForeignFunction("list.count", "len($1[$1 == $2])"),
    ForeignFunction("load_state_dict", advice: "write $n = load(\"net.safetensors\")"),
    ForeignFunction("pop", "$1 = $1[1..-2]"),
    ForeignFunction("sort sort_values", "sort($a)"),
    ForeignFunction("list.sort", "$1 = sort($1)", "sort($a)"), ForeignFunction("list.reverse", "$1 = reverse($1)"),
    ForeignFunction("item detach numpy tolist to_numpy cpu", "$1"),
    ForeignFunction("copy clone", advice: "a network is copied with copy($1), any other value with y = $1"),
    ForeignFunction(
      "list.copy list.clone table.copy table.clone record.copy record.clone string.copy number.clone", "$1",
      advice: "y = $1 copies it; only a network needs copy(net)"),
    ForeignFunction("network.copy network.clone", "copy($1)"),
    ForeignFunction("argmax idxmax", "(1..len($1))[$1 == max($1)][1]"),
    ForeignFunction("argmin idxmin", "(1..len($1))[$1 == min($1)][1]"),
    ForeignFunction("forEach for_each", advice: "write for v in $1 { ... }"),
    ForeignFunction("map filter", "$0($a)"),
    ForeignFunction("size", "len($1)", advice: "shape($1) returns the lengths of all dimensions"),
    ForeignFunction("shape", "shape($1)"),
    ForeignFunction("table.plot", advice: "write plot($t, x: a, y: b), with a and b columns"),
    ForeignFunction("table.shape", "[len($1), len(columns($1))]"),
    ForeignFunction("table.size", "len($1)", advice: "len($t) is the number of rows, columns($t) are the names"),
    ForeignFunction("length", "len($1)"),
    ForeignFunction("T", "transpose($1)"),
    // Networks.
    ForeignFunction("layers", advice: "summary($n) lists the layers; $n[1] is the first, $n[1].weight its weight"),
    ForeignFunction("weights", advice: "write $n[1].weight for the weight of the first layer"),
    ForeignFunction("layer.weights layer.kernel layer.W", "$1.weight"),
    ForeignFunction("grad layer.grad", advice: "write flow($n, data) for the gradients of all layers"),
    ForeignFunction(
      "fit", "train($1, dataset($2, $3)$+)", "train($a)",
      advice: "write train($n, data) with a data set: dataset(t, target: y)"),
    ForeignFunction("evaluate score", "evaluate($1, dataset($2, $3)$+)", "evaluate($a)"),
    ForeignFunction("forward apply predict_proba", "predict($a)"),
    ForeignFunction(
      "parameters named_parameters state_dict children modules get_weights", "summary($1)",
      advice: "$n[1].weight is the weight of the first layer, $n.parameters the number of parameters"),
    ForeignFunction("backward", advice: "train computes the gradients itself; flow(net, data) shows them"),
    ForeignFunction("zero_grad", advice: "leave this line out: train computes and applies the gradients itself"),
    ForeignFunction("step", advice: "leave this line out: train(net, data, optimizer: adam) takes the steps"),
    ForeignFunction("eval", advice: "leave this line out: predict and evaluate never train"),
    ForeignFunction("cuda to", advice: "leave this line out: everything runs on the CPU"),
    ForeignFunction("compile", advice: "write train($n, data, loss: mse, optimizer: adam)"),
    ForeignFunction("data.n data.size data.length data.count data.rows", "$1.samples"),
    ForeignFunction("data.shape", "[$1.samples, len($1.inputs[1])]"),
    ForeignFunction("run.loss", "$1.epochs.loss", advice: "$1.steps.loss has a value for each step"),
    // Tables and strings.
    ForeignFunction("describe info", "summarize($1)", advice: "columns($t) are the names of the columns"),
    ForeignFunction("fillna", "map($1, fn(v) { if v == none { $2 } else { v } })"),
    ForeignFunction(
      "table.fillna", advice: "write with($t, a: map(a, fn(v) { if v == none { 0 } else { v } })), with a the column"),
    ForeignFunction("astype", advice: "write number($1) for numbers, or map($1, str) for text"),
    ForeignFunction(
      "table.astype", advice: "write with($t, a: number(a)) for numbers, or with($t, a: map(a, str)) for text"),
    ForeignFunction("corr", "sum(($1 - mean($1)) * ($2 - mean($2))) / ((len($1) - 1) * std($1) * std($2))"),
    ForeignFunction(
      "table.corr",
      advice:
        "write summarize($t, r: sum((a - mean(a)) * (b - mean(b))) / ((len(a) - 1) * std(a) * std(b))) for columns "
        + "a and b"),
    ForeignFunction(
      "list.value_counts", "$counts", "summarize(table(map($1, fn(v) = record(value: v))), n: len(value), by: value)"),
    ForeignFunction("to_csv write_csv to_string", "save($1, $2)"),
    ForeignFunction("groupby group_by agg", advice: "write summarize($t, n: len($c), by: $c)"),
    ForeignFunction("query", "$query", advice: "write where($t, x > 1)"),
    ForeignFunction("assign mutate", "with($a)"),
    ForeignFunction("loc", "$1[$2]", advice: "$t.name is a column, $t[$t.x > 1] are rows"),
    ForeignFunction("iloc", advice: "write $t[1] for the first row, $t.name for a column"),
    ForeignFunction("drop rename", advice: "write select($t, a, b) with the columns to keep"),
    ForeignFunction("value_counts", "$counts", advice: "write summarize($t, n: len($c), by: $c)"),
    ForeignFunction(
      "table.isna table.isnull",
      advice: "write len(where($t, a == none)) for the missing values of a column a, summarize($t) for those of all"),
    ForeignFunction("isna isnull", "$1 == none"),
    ForeignFunction("dropna", advice: "write where($t, ... != none), with the name of a column"),
    ForeignFunction("merge", "join($a)"),
    ForeignFunction("strip", "trim($1)"),
    ForeignFunction("startswith", "starts_with($a)"),
    ForeignFunction("endswith", "ends_with($a)"),
    ForeignFunction("format", advice: "put values into the string: \"... {x}\""),
    ForeignFunction("join", "\"?join($2, $1)", "join($a)"),
    ForeignFunction("string.join", "join($2, $1)"),
    ForeignFunction("includes", "contains($a)"),
    ForeignFunction("indexOf index findIndex", "(1..len($1))[$1 == $2][1]"),
  ]

  /// Builtins with the type of a first argument that they do not accept, and what is meant.
  static let useTable = [
    ForeignFunction("chain.list", "mlp($a)"),
    ForeignFunction("chain.layer", advice: "write sequence(inputs, dense(8, tanh), dense(1))"),
    ForeignFunction("sequence.layer", advice: "write sequence(2, $1, ...), with the number of inputs first"),
    ForeignFunction("filter.table", "where($a)"),
    ForeignFunction("map.table", advice: "$t.a is a column: write map($t.a, fn(v) = ...), or for r in $t { ... }"),
    ForeignFunction("summary.table", "summarize($1)"),
    ForeignFunction("show.table show.list show.number show.string show.record", "print($a)"),
    ForeignFunction(
      "compare.activation",
      advice: "write compare(chain(8, $1), ...) with networks, or plot(curve($1))"),
    ForeignFunction(
      "flow.activation", "flow(chain(8, $1))", advice: "chain builds a network with this activation"),
    ForeignFunction("plot.activation", "plot(curve($1))", "plot(curve($1, from: $2, to: $3))"),
    ForeignFunction("plot.function", advice: "write x = linspace(-6, 6, 121), then plot(x, map(x, $fn))"),
    ForeignFunction("plot.network", "plot(flow($1))", advice: "flow($n) is a table with a row per layer"),
    ForeignFunction("plot.data", advice: "the numbers are $1.inputs and $1.targets: plot($1.targets)"),
    ForeignFunction("join.string", "join($2, $1)"),
    ForeignFunction("split.list", "map($1, fn(v) = split(v, $2))"),
    ForeignFunction(
      "standardize.table scale.table split.table take.table",
      advice: "write data = dataset($t, target: \"a\") first, with the column to predict"),
    ForeignFunction("len.data", "$1.samples"),
    ForeignFunction("shape.data", "[$1.samples, len($1.inputs[1])]"),
    ForeignFunction(
      "copy.list copy.table copy.record copy.string copy.number", "$1",
      advice: "y = $1 copies it; only a network needs copy(net)"),
    ForeignFunction("table.list", "$counts", advice: "write unique($1) for the distinct elements"),
    ForeignFunction("save.string", "save($2, $1)"),
  ]
}
