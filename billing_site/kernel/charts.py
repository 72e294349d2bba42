"""Bars and lines as geometry: pure arithmetic, drawn by components/chart.html on screen and paper.

Places along the width are percentages, so that a chart fits any page and its letters keep their
size; heights are whole pixels. Values are money or plain numbers of one unit, from nothing up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import ceil

# What paper shows, where neither classes nor variables have a color.
PAPER_COLORS = ("#0b6b4a", "#bad6ca", "#3a4fa3", "#7d5200")
TOP, HEIGHT, FOOT = 14, 190, 26  # pixels: room above, the drawing, the labels below
BAR_SHARE = Decimal("0.56")  # of the width that a label has
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
TICKS = 4
EVERY_LABEL = 13  # more labels than this and only some are written


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, one for each label of the chart."""

    name: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    y: int
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    x: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    series: int
    color: str
    x: Decimal
    width: Decimal
    y: Decimal
    height: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Segment:
    series: int
    color: str
    x1: Decimal
    y1: Decimal
    x2: Decimal
    y2: Decimal


@dataclass(frozen=True, slots=True)
class Point:
    series: int
    color: str
    x: Decimal
    y: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Name:
    series: int
    color: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    words: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the table behind it. `base` is the y of nothing; `height` the whole height."""

    title: str
    height: int
    base: int
    label_y: int
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    names: tuple[Name, ...]
    bars: tuple[Bar, ...]
    segments: tuple[Segment, ...]
    points: tuple[Point, ...]
    rows: tuple[Row, ...]


Show = Callable[[Decimal], str]


def bars(title: str, labels: Sequence[str], series: Sequence[Series], *, show: Show = str) -> Chart:
    """Stack each label's values into one bar, the first series at the bottom.

    *show* writes a value for the table and the hints, for example “€1,000.00”.
    """
    _same_length(labels, series)
    tops = [sum((one.values[i] for one in series), Decimal(0)) for i in range(len(labels))]
    scale = _Scale.up_to(max(tops, default=Decimal(0)))
    drawn = []
    for i, label in enumerate(labels):
        below = Decimal(0)
        for n, one in enumerate(series):
            value = one.values[i]
            if value:
                place = _place(_middle(i, len(labels)), len(labels), below, value, scale)
                drawn.append(Bar(n, _color(n), *place, words=f"{label}: {show(value)}"))
            below += value
    return _chart(title, labels, series, scale, show, bars=tuple(drawn))


def lines(
    title: str, labels: Sequence[str], series: Sequence[Series], *, show: Show = str
) -> Chart:
    """Draw each series as one line over the labels."""
    _same_length(labels, series)
    highest = max((value for one in series for value in one.values), default=Decimal(0))
    scale = _Scale.up_to(highest)
    points, segments = [], []
    for n, one in enumerate(series):
        ours = [
            Point(n, _color(n), _middle(i, len(labels)), scale.y(value), f"{label}: {show(value)}")
            for i, (label, value) in enumerate(zip(labels, one.values, strict=True))
        ]
        points += ours
        segments += [Segment(n, _color(n), a.x, a.y, b.x, b.y) for a, b in pairwise(ours)]
    return _chart(
        title, labels, series, scale, show, segments=tuple(segments), points=tuple(points)
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    step: Decimal
    ticks: int

    @classmethod
    def up_to(cls, highest: Decimal) -> _Scale:
        """Choose round steps that reach *highest* in at most four."""
        if highest <= 0:
            return cls(Decimal(1), 1)
        rough = highest / TICKS
        power = Decimal(1).scaleb(rough.adjusted())
        step = next(power * nice for nice in STEPS if power * nice >= rough)
        return cls(step, ceil(highest / step))

    @property
    def top(self) -> Decimal:
        return self.step * self.ticks

    def y(self, value: Decimal) -> Decimal:
        return _tenth(TOP + HEIGHT - value * HEIGHT / self.top)


def short(value: Decimal) -> str:
    """Write a round figure for an axis: 2500 is “2.5k”, 3000000 is “3M”."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{(value / size).normalize():f}{letter}"
    return f"{value.normalize():f}"


def _chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    scale: _Scale,
    show: Show,
    *,
    bars: tuple[Bar, ...] = (),
    segments: tuple[Segment, ...] = (),
    points: tuple[Point, ...] = (),
) -> Chart:
    every = -(-len(labels) // EVERY_LABEL) if labels else 1
    return Chart(
        title=title,
        height=TOP + HEIGHT + FOOT,
        base=TOP + HEIGHT,
        label_y=TOP + HEIGHT + FOOT - 6,
        ticks=tuple(
            Tick(int(scale.y(scale.step * n)), short(scale.step * n))
            for n in range(scale.ticks + 1)
        ),
        labels=tuple(
            Label(_middle(i, len(labels)), label)
            for i, label in enumerate(labels)
            if i % every == 0
        ),
        names=tuple(Name(n, _color(n), one.name) for n, one in enumerate(series)),
        bars=bars,
        segments=segments,
        points=points,
        rows=tuple(
            Row(label, tuple(show(one.values[i]) for one in series))
            for i, label in enumerate(labels)
        ),
    )


def _place(
    middle: Decimal, count: int, below: Decimal, value: Decimal, scale: _Scale
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return x, width (percent), y and height (pixels) of a bar's part that stands on *below*."""
    width = _tenth(100 * BAR_SHARE / count)
    gap = 2 if below else 0  # pixels of paper between two parts of a bar
    foot, head = scale.y(below) - gap, scale.y(below + value)
    return _tenth(middle - width / 2), width, min(head, foot - 1), max(foot - head, Decimal(1))


def _middle(i: int, count: int) -> Decimal:
    return _tenth(Decimal(100 * (2 * i + 1)) / (2 * count))


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


def _color(n: int) -> str:
    return PAPER_COLORS[n % len(PAPER_COLORS)]


def _same_length(labels: Sequence[str], series: Sequence[Series]) -> None:
    assert len(series) <= len(PAPER_COLORS), "More series than anybody can tell apart."
    for one in series:
        assert len(one.values) == len(labels), "Each label has one value in each series."
        assert min(one.values, default=0) >= 0, "A chart counts up from nothing."
