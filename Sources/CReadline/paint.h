// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef PAINT_H
#define PAINT_H

#include "CReadline.h"

/// From now on each line is painted over whenever readline has drawn it. `*context` is what the painter gets.
void gf_paint_start(gf_painter painter, void **context);

#endif
