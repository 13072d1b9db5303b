"""Two systems side by side: the hits of each for the same query, and what both found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.draw.colours import colour, theme_of
from gui.search.alpha import AlphaSlider
from gui.search.asking import Asker
from gui.search.fitting import Fitting
from gui.search.hits import HitsView
from gui.search.jobs import Found, Hit, Prepared, Request
from gui.search.system_combo import SystemCombo
from gui.state.session import Session
from gui.widgets.translated import Translated

MARKED: Final = 50
"""A hit is marked when it is among so many best of both systems."""
TOLD: Final = (10, 50)
"""Sizes of the heads of both lists whose common share is told."""
_ABREAST: Final = 600
"""Pixels from which on the lists stand side by side; below they stand one above the other."""
_OTHER: Final = "search/compare_with"


@dataclass(frozen=True)
class Common:
    """How many of the first ``count`` hits two systems share, and what share of them chance would give."""

    count: int
    shared: int
    chance: float


def common(one: Found, other: Found, count: int) -> Common:
    """What the first ``count`` bars of two rankings share; fewer where there are fewer."""
    most = min(count, len(one.ranking.bar), len(other.ranking.bar))
    shared = len(np.intersect1d(one.ranking.bar[:most], other.ranking.bar[:most]))
    return Common(most, shared, most / max(one.ranking.gallery, other.ranking.gallery, 1))


class Side(Translated):
    """One system: its menu, its slider, its hits."""

    chosen = Signal(str)
    """A person chose another system."""
    found_changed = Signal()
    """Other hits, or none."""

    def __init__(self, session: Session, fitting: Fitting, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base: Request | None = None
        self.asker = Asker(session, fitting, key, self)
        self.combo = SystemCombo()
        self.alpha = AlphaSlider()
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.button = QPushButton()
        self.hits = HitsView(session)
        self.empty = QWidget()
        empty = QVBoxLayout(self.empty)
        empty.setContentsMargins(4, 8, 4, 4)
        empty.addWidget(self.sentence)
        empty.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        empty.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.hits)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.combo, self.alpha, self.status):
            layout.addWidget(widget)
        layout.addWidget(self.stack, 1)
        self.combo.activated.connect(lambda _row: self._on_chosen())
        self.alpha.moved.connect(lambda _alpha: self._ask(on=True))
        self.button.clicked.connect(self.asker.press)
        self.asker.found_changed.connect(self._on_found)
        self.asker.changed.connect(self._show)
        self.retranslate()
        self.restyle()

    @property
    def found(self) -> Found | None:
        """The result that is shown."""
        return self.asker.found

    def set_system(self, name: str) -> None:
        """Show another system."""
        if name != self.combo.name:
            self.combo.choose(name)
            self._ask()

    def ask(self, base: Request) -> None:
        """Search for a query; the system and alpha are the side's own."""
        self._base = base
        self._ask()

    def drop(self) -> None:
        """Forget the query."""
        self._base = None
        self.asker.drop()
        self.hits.set_hits((), -1.0, keep=False)

    def _on_chosen(self) -> None:
        self._ask()
        self.chosen.emit(self.combo.name)

    def _ask(self, *, on: bool = False) -> None:
        if self._base is not None:
            request = replace(self._base, method=self.combo.name, alpha=self.alpha.alpha)
            (self.asker.ask_on if on else self.asker.ask)(request)
        self._show()

    def _on_found(self, found: Found) -> None:
        self.hits.set_hits(found.hits, 0.5 if found.request.method == "xmied" else -1.0, keep=True)
        self.found_changed.emit()

    def _show(self) -> None:
        found = self.found
        self.alpha.setVisible(self.combo.name == "semi-supervised" and not self.asker.reason(self.combo.name))
        sentence = self.asker.sentence
        if not sentence and found is not None and found.ranking.complete and not found.hits:
            sentence = self.tr("No bar passes the filters.")
        self.sentence.setText(sentence)
        self.button.setText(self.asker.button)
        self.button.setVisible(bool(self.asker.button))
        self.stack.setCurrentWidget(self.empty if sentence else self.hits)
        status = self.asker.waiting
        if not status and found is not None and not sentence:
            ranking, protocol = found.ranking, self.combo.texts.text(found.protocol)
            status = self.tr("{bars:,} bars in {seconds:.3f} s · {protocol}").format(
                bars=ranking.gallery, seconds=ranking.seconds, protocol=protocol)
        self.status.setText(status)
        if found is None:
            self.found_changed.emit()

    def retranslate(self) -> None:
        self._show()

    def restyle(self) -> None:
        self.status.setStyleSheet(f"color: {colour(theme_of(self.palette()).faint).name()};")


class ComparePage(Translated):
    """Both sides, and a sentence on what they share."""

    opened = Signal(object)
    """A :class:`Hit` was opened on one of the sides."""

    def __init__(self, session: Session, fitting: Fitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.sides = (Side(session, fitting, "search left"), Side(session, fitting, "search right"))
        self._active = self.sides[0]
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.swap_button = QToolButton()
        self.swap_button.setText("⇄")
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        for side, other in zip(self.sides, self.sides[::-1], strict=True):
            self.splitter.addWidget(side)
            side.found_changed.connect(self._compare)
            side.hits.opened.connect(self.opened)
            side.hits.chosen.connect(lambda hit, side=side, other=other: self._on_hit(side, other, hit))
            side.hits.installEventFilter(self)
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.swap_button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.splitter, 1)
        left, right = self.sides
        left.set_system(session.method)
        kept = str(QSettings().value(_OTHER, "length-only"))
        right.set_system(kept if right.combo.findData(kept) >= 0 and kept != session.method else self._unlike())
        left.chosen.connect(session.set_method)
        right.chosen.connect(lambda name: QSettings().setValue(_OTHER, name))
        session.method_changed.connect(left.set_system)
        self.swap_button.clicked.connect(self.swap)
        self.retranslate()
        self.restyle()

    @property
    def active(self) -> HitsView:
        """The list that keys go to: the one that had the focus last."""
        return self._active.hits

    def set_prepared(self, prepared: Prepared | None) -> None:
        """Another view."""
        for side in self.sides:
            side.drop()
            side.asker.set_prepared(prepared)
            side.combo.set_lacking(prepared.lacking if prepared is not None else {})

    def ask(self, base: Request) -> None:
        """The same query for both."""
        for side in self.sides:
            side.ask(base)

    def drop(self) -> None:
        """No query."""
        for side in self.sides:
            side.drop()

    def swap(self) -> None:
        """Exchange the two systems."""
        left, right = self.sides
        names, alphas = (right.combo.name, left.combo.name), (right.alpha.alpha, left.alpha.alpha)
        for side, alpha in zip(self.sides, alphas, strict=True):
            side.alpha.set_alpha(alpha)
        right.set_system(names[1])
        QSettings().setValue(_OTHER, names[1])
        left.set_system(names[0])
        self._session.set_method(names[0])

    def _unlike(self) -> str:
        return "length-only" if self._session.method != "length-only" else "xmied"

    def _on_hit(self, side: Side, other: Side, hit: Hit | None) -> None:
        """What is chosen on one side is chosen on the other too, where it is there."""
        if hit is None:
            return
        self._active = side
        current = other.hits.current()
        if current is None or current.bar != hit.bar:
            blocked = other.hits.blockSignals(True)
            other.hits.choose_bar(hit.bar)
            other.hits.blockSignals(blocked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The side with the focus is the active one."""
        if event.type() == QEvent.Type.FocusIn:
            self._active = next((side for side in self.sides if side.hits is watched), self._active)
        return False

    def _compare(self) -> None:
        left, right = (side.found for side in self.sides)
        if left is None or right is None or left.request.query.words != right.request.query.words:
            for side in self.sides:
                side.hits.hits.set_marks({}, "")
            if left is None or right is None:
                self.summary.setText("")
            return
        for side, found in ((self.sides[0], right), (self.sides[1], left)):
            own = side.found
            assert own is not None
            mine = set(own.ranking.bar[:MARKED].tolist())
            rank = {int(bar): i for i, bar in enumerate(found.ranking.bar[:MARKED].tolist(), start=1)}
            other = self.sides[1] if side is self.sides[0] else self.sides[0]
            tip = self.tr("Found by both: {mark} is its place with {system}").format(
                mark="{mark}", system=other.combo.texts.text(found.request.method))
            side.hits.hits.set_marks({bar: f"⇄ {place}" for bar, place in rank.items() if bar in mine}, tip)
        parts = [common(left, right, count) for count in TOLD]
        if parts[0].count == parts[1].count:
            parts = parts[:1]
        told = [self.tr("{shared} of the first {count} ({share:.0%}; by chance {chance:.1%})").format(
            shared=part.shared, count=part.count, share=part.shared / max(part.count, 1), chance=part.chance)
            for part in parts]
        self.summary.setText(self.tr("Found by both: {told}.").format(told=self.tr(", ").join(told)))

    # -- texts and room ---------------------------------------------------------------------------

    def retranslate(self) -> None:
        names = (self.tr("Left system"), self.tr("Right system"))
        for side, name in zip(self.sides, names, strict=True):
            side.combo.setAccessibleName(name)
        self.swap_button.setToolTip(self.tr("Exchange the two systems"))
        self.swap_button.setAccessibleName(self.swap_button.toolTip())
        self._compare()

    def restyle(self) -> None:
        """The sides take their own colours."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        wanted = Qt.Orientation.Horizontal if self.width() >= _ABREAST else Qt.Orientation.Vertical
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
            self.splitter.setSizes([1000, 1000])
