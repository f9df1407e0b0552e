"""Draws how costs grow as an SVG: a row for each series, the CPU of one item on the left, the process's memory on the right."""

import math

WIDTH, HEIGHT = 420, 170  # of one panel, its margins included
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 24, 22
INK, PALE, LINES = "#24292f", "#d0d7de", ("#0969da", "#bc4c00")


def duration(seconds):
    """"713 ns", "2.41 us"."""
    for unit, scale in (("s", 1), ("ms", 1e-3), ("\u00b5s", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def mebibytes(value):
    return f"{value:.3g} MiB"


def count(size):
    """"1", "1,000", "10⁶"."""
    if size < 10_000 or 10 ** round(math.log10(size)) != size:
        return f"{size:,}"
    return "10" + "".join("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[int(d)]
                          for d in str(round(math.log10(size))))


def even_ticks(most):
    """Round values from 0 on that hold the largest one: three or four steps."""
    step = 10 ** math.floor(math.log10(most / 2))
    step *= next(factor for factor in (0.5, 1, 2, 2.5, 5, 10) if most / (step * factor) <= 4)
    return [step * i for i in range(math.ceil(most / step) + 1)]


def ratio_ticks(least, most):
    """1, 2, 5, 10, ... of a unit, from below the least value to above the largest one."""
    steps = [factor * 10.0 ** power for power in range(-10, 4) for factor in (1, 2, 5)]
    first = max(at for at, step in enumerate(steps) if step <= least / 1.5)
    last = min(at for at, step in enumerate(steps) if step >= most * 1.2)
    return steps[first:last + 1]


def text(x, y, what, anchor="middle", size=10, weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}">{what}</text>'


def panel(x, y, title, points, shown, colour, ratios):
    """\p points: pairs of size and value. \p shown: a value as text. \p ratios: equal ratios are equal heights"""
    values = [value for _, value in points]
    marks = ratio_ticks(min(values), max(values)) if ratios else even_ticks(max(values))
    left, right, top, bottom = x + LEFT, x + WIDTH - RIGHT, y + TOP, y + HEIGHT - BOTTOM
    low, high = math.log(points[0][0]), math.log(points[-1][0])

    def across(size):
        return left + 8 + (right - left - 16) * (math.log(size) - low) / (high - low)

    def up(value):
        part = math.log(value / marks[0]) / math.log(marks[-1] / marks[0]) if ratios else value / marks[-1]
        return bottom - (bottom - top) * part

    parts = [text(left, y + 14, title, "start", 11, "bold")]
    for mark in marks:
        parts.append(f'<path d="M{left} {up(mark):.1f}H{right}" stroke="{PALE}" stroke-width="1"/>')
        parts.append(text(left - 6, up(mark) + 3.5, shown(mark) if mark else "0", "end", 9))
    for at, (size, _) in enumerate(points):
        if len(points) < 8 or at % 2 == 0:
            parts.append(text(across(size), bottom + 14, count(size), size=9))
    line = " ".join(f"{across(size):.1f},{up(value):.1f}" for size, value in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
    parts += [f'<circle cx="{across(size):.1f}" cy="{up(value):.1f}" r="3" fill="{colour}">'
              f'<title>{size:,}: {shown(value)}</title></circle>' for size, value in points]
    return parts


def draw(series):
    """\p series: title, what one item is, and a list of size, CPU seconds for each, KiB"""
    width, height = 2 * WIDTH, len(series) * HEIGHT + 8
    parts = []
    for row, (title, item, found) in enumerate(series):
        y = row * HEIGHT + 4
        parts += panel(0, y, f"{title}: CPU for each {item}", [(size, cpu) for size, cpu, _ in found], duration, LINES[0],
                       True)
        parts += panel(WIDTH, y, "memory of the process", [(size, kib / 1024) for size, _, kib in found], mebibytes, LINES[1],
                       False)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'font-family="system-ui, sans-serif" fill="{INK}">\n<rect width="100%" height="100%" fill="white"/>\n'
            + "\n".join(parts) + "\n</svg>\n")
