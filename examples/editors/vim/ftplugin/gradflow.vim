" SPDX-License-Identifier: GPL-3.0-or-later
" Language support for gradflow, generated from the tables of the program.
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
