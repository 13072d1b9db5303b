"""The menu of systems: grouped, each with a sentence on what it does, and those that cannot be used with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from gui.figures.systems import GROUPS
from gui.figures.terms import Terms

_CHARACTERS: Final = 13
"""Signs that the closed menu has room for, so that a narrow pane need not be as wide as the longest name."""
_ROLE: Final = Qt.ItemDataRole


class SystemTexts(QObject):
    """Names and sentences of systems as they are said of a search; otherwise those of the tables."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms = Terms(self)

    def text(self, name: str) -> str:
        """Name of a system."""
        return self._terms.text(name)

    def explained(self, name: str) -> str:
        """What a system does, in a sentence."""
        if name == "random":
            return self.tr("A control that knows nothing: the order is drawn by lot.")
        return self._terms.explained(name)

    def group(self, name: str) -> str:
        """Title of a group of systems."""
        return {"paper": self.tr("The paper's system"), "controls": self.tr("Controls"),
                "comparison": self.tr("Comparison systems")}[name]

    def lacking(self, field: str) -> str:
        """What a corpus lacks, in few words."""
        return {"labels": self.tr("no genres are given"),
                "audio": self.tr("not every song has sound")}.get(field, field)


class SystemCombo(QComboBox):
    """A menu of :data:`core.retrieval.protocol.METHODS`; the items' data are their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts = SystemTexts(self)
        self._lacking: dict[str, str] = {}
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_CHARACTERS)
        model = QStandardItemModel(self)
        for group, names in GROUPS.items():
            title = QStandardItem()
            title.setData(f"group {group}", _ROLE.UserRole)
            title.setFlags(Qt.ItemFlag.NoItemFlags)
            model.appendRow(title)
            for name in names:
                item = QStandardItem()
                item.setData(name, _ROLE.UserRole)
                model.appendRow(item)
        self._items = model
        self.setModel(model)
        self.currentIndexChanged.connect(lambda _row: self._tell())
        self.setCurrentIndex(1)
        self.retranslate()

    @property
    def name(self) -> str:
        """The system that is chosen."""
        return str(self.currentData())

    def choose(self, name: str) -> None:
        """Choose a system; an unknown name chooses none."""
        self.setCurrentIndex(self.findData(name))

    def set_lacking(self, lacking: Mapping[str, str]) -> None:
        """Which systems cannot be used on this corpus: name -> what it lacks for them."""
        self._lacking = dict(lacking)
        self.retranslate()

    def reason(self, name: str) -> str:
        """Why a system cannot be used, in few words; '' where it can."""
        field = self._lacking.get(name, "")
        return self.texts.lacking(field) if field else ""

    def retranslate(self) -> None:
        """Set every text in the present language."""
        bold = self.font()
        bold.setBold(True)
        for row in range(self._items.rowCount()):
            item = self._items.item(row)
            name = str(item.data(_ROLE.UserRole))
            if name.startswith("group "):
                item.setText(self.texts.group(name.removeprefix("group ")))
                item.setFont(bold)
                continue
            text, tip, reason = self.texts.text(name), self.texts.explained(name), self.reason(name)
            # The reason stands in the menu too: a tip is out of reach of the keyboard.
            item.setText(self.tr("{system}: {reason}").format(system=text, reason=reason) if reason else text)
            item.setToolTip(self.tr("{what} It cannot be used on this corpus: {reason}.").format(
                what=tip, reason=reason) if reason else tip)
            item.setEnabled(not reason)
        self._tell()

    def showPopup(self) -> None:
        """As wide as its names, however narrow the closed menu is."""
        view = self.view()
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + view.verticalScrollBar().sizeHint().width()
                                 + 12))
        super().showPopup()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _tell(self) -> None:
        """What the chosen system does, as the tip of the closed menu."""
        tip = self.currentData(_ROLE.ToolTipRole)
        self.setToolTip(str(tip or self.tr("By what the bars are ranked")))
