# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the Markdown report from the export of the benchmark package."""

from dataclasses import dataclass
from datetime import date

from report import busy, mark, table, time_text

PRECISIONS = ("f32", "f64")
FORMS = {"forward": "x·W + b", "backward": "δ·Wᵀ", "gradient": "xᵀ·δ"}
# The fraction of the peak that a product should reach: by threads for all sizes from 256 on, and by threads, precision
# and size for some smaller ones.
LARGE = 256
SMALL = 16  # up to this size, times are shown too
LARGE_TARGETS = {1: 0.88, 2: 0.85}
SMALL_TARGETS = {(1, "f32", 64): 0.75, (1, "f32", 16): 0.35}


@dataclass(frozen=True)
class Kernel:
    """A kernel and the time of one run."""

    name: str
    fields: dict
    seconds: tuple  # the minimum, the median and the 90th percentile

    @property
    def median(self):
        return self.seconds[1]

    @staticmethod
    def of(element):
        """Reads a kernel from the export. Its name is like package.benchmark.Kernels.norm,precision=f32,times=976."""
        name, *pairs = element["benchmark"].rsplit(".", 1)[1].split(",")
        fields = dict(pair.split("=") for pair in pairs)
        microseconds = element["secondaryMetrics"]["Time (wall clock)"]["scorePercentiles"]
        seconds = (microseconds[percentile] / 1e6 / int(fields["times"]) for percentile in ("0.0", "50.0", "90.0"))
        return Kernel(name, fields, tuple(seconds))


def best(rounds):
    """Returns each kernel as measured in the round with its lowest median, because the peak is also the best one."""
    found = {}
    for kernel in (kernel for kernels in rounds for kernel in kernels):
        fields = {name: value for name, value in kernel.fields.items() if name != "times"}
        found.setdefault((kernel.name, *sorted(fields.items())), []).append(kernel)
    return [min(kernels, key=lambda k: k.median) for kernels in found.values()]


def find(kernels, name, **fields):
    """Returns all kernels with the given name and fields."""
    return [k for k in kernels if k.name == name and all(k.fields.get(f) == v for f, v in fields.items())]


def asked(threads, precision, size):
    """Returns the fraction of the peak that should be reached, or None."""
    return SMALL_TARGETS.get((threads, precision, size)) or (LARGE_TARGETS[threads] if size >= LARGE else None)


def product_table(kernels, peaks, threads, precision):
    found = find(kernels, "product", threads=str(threads), precision=precision)
    # A register holds half as many numbers in f64 as in f32.
    peak = peaks[threads] / (1 if precision == "f32" else 2)
    rows = []
    for size in sorted({int(k.fields["size"]) for k in found}):
        target = asked(threads, precision, size)
        row = [str(size)]
        for form in FORMS:
            (kernel,) = find(found, "product", size=str(size), form=form)
            rate = 2 * size**3 / kernel.median
            verdict = f", {mark(rate / peak >= target)}" if target else ""
            row.append(f"{rate / 1e9:.3g} ({100 * rate / peak:.0f} %{verdict})")
        rows.append([*row, f"{100 * target:.0f} %" if target else "–"])
    return table(["size", *(f"{form}, {formula}" for form, formula in FORMS.items()), "target"], rows)


def products(kernels, peaks):
    parts = []
    for threads in peaks:
        for precision in PRECISIONS:
            title = f"### {precision}, {'one thread' if threads == 1 else 'two threads'}"
            parts.append(f"{title}\n\n{product_table(kernels, peaks, threads, precision)}")
    return "\n\n".join(parts)


def small_products(kernels):
    found = find(kernels, "product", threads="1", precision="f32")
    rows = []
    for size in sorted({int(k.fields["size"]) for k in found}):
        if size <= SMALL:
            same = find(found, "product", size=str(size))
            times = [time_text(k.seconds) for form in FORMS for k in find(same, "product", form=form)]
            rows.append([str(size), *times])
    return table(["size", *FORMS], rows)


def per_element(found):
    """Returns the nanoseconds per element."""
    (kernel,) = found
    best, middle, worst = (seconds * 1e9 / int(kernel.fields["elements"]) for seconds in kernel.seconds)
    return f"{middle:.3f} ({best:.3f}..{worst:.3f})"


def activations(kernels):
    names = dict.fromkeys(k.fields["function"] for k in find(kernels, "activation"))
    columns = [(precision, form) for precision in PRECISIONS for form in ("forward", "backward")]
    rows = [
        [name, *(per_element(find(kernels, "activation", function=name, precision=p, form=f)) for p, f in columns)]
        for name in sorted(names)
    ]
    return table(["activation", *(f"{precision} {form}" for precision, form in columns)], rows)


def elementary(kernels):
    names = sorted({k.fields["function"] for k in find(kernels, "elementary")})
    rows = [
        [name, *(per_element(find(kernels, "elementary", function=name, precision=p)) for p in PRECISIONS)]
        for name in names
    ]
    rows.append(["norm", *(per_element(find(kernels, "norm", precision=p)) for p in PRECISIONS)])
    return table(["function", *PRECISIONS], rows)


def fork_joins(kernels):
    rows = [[k.fields["form"].replace("_", " "), time_text(k.seconds)] for k in find(kernels, "fork-join")]
    return table(["fork-join of two threads", "time"], rows)


def markdown(kernels, peaks, described):
    rates = " and ".join(f"{peaks[threads] / 1e9:.0f} GFLOP/s on {threads}" for threads in peaks)
    return f"""# Kernels

Written by `Benchmarks/kernels` on {date.today()}; [README.md](README.md) describes what is measured and how.

{described}
* Measured peak of fused multiply-adds in f32, eight numbers wide: {rates} (the best of
  several measurements, between the rounds); half of it in f64.{busy(peaks[1], peaks[2])}

## Products

GFLOP/s on square matrices, with as many samples as inputs and outputs, and in parentheses the percentage of the
measured peak. Medians of the best of three rounds. For the smallest sizes, the time of a call is more relevant than the
rate; it is listed below.

{products(kernels, peaks)}

The time of a product in f32 on one thread: the median, and in parentheses the minimum and the 90th percentile.

{small_products(kernels)}

## Activations

Nanoseconds per element for 64 samples of 64 units, in the same form.

{activations(kernels)}

## Elementary functions and the norm

Nanoseconds per element for 4096 elements, in the same form.

{elementary(kernels)}

## Threads

{fork_joins(kernels)}
"""
