"""A drawing of curves on logarithmic axes as SVG text, without a plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 470, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 44, 130
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # Okabe & Ito: told apart with any eyes
_LINE = 17


@dataclass(frozen=True)
class Panel:
    """One drawing.

    Attributes
    ----------
    title, x_label, y_label : str
    curves : mapping of name to sequence of (x, y)
        All above zero; the name stands in the legend.
    """

    title: str
    x_label: str
    y_label: str
    curves: Mapping[str, Sequence[tuple[float, float]]]


def drawing(panels: Sequence[Panel], heading: str, note: str = "") -> str:
    """SVG text with the panels side by side.

    Raises
    ------
    ValueError
        Where a point is not above zero or there is none.
    """
    width, height = _WIDTH * len(panels), _HEIGHT + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(width / 2, 22, heading, "middle", 15),
        _text(width / 2, height - 12, note, "middle", 11),
    ]
    for place, panel in enumerate(panels):
        parts.append(f'<g transform="translate({_WIDTH * place} 32)">')
        parts += _panel(panel)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> list[str]:
    points = [point for curve in panel.curves.values() for point in curve]
    if not points or min(min(point) for point in points) <= 0:
        msg = "a drawing on logarithmic axes needs points, all above zero"
        raise ValueError(msg)
    low_x, high_x = _decades([x for x, _ in points])
    low_y, high_y = _decades([y for _, y in points])
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def across(x: float) -> float:
        return _LEFT + (log10(x) - low_x) / (high_x - low_x) * (right - _LEFT)

    def up(y: float) -> float:
        return bottom - (log10(y) - low_y) / (high_y - low_y) * (bottom - _TOP)

    parts = [
        _text((_LEFT + right) / 2, _TOP - 14, panel.title, "middle", 13),
        _text((_LEFT + right) / 2, bottom + 36, panel.x_label, "middle"),
        f'<g transform="translate(16 {(bottom + _TOP) / 2:.1f}) rotate(-90)">',
        _text(0, 0, panel.y_label, "middle"), "</g>",
    ]
    for power in range(low_x, high_x + 1):
        x = across(10.0**power)
        parts += [_stroke(x, _TOP, x, bottom), _text(x, bottom + 17, _number(power), "middle")]
    for power in range(low_y, high_y + 1):
        y = up(10.0**power)
        parts += [_stroke(_LEFT, y, right, y), _text(_LEFT - 7, y + 4, _number(power), "end")]
    for i, (name, curve) in enumerate(panel.curves.items()):
        colour = _COLOURS[i % len(_COLOURS)]
        places = [(across(x), up(y)) for x, y in curve]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places]
        row = bottom + 56 + _LINE * i
        parts += [f'<circle cx="{_LEFT + 6}" cy="{row - 4}" r="4" fill="{colour}"/>',
                  _text(_LEFT + 18, row, name, "start")]
    return parts


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten that hold all values, at least one apart."""
    low, high = floor(log10(min(values)) + 1e-9), ceil(log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _number(power: int) -> str:
    return f"{10**power:,}" if 0 <= power <= 6 else f"{10.0**power:g}"


def _stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ccc"/>'


def _text(x: float, y: float, text: str, anchor: str, size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
