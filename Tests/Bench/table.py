"""Results as lines to read."""

from samples import Goal, Result

PARTS = ("api", "consumer", "postgres", "broker", "echo", "load")


def number(value: float | None) -> str:
    """Three digits that matter, and thousands apart."""
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _columns(result: Result) -> list[str]:
    figures = result.figures()
    times = " / ".join(number(figures.get(name)) for name in ("p50", "p99", "p999"))
    per_operation = " ".join(f"{part} {number(figures[f'{part} µs'])}" for part in PARTS if figures.get(f"{part} µs"))
    memory = " ".join(f"{part} {number(peak)}" for part, peak in result.memory.items())
    return [result.name, f"{number(figures.get('value'))} {result.unit}", times if "p50" in figures else "-",
            per_operation or "-", memory or "-"]


HEAD = ["scenario", "value", "p50 / p99 / p99.9 ms", "processor µs an operation", "peak MiB"]


def table(results: list[Result]) -> str:
    """A line a scenario, below it a line a reference and a line a goal."""
    rows = [HEAD, *(_columns(result) for result in results)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(HEAD))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    lines = [shown[0], "-" * len(shown[0])]
    for line, result in zip(shown[1:], results):
        lines += [line, *references(result), *goals(result)]
    return "\n".join(lines)


def references(result: Result) -> list[str]:
    lines = []
    for name, ratio in result.ratios().items():
        figures = result.as_json()["references"][name]
        times = f", p50 {number(figures['p50'])} p99 {number(figures['p99'])} ms" if "p50" in figures else ""
        lines.append(f"    {ratio:.2f} × {name} ({number(figures['value'])}{times})")
    return lines


def goals(result: Result) -> list[str]:
    return [f"    {'met   ' if is_met else 'MISSED'} {said(goal, found, result)}"
            for goal, found, is_met in result.judged()]


def said(goal: Goal, found: float | None, result: Result) -> str:
    times = " ×" if goal.figure in result.references else ""
    return f"{goal.wanted}{times} {goal.figure}: {number(found)}"


def missed(results: list[Result]) -> int:
    return sum(not is_met for result in results for _, _, is_met in result.judged())
