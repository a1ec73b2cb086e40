"""Numbers and tables as Markdown."""


def count(n):
    return "–" if n is None else f"{n:,}"


def seconds(s):
    if s is None:
        return "–"
    if s < 1:
        return f"{s * 1e3:.3g} ms"
    return f"{s:.3g} s" if s < 100 else f"{s:,.0f} s"


def size(n):
    if n is None:
        return "–"
    for unit in ("B", "kB", "MB"):
        if n < 1000:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:.3g} GB"


def table(head, rows):
    """A Markdown table, all but the first column to the right."""
    bars = ["---"] + ["--:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(map(str, r)) + " |" for r in [head, bars, *rows]) + "\n"


def machine(m, load_after):
    gigabytes = m["memory_bytes"] / 1e9
    return (
        f"{m['date']}, zirc at `{m['revision']}`, {m['cores']} cores of {m['cpu']}, "
        f"{gigabytes:.0f} GB, {m['system']}. Load average {m['load_before']:.1f} before and "
        f"{load_after:.1f} after: where it is above zero, others had a part of the machine, and "
        "processor time says more than time.\n"
    )
