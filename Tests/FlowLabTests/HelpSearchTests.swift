// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import TestSupport
import Testing

/// Searches in the help with words of other programs.
@Suite struct HelpSearchTests {
  private let manual = Interpreter(host: ScriptedHost().host(), registry: .program).manual

  @Test(arguments: [
    ("regularization", "dropout"), ("overfit", "dropout"), ("picture", "plot"), ("graph", "plot"), ("undo", "copy"),
    ("resume", "load"), ("checkpoint", "save"), ("lr", "sgd"), ("numpy", "read"), ("html", "report"),
    ("import", "scripts"), ("dataframe", "table"), ("weight decay", "l2"), ("freeze", "train"), ("matrix", "matmul"),
    ("early stopping", "train"), ("keyboard", "keys"), ("confusion", "wider"), ("outlier", "quantile"),
    ("class imbalance", "remedies"),
  ]) func findsTheOwnWord(_ word: String, _ topic: String) {
    let names = manual.search(word).split(separator: "\n").compactMap { line in
      line.hasPrefix("  ") ? line.split(separator: " ").first.map(String.init) : nil
    }
    #expect(names.contains { $0 == topic || $0.hasPrefix("\(topic)(") }, "\(names)")
  }

  /// A word is not found inside another one, as "early" in "linearly".
  @Test func wordsBeginWhereWordsBegin() {
    #expect(manual.search("matri").contains("matmul"))
    #expect(manual.search("atrix").hasPrefix("No help found"))
  }

  /// Whatever other names a topic has, its page is found.
  @Test func everyTopicHasAPage() throws {
    #expect(manual.topics.count > 200)
    for topic in manual.topics { #expect(try !manual.page(topic).isEmpty) }
  }
}
