"""The rows of Table 2 as a sortable model."""

from __future__ import annotations

import math
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QFont, QGuiApplication

from core.retrieval.protocol import DIRECTIONS, GALLERIES, METHODS, PROTOCOLS, TIES
from gui.draw.colours import colour, theme_of
from gui.figures.systems import CONTROLS
from gui.figures.terms import Terms

Index = QModelIndex | QPersistentModelIndex
CONDITIONS: Final[dict[str, tuple[str, ...]]] = {
    "direction": DIRECTIONS, "gallery": GALLERIES, "protocol": PROTOCOLS, "ties": TIES,
}
"""What a system is evaluated under, beside the songs and the seed."""
COLUMNS: Final = (
    "method", "mrr", "p_holm", "direction", "gallery", "protocol", "ties", "reason", "times_length_only",
    "times_random", "difference", "p_value", "mrr_without_song", "class_map", "inverse_mrr", "median_rank",
    "recall_at_1", "recall_at_5", "recall_at_10", "queries", "mean_gallery_size", "split", "seed", "singletons",
    "fit_seconds", "seconds",
)
"""Columns shown; ``mrr`` shows its interval too."""
HIDDEN: Final = ("p_value", "inverse_mrr", "recall_at_5", "split", "seed", "singletons", "seconds")
"""Columns that are hidden until asked for; the caption names split, seed and singleton rule."""
EXPORTED: Final = (
    "method", *("protocol", "direction", "gallery", "ties"), "mrr", "mrr_low", "mrr_high", "times_length_only",
    "times_random", "difference", "p_value", "p_holm", "mrr_without_song", "class_map", "inverse_mrr", "median_rank",
    "recall_at_1", "recall_at_5", "recall_at_10", "queries", "mean_gallery_size", "split", "seed", "singletons",
    "fit_seconds", "seconds", "reason",
)
"""Columns of files, so that no figure travels without its protocol, split, gallery, tie rule and seed."""
LEVEL: Final = 0.05
"""Below this, a corrected p counts as a difference."""
_NAMES: Final = ("method", "protocol", "direction", "gallery", "ties", "split")
_LEFT: Final = (*_NAMES, "singletons", "reason", "mrr")
"""Columns of texts; and the MRR, whose points stand below each other so, with an interval behind them or not."""
SORT_ROLE: Final = Qt.ItemDataRole.UserRole


def complete(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of :func:`core.pipeline.figures.evaluate_folder`, each with every column, None where it has no value.

    Systems compared under the same conditions stand below each other.
    """
    shared = {name: result[name] for name in ("split", "seed", "singletons")}
    nothing = dict.fromkeys((*COLUMNS, *EXPORTED))

    def place(row: dict[str, Any]) -> tuple[int, ...]:
        return tuple(CONDITIONS[name].index(row[name]) for name in ("protocol", "direction", "gallery", "ties"))

    return [{**nothing, **row, **shared} for row in sorted(result["results"], key=place)]


def compared(row: dict[str, Any]) -> int:
    """1 where a row's MRR is above XMIED's, -1 where it is below, by the corrected test; 0 where it is neither."""
    p = row["p_holm"]
    if p is None or p >= LEVEL or not row["difference"]:
        return 0
    return 1 if row["difference"] > 0 else -1


def decimals(rows: list[dict[str, Any]]) -> int:
    """Decimals that give the lowest MRR of the rows three digits, so that all of them can be compared by eye."""
    found = [row["mrr"] for row in rows if row["mrr"]]
    return min(max(2 - math.floor(math.log10(min(found))), 3), 6) if found else 3


def p_text(value: float | None) -> str:
    """A p value, with three decimals."""
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


class ResultsModel(QAbstractTableModel):
    """Rows of :func:`complete`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms = Terms(self)
        self._rows: list[dict[str, Any]] = []
        self._places = 3

    def set_rows(self, rows: list[dict[str, Any]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self._places = decimals(rows)
        self.endResetModel()

    @property
    def found(self) -> list[dict[str, Any]]:
        """The rows shown."""
        return self._rows

    def empty(self, name: str) -> bool:
        """Whether no row has a value in a column."""
        return all(row[name] is None for row in self._rows)

    def retranslate(self) -> None:
        """Show names and colours anew."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        name = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._title_explained(name) or None
        return None

    def title(self, name: str) -> str:
        """Header of a column."""
        return {
            "method": self.tr("Method"), "protocol": self.tr("Protocol"), "direction": self.tr("Direction"),
            "gallery": self.tr("Gallery"), "ties": self.tr("Ties"), "mrr": self.tr("MRR (95 %)"),
            "p_holm": self.tr("p, XMIED"), "reason": self.tr("Why n/a"),
            "times_length_only": self.tr("× length only"), "times_random": self.tr("× random"),
            "difference": self.tr("− XMIED"), "p_value": self.tr("p, single"),
            "mrr_without_song": self.tr("Own song out"), "class_map": self.tr("Class MAP"),
            "inverse_mrr": self.tr("1/MRR"), "median_rank": self.tr("Median rank"), "recall_at_1": self.tr("R@1"),
            "recall_at_5": self.tr("R@5"), "recall_at_10": self.tr("R@10"), "queries": self.tr("Queries"),
            "mean_gallery_size": self.tr("Gallery size"), "split": self.tr("Songs"), "seed": self.tr("Seed"),
            "singletons": self.tr("Singletons"), "fit_seconds": self.tr("Fitting (s)"),
            "seconds": self.tr("Seconds"),
        }[name]

    def _title_explained(self, name: str) -> str:
        return {
            "mrr": self.tr("Mean of 1 / rank of the right bar, higher is better; in brackets where 95 % of the means "
                           "lie when songs are drawn anew (bootstrap)"),
            "p_holm": self.tr("How often a difference from XMIED as large as this comes by chance: test paired by "
                              "song, corrected for the number of systems (Holm). ↑ above XMIED, ↓ below it, both "
                              "below 0.05"),
            "reason": self.tr("What the system needs and this corpus does not have"),
            "difference": self.tr("MRR less the MRR of XMIED under the same conditions"),
            "p_value": self.tr("The test against XMIED before the correction for the number of systems"),
            "mrr_without_song": self.tr("MRR where the other bars of the query's own song do not compete"),
            "class_map": self.tr("Mean average precision with every bar of the query's genre in other songs counted as "
                                 "right"),
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
            "fit_seconds": self.tr("Fitting alone; a system that was fitted before is loaded"),
            "seconds": self.tr("Fitting and scoring, shared by galleries and tie rules"),
        }.get(name, "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, name = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, name)
        if role == SORT_ROLE:
            return self.sort_value(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and name not in _LEFT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setItalic(row["method"] in CONTROLS)
            font.setBold(name == "p_holm" and compared(row) != 0)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and row["reason"]:
            return colour(theme_of(QGuiApplication.palette()).faint)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._explained(row, name) or None
        return None

    def sort_value(self, row: int, column: int) -> Any:
        """What a cell is sorted by; None where it has no value."""
        name = COLUMNS[column]
        value = self._rows[row][name]
        if name == "method":
            return METHODS.index(value) if value in METHODS else len(METHODS)
        return CONDITIONS[name].index(value) if name in CONDITIONS else value

    def mrr_text(self, row: dict[str, Any]) -> str:
        """The MRR of a row, and in brackets its interval where there is one."""
        if row["mrr"] is None:
            return self.tr("n/a")
        mrr = f"{row['mrr']:.{self._places}f}"
        if row["mrr_low"] is None or row["mrr_high"] is None:
            return mrr
        return self.tr("{mrr} ({low} to {high})").format(
            mrr=mrr, low=f"{row['mrr_low']:.{self._places}f}", high=f"{row['mrr_high']:.{self._places}f}")

    def describe(self, row: dict[str, Any]) -> str:
        """The figures of a row in a line: MRR, its interval, and how it compares with XMIED."""
        if row["reason"]:
            return self.tr("n/a: {reason}").format(reason=self._terms.reason(row["reason"]))
        text = self.tr("MRR {mrr}").format(mrr=self.mrr_text(row))
        verdict = self._verdict(row)
        return f"{text}; {verdict}" if verdict else text

    def _verdict(self, row: dict[str, Any]) -> str:
        if row["p_holm"] is None or row["difference"] is None:
            return ""
        side = {1: self.tr("above XMIED"), -1: self.tr("below XMIED"),
                0: self.tr("not to be told from XMIED")}[compared(row)]
        return self.tr("{side} ({difference}, p {p})").format(
            side=side, difference=f"{row['difference']:+.{self._places}f}", p=p_text(row["p_holm"]))

    def _explained(self, row: dict[str, Any], name: str) -> str:
        if name in _NAMES and not (name == "method" and row["reason"]):
            return self._terms.explained(self._key(name, row[name]))
        if row["reason"]:
            return self.describe(row)
        if name in ("mrr", "p_holm"):
            return self.describe(row)
        value = row[name]
        return "" if value is None else str(value)

    def _shown(self, row: dict[str, Any], name: str) -> str:
        value = row[name]
        if name == "reason":
            return self._terms.reason(value) if value else ""
        if name == "mrr":
            return self.mrr_text(row)
        if value is None:
            return "–"
        if name in _NAMES:
            return self._terms.text(self._key(name, value))
        if name == "p_holm":
            return ("", "↑ ", "↓ ")[compared(row)] + p_text(value)
        if name == "p_value":
            return p_text(value)
        if name in ("times_length_only", "times_random"):
            return f"{value:.2f} ×"
        if name == "difference":
            return f"{value:+.{self._places}f}"
        if name == "mrr_without_song":
            return f"{value:.{self._places}f}"
        if name == "class_map":
            return f"{value:.3f}"
        if name.startswith("recall"):
            return f"{value * 100:.2f} %"
        if name in ("inverse_mrr", "median_rank", "mean_gallery_size"):
            return f"{value:,.1f}"
        if name in ("fit_seconds", "seconds"):
            return f"{value:.2f}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    @staticmethod
    def _key(name: str, value: str) -> str:
        # "all" is the name of a gallery and of a choice of songs.
        return f"gallery {value}" if name == "gallery" and value == "all" else value


class SortedResults(QSortFilterProxyModel):
    """Sorts by numbers; what has no value stands last, whichever way."""

    def lessThan(self, left: Index, right: Index) -> bool:
        """Whether one cell comes before another in rising order."""
        model = self.sourceModel()
        assert isinstance(model, ResultsModel)
        one, other = (model.sort_value(cell.row(), cell.column()) for cell in (left, right))
        if one is None or other is None:
            # Turned round with the order, so that Qt's turning puts it back.
            falling = self.sortOrder() == Qt.SortOrder.DescendingOrder
            return (one is None and other is not None) if falling else (one is not None and other is None)
        return bool(one < other)
