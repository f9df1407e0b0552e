"""The figures for people: one line for each job, or a table with a line for each goal."""


def figure(value, unit):
    if value is None:
        return ""
    return f"{value:.1f} {unit}" if unit == "ns" or value >= 100 else f"{value:.2f} {unit}"


def in_short(result):
    """"wall 0.79 (<= 0.8 met), cpu 1.31 (<= 1.1 MISSED)"."""
    parts = [
        f"{g['what']} {g['value']:.2f} (<= {g['limit']:g} {'met' if g['met'] else 'MISSED'})" for g in result["goals"]
    ]
    return ", ".join(parts or [f"{what} {value:.2f}" for what, value in result["ratios"].items()])


def versus(result):
    """"flat: wall 0.99, CPU 1.01 of the other's"."""
    ratios, least = result["ratios"], result["least"]
    return (f"  {result['job']:12} wall {ratios['wall']:.3f}, CPU {ratios['cpu']:.3f} of the other's; "
            f"the best runs {least['wall']:.3f}, {least['cpu']:.3f}; "
            f"{result['this']['wall']:.2f} s and {result['other']['wall']:.2f} s")


def side(figures, unit):
    """Wall and CPU seconds, or what a job has in their place."""
    if unit == "MiB":
        return figure(figures["peak_rss_kib"] / 1024, unit) if figures else ""
    if unit == "ns":
        return f"{figures['next']:.1f}, {figures['step']:.1f} ns" if figures else ""
    parts = [f"{figures[what]:.2f} {what}" for what in ("wall", "cpu") if what in figures]
    if "peak_rss_kib" in figures:
        parts.append(f"{figures['peak_rss_kib'] / 1024:.0f} MiB")
    return ", ".join(parts)


def table(results):
    """Job, ours, theirs, ratios, goals, met or not; seconds."""
    rows = [("job", "ours", "theirs", "wall", "CPU", "goal", "met")]
    notes = []
    for r in results:
        goals = "; ".join(f"{g['what']} <= {g['limit']:g}" for g in r["goals"])
        met = "; ".join("yes" if g["met"] else f"NO ({g['value']:.2f})" for g in r["goals"])
        ratios = r["ratios"]
        cpu = [f"{ratios[key]:.2f}" for key in ("cpu", "header_only", "separate") if key in ratios]
        rows.append((r["job"], side(r["ours"], r["unit"]), side(r["theirs"], r["unit"]),
                     f"{ratios['wall']:.2f}" if "wall" in ratios else "", ", ".join(cpu), goals or "-", met or "-"))
        note = f"; {r['note']}" if r.get("note") else ""
        notes.append(f"  {r['job']}: {r['what']}; against: {r['against']}{note}")
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    met = [g["met"] for r in results for g in r["goals"]]
    lines += ["", "Seconds are medians, ratios (ours / theirs) are medians of the ratios of neighbouring runs.", *notes,
              "", f"{sum(met)} of {len(met)} goals met; every result agreed with the generator"]
    return "\n".join(lines)
