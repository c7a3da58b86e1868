// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef PAINT_H
#define PAINT_H

#include "CReadline.h"

/// Starts to repaint each line whenever Readline has drawn it. `*context` is passed to the painter.
void gf_paint_start(gf_painter painter, void **context);

#endif
