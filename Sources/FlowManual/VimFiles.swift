// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

/// The files that add the language to Vim.
enum VimFiles {
  static func all(_ vocabulary: EditorVocabulary) -> [EditorFile] {
    [
      EditorFile(path: "vim/ftdetect/gradflow.vim", text: detection),
      EditorFile(path: "vim/ftplugin/gradflow.vim", text: settings),
      EditorFile(path: "vim/indent/gradflow.vim", text: indentation),
      EditorFile(path: "vim/syntax/gradflow.vim", text: syntax(vocabulary)),
    ]
  }

  private static let header = """
    " SPDX-License-Identifier: GPL-3.0-or-later
    " Language support for gradflow, generated from the tables of the program.
    """

  private static let detection = """
    \(header)
    autocmd BufRead,BufNewFile *.gf setfiletype gradflow
    autocmd BufRead * if getline(1) =~# '^#!.*\\<gradflow\\>' | setfiletype gradflow | endif

    """

  /// The settings of a buffer. `K` shows the help page of the word under the cursor, and `:make` checks the file.
  private static let settings = #"""
    \#(header)
    if exists('b:did_ftplugin')
      finish
    endif
    let b:did_ftplugin = 1

    setlocal comments=:# commentstring=#\ %s
    setlocal expandtab shiftwidth=2 softtabstop=2
    setlocal suffixesadd=.gf
    setlocal keywordprg=gradflow\ --manual
    setlocal makeprg=gradflow\ --error-format\ short\ --check\ %:S
    setlocal errorformat=%f:%l:%c:\ %trror:\ %m,%f:%l:%c:\ %m

    let b:undo_ftplugin = 'setlocal comments< commentstring< expandtab< shiftwidth< softtabstop< suffixesadd<'
          \ . ' keywordprg< makeprg< errorformat<'

    """#

  private static let indentation = #"""
    \#(header)
    if exists('b:did_indent')
      finish
    endif
    let b:did_indent = 1

    setlocal indentexpr=GradflowIndent() indentkeys=0{,0},0),0],!^F,o,O
    let b:undo_indent = 'setlocal indentexpr< indentkeys<'

    if exists('*GradflowIndent')
      finish
    endif

    " Returns a line without its strings and its comment.
    function s:Code(number) abort
      let l:line = substitute(getline(a:number), '"\%(\\.\|[^"\\]\)*"', '', 'g')
      return substitute(l:line, '#.*', '', '')
    endfunction

    " Returns how many brackets a line leaves open, ignoring closing brackets at its start.
    function s:Open(code) abort
      let l:rest = substitute(a:code, '^\s*[]})]\+', '', '')
      return len(substitute(l:rest, '[^[({]', '', 'g')) - len(substitute(l:rest, '[^])}]', '', 'g'))
    endfunction

    function GradflowIndent() abort
      let l:before = prevnonblank(v:lnum - 1)
      if l:before == 0
        return 0
      endif
      let l:open = s:Open(s:Code(l:before))
      let l:indent = indent(l:before) + (l:open > 0 ? shiftwidth() : l:open < 0 ? -shiftwidth() : 0)
      return max([0, getline(v:lnum) =~# '^\s*[]})]' ? l:indent - shiftwidth() : l:indent])
    endfunction

    """#

  private static let groups: [EditorVocabulary.KeywordKind: (name: String, link: String)] = [
    .conditional: ("gradflowConditional", "Conditional"), .loop: ("gradflowRepeat", "Repeat"),
    .function: ("gradflowKeyword", "Keyword"), .logic: ("gradflowLogic", "Operator"),
    .constant: ("gradflowConstant", "Boolean"), .check: ("gradflowAssert", "Exception"),
  ]

  /// Returns the syntax file. Function names are matches instead of keywords, because keywords would take precedence
  /// over arguments and fields of the same name.
  private static func syntax(_ vocabulary: EditorVocabulary) -> String {
    let keywords = vocabulary.keywords.map {
      "syntax keyword \(groups[$0.kind]!.name) \($0.words.joined(separator: " "))"
    }
    let keywordLinks = vocabulary.keywords.map {
      "highlight default link \(groups[$0.kind]!.name) \(groups[$0.kind]!.link)"
    }
    return #"""
      \#(header)
      if exists('b:current_syntax')
        finish
      endif

      syntax case match
      syntax sync minlines=200

      \#(keywords.joined(separator: "\n"))
      syntax match gradflowLogic /\%(\.\.[^,()\[\]{}#]*\)\@<=\<step\>/

      syntax match gradflowOperator /\#(vocabulary.operators.map(escaped).joined(separator: "\\|"))/
      syntax match gradflowNumber /\<\d\+\%(_\d\+\)*\%(\.\d\+\%(_\d\+\)*\)\?\%([eE][-+]\?\d\+\%(_\d\+\)*\)\?\>/
      syntax match gradflowNumber /\%([.[:keyword:]]\)\@1<!\.\d\+\%(_\d\+\)*\%([eE][-+]\?\d\+\%(_\d\+\)*\)\?\>/

      syntax match gradflowFunction /\<\%(\#(vocabulary.functions.joined(separator: "\\|"))\)\>/
      syntax match gradflowChoice /\<\%(\#(vocabulary.choices.joined(separator: "\\|"))\)\>/
      syntax match gradflowDefinition /\%(\<fn\s\+\)\@<=\K\k*/
      syntax match gradflowArgument /\<\K\k*\ze\s*:/
      syntax match gradflowField /\.\@1<!\.\K\k*/

      syntax region gradflowBlock start=/{/ end=/}/ transparent contains=TOP
      syntax region gradflowString start=/"/ end=/"/ contains=gradflowBadEscape,gradflowEscape,gradflowInterpolation,@Spell
      syntax match gradflowBadEscape /\\./ contained
      syntax match gradflowEscape /\\[nt"\\{]\|\\u{\x\+}/ contained
      syntax region gradflowInterpolation matchgroup=gradflowDelimiter start=/{/ end=/}/ contained contains=TOP

      syntax match gradflowComment /#.*/ contains=gradflowTodo,@Spell
      syntax keyword gradflowTodo TODO FIXME XXX contained
      syntax match gradflowShebang /\%^#!.*/
      syntax match gradflowMeta /^\s*:\a.*/ contains=gradflowSetting,gradflowComment
      syntax match gradflowSetting /\<\%(\#(vocabulary.settings.joined(separator: "\\|"))\)\>/ contained

      \#(keywordLinks.joined(separator: "\n"))
      highlight default link gradflowOperator Operator
      highlight default link gradflowNumber Number
      highlight default link gradflowFunction Function
      highlight default link gradflowChoice Constant
      highlight default link gradflowDefinition Function
      highlight default link gradflowArgument Identifier
      highlight default link gradflowString String
      highlight default link gradflowBadEscape Error
      highlight default link gradflowEscape SpecialChar
      highlight default link gradflowDelimiter Special
      highlight default link gradflowComment Comment
      highlight default link gradflowTodo Todo
      highlight default link gradflowShebang PreProc
      highlight default link gradflowMeta PreProc
      highlight default link gradflowSetting Identifier

      let b:current_syntax = 'gradflow'

      """#
  }

  /// Returns a pattern that matches an operator.
  private static func escaped(_ sign: String) -> String {
    sign.map { ".*^/".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}
