# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the arrays of this folder with NumPy, whose values are known: element i of each is i / 8 - 1."""
import numpy as np

for name, type, shape, order in [
    ("f8", "<f8", (2, 3), "C"), ("f4_big", ">f4", (5,), "C"), ("f2", "<f2", (4,), "C"), ("columns", "<f8", (2, 3, 4), "F"),
    ("single", "<f8", (), "C"), ("empty", "<f8", (0, 3), "C"),
]:
    count = int(np.prod(shape))
    np.save(name + ".npy", np.asarray((np.arange(count) / 8 - 1).reshape(shape), dtype=type, order=order))
np.save("integers.npy", np.array([-3, 0, 2**40], dtype="<i8"))
np.save("booleans.npy", np.array([True, False]))
np.save("complex.npy", np.array([1j]))
np.savez("plain.npz", w=np.eye(2), b=np.array([1.5]))
np.savez_compressed("packed.npz", w=np.arange(1000.0).reshape(100, 10))
