" SPDX-License-Identifier: GPL-3.0-or-later
" Language support for gradflow, generated from the tables of the program.
autocmd BufRead,BufNewFile *.gf setfiletype gradflow
autocmd BufRead * if getline(1) =~# '^#!.*\<gradflow\>' | setfiletype gradflow | endif
