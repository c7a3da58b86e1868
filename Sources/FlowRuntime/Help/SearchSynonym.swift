// SPDX-License-Identifier: GPL-3.0-or-later

/// Words that a search in the help treats as equivalent. To add a word, add an entry; names from other libraries that
/// have a direct equivalent are in `Synonym`.
enum SearchSynonym {
  /// Returns the word and the words that mean the same.
  static func alternatives(to word: String) -> [String] {
    [word] + (table[word] ?? []) + (Synonym.all[word] ?? [])
  }

  private static let table: [String: [String]] = [
    "regularization": ["penalty", "dropout", "weight decay"], "regularisation": ["penalty", "dropout"],
    "decay": ["l2", "adamw"],
    "overfit": ["penalty", "dropout", "validation"], "overfitting": ["penalty", "dropout", "validation"],
    "picture": ["plot", "show"], "diagram": ["show"], "html": ["report"], "page": ["report"],
    "pdf": ["plot", "report"],
    "graph": ["plot"], "chart": ["plot"], "figure": ["plot"], "image": ["plot"], "png": ["plot"],
    "svg": ["plot"], "draw": ["plot"], "visualize": ["plot", "show"], "undo": ["copy", "replay"],
    "resume": ["load", "replay"], "continue": ["load", "replay"], "restore": ["load"], "checkpoint": ["save", "load"],
    "checkpoints": ["save", "load"], "snapshot": ["save", "copy"], "backup": ["save"], "lr": ["rate"],
    "scheduler": ["schedule"], "numpy": ["npy", "matmul"], "npz": ["npy", "read"], "excel": ["csv"],
    "spreadsheet": ["csv"], "dataframe": ["table"], "pandas": ["table", "read"], "json": ["read", "format"],
    "tensor": ["matmul", "list"], "matrix": ["matmul"], "matrices": ["matmul"], "array": ["list"],
    "vector": ["list"], "dictionary": ["record"], "dict": ["record"], "map": ["record"], "object": ["record"],
    "import": ["include"], "module": ["include"], "library": ["include"], "package": ["include"],
    "imbalance": ["baseline"], "imbalanced": ["baseline"], "outlier": ["quantile"], "outliers": ["quantile"],
    "confusion": ["wider"], "early": ["validation"], "stopping": ["validation"], "accuracy": ["evaluate"],
    "metric": ["evaluate"],
    "metrics": ["evaluate"], "inference": ["predict"], "predictions": ["predict"], "forward": ["predict"],
    "weights": ["weight"], "gpu": ["thread"], "cuda": ["thread"], "parallel": ["thread"], "cpu": ["thread"],
    "cores": ["thread"], "reproducible": ["seed"], "random": ["seed", "draw"], "deterministic": ["seed"],
    "hyperparameter": ["sweep"], "grid": ["sweep"], "tune": ["sweep"], "tuning": ["sweep"], "search": ["sweep"],
    "normalize": ["standardize", "scale"], "normalization": ["batchnorm", "layernorm"], "onnx": ["safetensors"],
    "pickle": ["safetensors"], "keras": ["pytorch"], "tensorflow": ["pytorch"], "jax": ["pytorch"],
    "wandb": ["recorded"], "tensorboard": ["recorded"], "log": ["record"], "explode": ["exploding"],
    "vanish": ["vanishing"], "nan": ["not finite"], "hotkey": ["keys"], "shortcut": ["keys", "skip"],
    "keyboard": ["keys"], "editor": ["keys"], "vim": ["keys"], "emacs": ["keys"], "theme": ["colour"],
    "color": ["colour"], "dark": ["colour"], "quit": ["exit"], "cancel": ["interrupt", "ctrl-c"],
    "comment": ["#"], "loop": ["for"], "function": ["fn"], "lambda": ["fn"], "condition": ["if"],
    "skip": ["skip"], "residual": ["skip", "residual"], "layer": ["layer"], "freeze": ["freeze"],
    "transfer": ["load", "freeze"], "pretrained": ["load"], "cnn": ["recorded"], "rnn": ["recorded"],
    "lstm": ["recorded"], "transformer": ["recorded"], "attention": ["recorded"],
  ]
}
