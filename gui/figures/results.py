"""The rows of Table 2 as a sortable model."""

from __future__ import annotations

import math
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from core.retrieval.protocol import DIRECTIONS, GALLERIES, METHODS, PROTOCOLS, TIES
from gui.figures.terms import Terms

Index = QModelIndex | QPersistentModelIndex
COLUMNS: Final = (
    "method", "protocol", "direction", "gallery", "ties", "mrr", "times_length_only", "times_random", "inverse_mrr",
    "median_rank", "recall_at_1", "recall_at_5", "recall_at_10", "queries", "mean_gallery_size", "split", "seed",
    "singletons", "seconds",
)
"""Columns shown and exported, so that no figure travels without its protocol, split, gallery, tie rule and seed."""
_NAMES: Final = ("method", "protocol", "direction", "gallery", "ties", "split")
SORT_ROLE: Final = Qt.ItemDataRole.UserRole


def complete(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of :func:`core.pipeline.figures.evaluate_folder`, each with every column of :data:`COLUMNS`.

    Methods compared under the same conditions stand below each other, the controls last.
    """
    shared = {name: result[name] for name in ("split", "seed", "singletons")}

    def place(row: dict[str, Any]) -> tuple[int, ...]:
        return (PROTOCOLS.index(row["protocol"]), DIRECTIONS.index(row["direction"]), GALLERIES.index(row["gallery"]),
                TIES.index(row["ties"]))

    return [{**row, **shared} for row in sorted(result["results"], key=place)]


class ResultsModel(QAbstractTableModel):
    """Rows of :func:`complete`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms = Terms(self)
        self._rows: list[dict[str, Any]] = []

    def set_rows(self, rows: list[dict[str, Any]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    @property
    def found(self) -> list[dict[str, Any]]:
        """The rows shown."""
        return self._rows

    def retranslate(self) -> None:
        """Show the names in the present language."""
        self.set_rows(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        name = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                "method": self.tr("Method"), "protocol": self.tr("Protocol"), "direction": self.tr("Direction"),
                "gallery": self.tr("Gallery"), "ties": self.tr("Ties"), "mrr": self.tr("MRR"),
                "times_length_only": self.tr("× length only"), "times_random": self.tr("× random"),
                "inverse_mrr": self.tr("1/MRR"), "median_rank": self.tr("Median rank"), "recall_at_1": self.tr("R@1"),
                "recall_at_5": self.tr("R@5"), "recall_at_10": self.tr("R@10"), "queries": self.tr("Queries"),
                "mean_gallery_size": self.tr("Gallery size"), "split": self.tr("Songs"), "seed": self.tr("Seed"),
                "singletons": self.tr("Singletons"), "seconds": self.tr("Seconds"),
            }[name]
        if role == Qt.ItemDataRole.ToolTipRole:
            return {
                "mrr": self.tr("Mean of 1 / rank of the right bar; higher is better"),
                "times_length_only": self.tr("MRR as a multiple of what bar length alone is expected to reach, equal "
                                             "scores in random order: 1 means no more than length gives away"),
                "times_random": self.tr("MRR as a multiple of chance"),
                "inverse_mrr": self.tr("A harmonic mean rank; lower is better"),
                "recall_at_1": self.tr("Share of queries whose right bar comes first"),
                "recall_at_5": self.tr("Share of queries whose right bar is among the first five"),
                "recall_at_10": self.tr("Share of queries whose right bar is among the first ten"),
                "queries": self.tr("Bars asked about; in the gallery of equal length those that have a competitor"),
                "mean_gallery_size": self.tr("Mean number of bars that a query is compared with"),
                "singletons": self.tr("What the NPMI of a pair becomes that meets in one song alone"),
                "seconds": self.tr("Fitting and scoring, shared by galleries and tie rules"),
            }.get(name)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, name = self._rows[index.row()], COLUMNS[index.column()]
        value = row[name]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(name, value)
        if role == SORT_ROLE:
            if name == "method":
                return METHODS.index(value) if value in METHODS else len(METHODS)
            return -math.inf if value is None else value
        if role == Qt.ItemDataRole.TextAlignmentRole and name not in (*_NAMES, "singletons"):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and row["method"] in ("length-only", "random"):
            font = QFont()
            font.setItalic(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            if name in _NAMES:
                return self._terms.explained(self._key(name, value)) or None
            return None if value is None else str(value)
        return None

    def _shown(self, name: str, value: Any) -> str:
        if value is None:
            return "–"
        if name in _NAMES:
            return self._terms.text(self._key(name, value))
        if name == "mrr":
            return f"{value:.5f}"
        if name in ("times_length_only", "times_random"):
            return f"{value:.2f} ×"
        if name.startswith("recall"):
            return f"{value * 100:.2f} %"
        if name in ("inverse_mrr", "median_rank", "mean_gallery_size"):
            return f"{value:,.1f}"
        if name == "seconds":
            return f"{value:.2f}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    @staticmethod
    def _key(name: str, value: str) -> str:
        # "all" is the name of a gallery and of a choice of songs.
        return f"gallery {value}" if name == "gallery" and value == "all" else value
