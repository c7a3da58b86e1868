// SPDX-License-Identifier: GPL-3.0-or-later

/// Names from other programs and libraries. For an unknown name, the suggestion is its first synonym that is legal in that
/// position. To add a synonym, add an entry.
enum Synonym {
  static func of(_ word: String, among legal: [String]) -> String? {
    all[word.lowercased()]?.first(where: legal.contains)
  }

  /// Returns the argument to write instead of one that belongs to a choice, with `$v` for its value, or nil.
  static func argument(for word: String, among legal: [String]) -> String? {
    guard of(word, among: legal) == nil else { return nil }
    return arguments[word.lowercased()]?.first { template in
      legal.contains(String(template.prefix { $0 != ":" }))
    }
  }

  private static let arguments: [String: [String]] = [
    "lr": ["optimizer: sgd(rate: $v)"], "learning_rate": ["optimizer: sgd(rate: $v)"],
    "rate": ["optimizer: sgd(rate: $v)"], "step_size": ["optimizer: sgd(rate: $v)"],
    "eta": ["optimizer: sgd(rate: $v)"], "momentum": ["optimizer: sgd(0.1, momentum: $v)"],
    "weight_decay": ["penalty: l2($v)"], "l2": ["penalty: l2($v)"], "l1": ["penalty: l1($v)"],
    "regularization": ["penalty: l2($v)"], "clip_norm": ["clip: clip_norm($v)"],
    "max_grad_norm": ["clip: clip_norm($v)"], "gradient_clip_val": ["clip: clip_norm($v)"],
    "grad_clip": ["clip: clip_norm($v)"], "clip_value": ["clip: clip_value($v)"],
    "warmup": ["schedule: warmup($v)"], "warmup_steps": ["schedule: warmup($v)"],
    "decreasing": ["desc: $v"], "reverse": ["desc: $v"], "rev": ["desc: $v"], "descending": ["desc: $v"],
    "ascending": ["desc: not $v"], "xlabel": ["x_label: $v"], "ylabel": ["y_label: $v"], "xlim": ["x_range: $v"],
    "ylim": ["y_range: $v"], "main": ["title: $v"], "label": ["title: $v"], "breaks": ["bins: $v"],
    "batchnorm": ["norm: batch"], "batch_norm": ["norm: batch"], "layernorm": ["norm: layer"],
    "units": ["width: $v"], "by": ["column: $v"], "on": ["by: $v"], "how": ["keep: $v"], "names_from": ["name: $v"],
    "values_from": ["value: $v"],
    "skip": ["skip_lines: 1..$v"], "skiprows": ["skip_lines: 1..$v"], "freq": ["record: every($v)"],
    "log_every": ["record: every($v)"],
  ]

  static let all: [String: [String]] = [
    // Arguments.
    "lr": ["rate"], "learning_rate": ["rate"], "step_size": ["rate", "every"], "eta": ["rate"], "gamma": ["by"],
    "scheduler": ["schedule"], "lr_scheduler": ["schedule"], "lr_schedule": ["schedule"], "total_iters": ["steps"],
    "t_max": ["steps"], "warmup_steps": ["steps"], "start_factor": ["start"], "end_factor": ["end"],
    "eta_min": ["end"],
    "weight_decay": ["decay"], "decay_rate": ["decay"], "regularizer": ["penalty"],
    "batch_size": ["batch"], "minibatch": ["batch"], "bs": ["batch"], "num_epochs": ["epochs"], "n_epochs": ["epochs"],
    "iterations": ["steps"], "iters": ["steps"], "max_iter": ["steps"], "optim": ["optimizer"], "solver": ["optimizer"],
    "criterion": ["loss"], "objective": ["loss"], "val": ["validation"], "valid": ["validation"],
    "act": ["activation"], "nonlinearity": ["activation"], "num_layers": ["depth"], "n_layers": ["depth"],
    "layers": ["depth", "sizes"], "hidden": ["width"], "units": ["width"], "features": ["width"],
    "in_features": ["inputs"], "out_features": ["outputs"], "kernel_initializer": ["init"], "initializer": ["init"],
    "weights": ["init", "weight"], "bias_initializer": ["bias"], "normalization": ["norm"], "dtype": ["precision"],
    "group_by": ["by"], "groupby": ["by"], "groups": ["by"], "group": ["by"],
    "shortcut": ["skip"], "random_state": ["seed", "seeds"], "hue": ["by"], "color": ["by"], "colour": ["by"],
    "label": ["target", "title"], "test_size": ["share"], "sep": ["separator"], "n": ["count"], "cols": ["columns"],
    "delimiter": ["separator"],
    "delim": ["separator"], "dec": ["decimal"], "decimal_mark": ["decimal"], "comments": ["comment"],
    // Functions.
    "fc": ["dense"], "batch_norm": ["batchnorm"],
    "batchnorm1d": ["batchnorm"], "layer_norm": ["layernorm"], "fit": ["train"], "gradients": ["flow"],
    "gradient": ["flow"], "grad": ["flow"], "grads": ["flow"], "backward": ["flow"], "loss_curve": ["plot"],
    "load_csv": ["csv"], "read_csv": ["read"],
    "read_table": ["read"], "read_json": ["read"], "read_tsv": ["read"], "open": ["read"], "readtable": ["read"],
    "mnist": ["fashion_mnist"], "train_test_split": ["split"],
    "display": ["print"],
    "length": ["len"], "nrow": ["len"], "average": ["mean"], "avg": ["mean"],
    "stdev": ["std"], "sd": ["std"], "ln": ["log"], "head": ["first"], "tail": ["last"], "arrange": ["sort"],
    "order_by": ["sort"], "sorted": ["sort"], "mutate": ["with"], "assign": ["with"], "query": ["where"],
    "subset": ["where"],
    "histogram": ["hist"], "scatter": ["plot"], "write": ["save"], "to_csv": ["save"],
    "write_csv": ["save"], "torch_load": ["load"], "load_model": ["load"], "set_seed": ["seed"],
    "manual_seed": ["seed"], "clone": ["copy"],
    "dot": ["matmul"], "mm": ["matmul"], "mv": ["matmul"], "matvec": ["matmul"], "inner": ["matmul"],
    "melt": ["longer"], "gather": ["longer"], "pivot_longer": ["longer"], "unpivot": ["longer"], "pivot": ["wider"],
    "pivot_wider": ["wider"], "spread": ["wider"], "merge": ["join"], "inner_join": ["join"],
    "permute": ["transpose"], "dims": ["shape"], "ndims": ["shape"],
    "deepcopy": ["copy"], "quit": ["exit"],
    // Values.
    "null": ["none"], "na": ["none"], "nothing": ["none"], "missing": ["none"], "undefined": ["none"],
    "infinity": ["inf"], "π": ["pi"],
    // Choices.
    "he": ["he_normal"], "kaiming": ["he_normal"], "xavier": ["xavier_uniform"], "glorot": ["xavier_uniform"],
    "lecun": ["lecun_normal"], "gaussian": ["normal"],
    "linearlr": ["warmup"], "cosineannealinglr": ["cosine"], "cosine_annealing": ["cosine"], "steplr": ["decay"],
    "step_decay": ["decay"], "exponentiallr": ["decay"], "polynomiallr": ["linear_decay"], "warm_up": ["warmup"],
    "swish": ["silu"], "logistic": ["sigmoid"], "linear_activation": ["identity"], "glorot_uniform": ["xavier_uniform"],
    "glorot_normal": ["xavier_normal"], "kaiming_normal": ["he_normal"], "kaiming_uniform": ["he_uniform"],
    "crossentropy": ["cross_entropy"], "categorical_crossentropy": ["cross_entropy"],
    "outer": ["full"], "full_outer": ["full"], "binary_crossentropy": ["bce"], "l2_loss": ["mse"], "l1_loss": ["mae"],
    "half": ["f16"], "float16": ["f16"],
    "bfloat16": ["bf16"], "float32": ["f32"], "float": ["f32"], "float64": ["f64"], "double": ["f64"],
    "batchnormalization": ["batchnorm", "batch"], "batchnorm": ["batch"], "layernorm": ["layer"],
  ]
}
