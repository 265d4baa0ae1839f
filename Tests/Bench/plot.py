"""Results as a picture: how far each goal is reached, 1 being the goal."""

from html import escape

from samples import Result
from table import said

WIDTH, LABEL, LINE, MOST = 1000, 520, 22, 2.0


def svg(results: list[Result], title: str) -> str:
    bars = [(f"{result.name}: {said(goal, found, result)}", goal.reached(found) if found is not None else 0.0, is_met)
            for result in results for goal, found, is_met in result.judged()]
    height = 60 + LINE * len(bars)
    scale = (WIDTH - LABEL - 60) / MOST
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
        'font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="10" y="22" font-size="15">{escape(title)}</text>',
    ]
    for index, (label, reached, is_met) in enumerate(bars):
        y = 44 + LINE * index
        length = max(1.0, min(reached, MOST) * scale)
        lines += [
            f'<text x="{LABEL - 10}" y="{y + 13}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y + 2}" width="{length:.1f}" height="{LINE - 6}" '
            f'fill="{"#2e7d4f" if is_met else "#c0392b"}"/>',
            f'<text x="{LABEL + length + 6:.1f}" y="{y + 13}">{reached:.2f}</text>',
        ]
    goal = LABEL + scale
    lines += [f'<line x1="{goal}" y1="36" x2="{goal}" y2="{height - 12}" stroke="black" stroke-dasharray="4 3"/>',
              "</svg>"]
    return "\n".join(lines) + "\n"
