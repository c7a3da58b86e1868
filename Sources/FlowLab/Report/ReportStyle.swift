// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The style sheet of a report, for light and dark screens and for paper.
enum ReportStyle {
  /// The colours of curves and edges are those of Okabe and Ito (Color Universal Design, 2008), which are also distinct
  /// for colour-blind readers. Dashes distinguish curves without colours.
  static let sheet = Markup(
    literal: """

      :root {
        --paper: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --panel: #f6f8fa;
        --good: #1a7f37; --bad: #b3261e; --positive: #0072b2; --negative: #c4500a;
        --c1: #0072b2; --c2: #c4500a; --c3: #00795a; --c4: #b5578f; --c5: #a86f00; --c6: #2f87c4;
        --c7: #000; --c8: #6b6b00; --c9: #882255; --c10: #7f4a1e; --c11: #117733; --c12: #332288;
      }
      @media screen and (prefers-color-scheme: dark) {
        :root {
          --paper: #15191e; --ink: #e3e7ec; --soft: #9aa5b1; --line: #3a434d; --panel: #1e242b;
          --good: #57c777; --bad: #ff8a80; --positive: #56b4e9; --negative: #f0883e;
          --c1: #56b4e9; --c2: #f0883e; --c3: #35c79a; --c4: #dd9cc4; --c5: #f0b43c; --c6: #9ccbf0;
          --c7: #fff; --c8: #c8c84a; --c9: #e8739f; --c10: #c99a6a; --c11: #7fd67f; --c12: #a99bf0;
        }
      }
      * { box-sizing: border-box }
      body {
        margin: 0 auto; padding: 1.5rem; max-width: 60rem; background: var(--paper); color: var(--ink);
        font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word;
      }
      h1 { margin: 0; font-size: 1.7rem; line-height: 1.2 }
      h2 { margin: 2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); font-size: 1.25rem }
      h3 { margin: 0; font-size: 1.05rem }
      p { margin: .4rem 0 }
      .made, .evidence, figcaption, caption { color: var(--soft) }
      .verdict { font-size: 1.15rem; font-weight: 600; color: var(--bad) }
      .verdict.good { color: var(--good) }
      .verdict.fair { color: var(--ink) }
      .findings { padding-left: 1.4rem }
      .findings li { margin-bottom: .6rem }
      .findings ul li { margin-bottom: .1rem }
      code, pre, tbody .number { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .875rem }
      pre {
        margin: .5rem 0; padding: .7rem; border: 1px solid var(--line); border-radius: 4px; background: var(--panel);
        white-space: pre-wrap;
      }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0 }
      dd { margin: 0; min-width: 0 }
      dt { color: var(--soft) }
      .glossary { font-size: .875rem }
      .scroll { overflow-x: auto; margin: 1rem 0 }
      table { border-collapse: collapse; font-size: .85rem }
      caption { padding: .3rem 0; text-align: left }
      th, td { padding: .2rem .5rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap }
      th.number, td.number { text-align: right; white-space: pre }
      thead th, thead th.number {
        border-bottom: 2px solid var(--soft); font-weight: 600; white-space: normal; vertical-align: bottom;
      }
      tbody .number { font-size: .8rem }
      @media (max-width: 800px) {
        body { padding: 1rem }
        table { font-size: .75rem }
        tbody .number { font-size: .7rem }
        th, td { padding: .15rem .3rem }
      }
      tbody th { font-weight: 400 }
      td.bad { color: var(--bad); font-weight: 600 }
      figure { margin: 1.2rem 0 }
      figcaption { font-size: .9rem }
      svg { display: block; width: 100%; height: auto; color: var(--ink) }
      svg.plot { max-width: 680px }
      text { font: 12px system-ui, sans-serif; fill: currentColor }
      .grid { stroke: var(--line) }
      .axis { stroke: currentColor }
      .label { font-weight: 600 }
      .curve { fill: none; stroke-width: 1.8 }
      .raw { fill: none; stroke: var(--series); stroke-width: 1; opacity: .4 }
      .series-1 { --series: var(--c1) }
      .series-2 { --series: var(--c2) }
      .series-3 { --series: var(--c3) }
      .series-4 { --series: var(--c4) }
      .series-5 { --series: var(--c5) }
      .series-6 { --series: var(--c6) }
      .series-7 { --series: var(--c7) }
      .series-8 { --series: var(--c8) }
      .series-9 { --series: var(--c9) }
      .series-10 { --series: var(--c10) }
      .series-11 { --series: var(--c11) }
      .series-12 { --series: var(--c12) }
      .curve { stroke: var(--series) }
      .dot { fill: var(--series) }
      .name { font-weight: 600 }
      .bias, .value { font-size: 11px }
      .bias {
        fill: var(--soft); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round;
      }
      .plate { fill: var(--paper) }
      .unit { fill: var(--paper); stroke: currentColor; stroke-width: 1.5px }
      .positive { stroke: var(--positive) }
      .negative { stroke: var(--negative) }
      .undefined { stroke: var(--soft); stroke-dasharray: 4 3 }
      @page { size: A4; margin: 18mm }
      @media print {
        :root { --ink: #000; --soft: #444; --line: #bbb; --panel: #fff }
        body { max-width: none; padding: 0; font-size: 10.5pt }
        .scroll { overflow: visible }
        svg.plot { max-width: 13cm }
        table { font-size: 8pt }
        th, td { padding: .1rem .35rem }
        tbody .number { font-size: 8pt }
        h2, h3, caption { break-after: avoid }
        p:has(+ pre) { break-after: avoid }
        figure, tr, pre { break-inside: avoid }
        thead { display: table-header-group }
      }

      """)
}
