// SPDX-License-Identifier: GPL-3.0-or-later

// SwiftPM notices a change of the header only through a source file that includes it.
#include "CRegister.h"
