" SPDX-License-Identifier: GPL-3.0-or-later
" Language support for gradflow, generated from the tables of the program.
if exists('b:current_syntax')
  finish
endif

syntax case match
syntax sync minlines=200

syntax keyword gradflowConditional if else
syntax keyword gradflowRepeat for in while break continue
syntax keyword gradflowKeyword fn return
syntax keyword gradflowLogic and or not
syntax keyword gradflowConstant true false none inf nan
syntax keyword gradflowAssert assert
syntax match gradflowLogic /\%(\.\.[^,()\[\]{}#]*\)\@<=\<step\>/

syntax match gradflowOperator /!=\|\.\.\|<=\|==\|>=\||>\|%\|\*\|+\|-\|\/\|<\|=\|>\|\^/
syntax match gradflowNumber /\<\d\+\%(_\d\+\)*\%(\.\d\+\%(_\d\+\)*\)\?\%([eE][-+]\?\d\+\%(_\d\+\)*\)\?\>/
syntax match gradflowNumber /\%([.[:keyword:]]\)\@1<!\.\d\+\%(_\d\+\)*\%([eE][-+]\?\d\+\%(_\d\+\)*\)\?\>/

syntax match gradflowFunction /\<\%(abs\|acos\|activation\|all\|any\|append\|arg\|args\|asin\|atan\|blame\|blobs\|ceil\|chain\|circles\|columns\|compare\|concat\|contains\|copy\|cos\|cosh\|critical\|csv\|cumsum\|curve\|dataset\|diagnose\|digits\|draw\|emit\|ends_with\|env\|erf\|evaluate\|exit\|exp\|explain\|fashion_mnist\|filter\|finite\|first\|floor\|flow\|format_number\|gaussian\|gradcheck\|help\|hist\|idx\|iris\|isnan\|join\|last\|len\|linspace\|load\|log\|log10\|log2\|logspace\|longer\|lower\|map\|matmul\|max\|mean\|median\|min\|mlp\|moons\|number\|pipe\|plot\|precision\|predict\|pretrain\|print\|product\|quantile\|range\|read\|record\|recorded\|reduce\|remedies\|replace\|replay\|report\|reverse\|round\|runs\|save\|scale\|seed\|select\|sequence\|shape\|show\|shuffle\|sign\|sine\|sinh\|sort\|spirals\|split\|sqrt\|standardize\|starts_with\|std\|str\|sum\|summarize\|summary\|sweep\|table\|take\|tan\|teacher\|theory\|train\|transpose\|trim\|type\|unique\|upper\|warn\|where\|wider\|window\|with\|xor\|zip\)\>/
syntax match gradflowChoice /\<\%(adagrad\|adam\|adamw\|batchnorm\|bce\|bf16\|clip_norm\|clip_value\|constant\|cosine\|cross_entropy\|decay\|dense\|dropout\|elastic\|elu\|every\|f16\|f32\|f64\|format\|gelu\|groupnorm\|hardtanh\|he_normal\|he_uniform\|huber\|identity\|l1\|l2\|layernorm\|leaky_relu\|lecun_normal\|linear_decay\|lsuv\|mae\|mish\|mse\|normal\|orthogonal\|pi\|pytorch\|relu\|relu6\|residual\|rmsnorm\|rmsprop\|selu\|sgd\|sigmoid\|silu\|sin\|softmax\|softplus\|softsign\|tanh\|uniform\|warmup\|xavier_normal\|xavier_uniform\|zeros\)\>/
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
syntax match gradflowSetting /\<\%(format\|header\|nonfinite\|provenance\|width\|threads\|precision\|progress\)\>/ contained

highlight default link gradflowConditional Conditional
highlight default link gradflowRepeat Repeat
highlight default link gradflowKeyword Keyword
highlight default link gradflowLogic Operator
highlight default link gradflowConstant Boolean
highlight default link gradflowAssert Exception
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
