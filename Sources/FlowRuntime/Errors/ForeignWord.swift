// SPDX-License-Identifier: GPL-3.0-or-later

/// Names and arguments from other languages that nothing here corresponds to, and what to do instead.
enum ForeignWord {
  /// What to do instead of using a name on its own.
  static func advice(forName name: String) -> String? { names[name] }

  /// What to do instead of passing an argument to a function, with `$1` for the first argument and `$v` for the value.
  static func advice(forArgument name: String, of function: String) -> String? {
    let name = name.lowercased()
    return (arguments["\(function).\(name)"] ?? arguments[name])?.replacing("$f", with: function)
  }

  /// Whether an argument asks for what functions do anyway, so that a call means the same without it.
  static func isSuperfluous(argument name: String) -> Bool { superfluous.contains(name.lowercased()) }

  private static let superfluous: Set<String> = [
    "na_rm", "skipna", "header", "stringsasfactors", "keepdims", "index", "row_names", "flush",
  ]

  /// The words before the dot in names of R, which may contain dots.
  static let dottedNames: Set<String> = [
    "as", "is", "na", "which", "set", "Sys", "read", "write", "data", "row", "col", "do", "seq", "complete",
  ]

  /// Returns the argument to write instead of a string that other languages pass by position: a direction, or the style
  /// of a line in a plot.
  static func argument(for text: String) -> String? {
    switch text {
    case "descend", "desc", "descending": return "desc: true"
    case "ascend", "asc", "ascending": return "desc: false"
    default: break
    }
    let style = text.drop { "rgbkmcyw".contains($0) }
    guard text.count <= 4, text.count - style.count <= 1, style.contains("-") || !style.isEmpty && style != text,
      style.allSatisfy({ "-.:o*+^".contains($0) })
    else { return nil }
    return style.contains("-") || style.contains(":") ? "kind: line" : "kind: points"
  }

  /// The modules of other languages, and the names that they are usually imported as.
  static let modules: Set<String> = [
    "np", "numpy", "pd", "pandas", "plt", "matplotlib", "torch", "nn", "optim", "F", "tf", "keras", "jax", "jnp",
    "sklearn",
    "scipy", "math", "random", "os", "sys", "json", "csv", "Flux", "CSV", "Random", "Statistics", "LinearAlgebra",
    "console",
    "Math",
  ]

  /// The extensions by which a name with a dot is taken for that of a file.
  static let fileExtensions: Set<String> = [
    "tsv", "csv", "json", "jsonl", "txt", "md", "gf", "svg", "png", "pdf", "db", "npy", "npz", "safetensors", "pt",
    "html",
  ]

  private static let names: [String: String] = {
    var table = [
      "clear": "at the prompt, write :clear", "clc": "at the prompt, write :clear",
      "cls": "at the prompt, write :clear",
      "history": "at the prompt, write :history", "who": "at the prompt, write :list",
      "whos": "at the prompt, write :list", "tic": "at the prompt, write :time expression",
      "toc": "at the prompt, write :time expression",
      "figure": "plot(x) draws; save(plot(x), \"plot.svg\") writes a file",
      "help": "write help(flow) for the page about flow", "man": "write help(flow) for the page about flow",
      "count": "write len(x), with x a column", "next": "write continue",
      "end": "a block ends with '}'; the last element is x[-1]",
      "self": "there are no classes: pass the value as an argument",
      "this": "there are no classes: pass the value as an argument",
      "T": "write true", "F": "write false", "e": "write exp(1)", "ℯ": "write exp(1)", "π": "write pi",
      "NaN": "write nan", "NAN": "write nan", "Inf": "write inf", "plt": "write plot(x)",
      "int": "write type(x) == \"number\", or number(text)", "float": "write type(x) == \"number\", or number(text)",
      "sys": "write arg(1), env(\"NAME\")",
      "os": "write env(\"NAME\")",
    ]
    for word in ["q", "bye", "quit", "logout"] { table[word] = "write exit()" }
    for word in ["ls", "pwd", "dir", "date", "python", "python3", "bash", "top", "git"] {
      table[word] = "it is a shell command: at the prompt, write !\(word)"
    }
    return table
  }()

  private static let missingWords =
    "leave it out: words such as NA, N/A, ? and - count as missing in columns of numbers"

  private static let arguments: [String: String] = [
    "seed": "write seed(1) before the call, or pass --seed 1", "random_state": "write seed(1) before the call",
    "dropout": "write sequence(inputs, dense(8, relu), dropout(0.5), dense(1))",
    "validation_split": "write parts = split(data, 0.8), then train(net, parts[1], validation: parts[2])",
    "verbose": "write :set progress none, or pass --progress none",
    "device": "leave it out: everything runs on the CPU",
    "callbacks": "the run contains every step: plot(run), run.steps", "betas": "write beta1: 0.9, beta2: 0.999",
    "type": "write kind: line or kind: points", "yscale": "write log: y", "xscale": "write log: x",
    "test_size": "write split(data, 0.8)",
    "hidden_layer_sizes": "write mlp([2, 8, 8, 1], relu), with the sizes of inputs and outputs",
    "newdata": "write predict(net, data)",
    "weight_decay": "write adamw(0.001, decay: 0.01), or train(..., penalty: l2(0.01))",
    "momentum": "only sgd has it: sgd(0.1, momentum: 0.9)", "legend": "series are named by by: column",
    "color": "leave it out: plot(t, by: name) gives each series a colour",
    "mlp.optimizer": "write train(net, data, optimizer: $v)", "mlp.loss": "write train(net, data, loss: $v)",
    "mlp.epochs": "write train(net, data, epochs: $v)", "mlp.lr": "write train(net, data, optimizer: sgd(rate: $v))",
    "print.sep": "write print(join([a, b], $v)) for strings a and b",
    "print.end": "print writes whole lines: \"{a} {b}\" or join(texts, \" \") puts values into one",
    "print.file": "write warn(...) for standard error, save(t, \"file\") for a file",
    "read.sep": "leave it out: read finds the separator itself",
    "na_values": missingWords, "null_values": missingWords, "nullstr": missingWords, "missingstring": missingWords,
    "csv.na": missingWords, "read.na": missingWords,
    "key": "map($1, $v) computes the keys; the rows of a table are sorted by a column",
    "axis": "write map($1, $f) for the rows, map(transpose($1), $f) for the columns",
    "dim": "write map($1, $f) for the rows, map(transpose($1), $f) for the columns",
    "metrics": "leave it out: evaluate returns the loss and the accuracy",
    "inplace": "leave it out and assign the result: functions return a new value",
    "dtype": "write precision: f32 where a network is made",
    "num_workers": "the program option --threads sets the number of threads",
  ]
}
