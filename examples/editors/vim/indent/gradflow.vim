" SPDX-License-Identifier: GPL-3.0-or-later
" Language support for gradflow, generated from the tables of the program.
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
