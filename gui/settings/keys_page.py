"""The page on which any key can be changed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.actions.fuzzy import fold
from gui.actions.menus import menu_titles
from gui.actions.presets import EDITOR, MEDIA_PLAYER
from gui.actions.registry import Actions, by_menu, collide, plain
from gui.widgets.translated import Translated

_NAME = Qt.ItemDataRole.UserRole


class KeysPage(Translated):
    """A table of all actions; the key of the chosen one is captured in a field below."""

    name = "keys"

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = actions
        self._query = ""
        self.preset_label = QLabel(self)
        self.preset = QComboBox(self)
        for preset in (EDITOR, MEDIA_PLAYER):
            self.preset.addItem("", preset)
        self.preset_label.setBuddy(self.preset)
        self.preset.activated.connect(lambda row: actions.set_preset(self.preset.itemData(row)))
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(3)
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.currentItemChanged.connect(lambda *_: self._show_chosen())
        self.capture_label = QLabel(self)
        self.capture = QKeySequenceEdit(self)
        self.capture.setMaximumSequenceLength(1)
        self.capture.setClearButtonEnabled(True)
        self.capture_label.setBuddy(self.capture)
        self.capture.keySequenceChanged.connect(lambda _key: self._show_conflict())
        self.assign = QPushButton(self)
        self.assign.clicked.connect(lambda: self._assign(add=False))
        self.add = QPushButton(self)
        self.add.clicked.connect(lambda: self._assign(add=True))
        self.none = QPushButton(self)
        self.none.clicked.connect(lambda: self._choose(()))
        self.reset = QPushButton(self)
        self.reset.clicked.connect(self._reset)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(2 * self.fontMetrics().height())
        self.defaults = QPushButton(self)
        self.defaults.clicked.connect(self.restore)
        for button in (self.assign, self.add, self.none, self.reset, self.defaults):
            button.setAutoDefault(False)
        self._lay_out()
        actions.keys_changed.connect(self._refresh)
        actions.added.connect(self._fill)
        self.retranslate()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.preset_label)
        top.addWidget(self.preset)
        top.addStretch(1)
        field = QHBoxLayout()
        field.addWidget(self.capture_label)
        field.addWidget(self.capture, 1)
        for button in (self.assign, self.add, self.none, self.reset):
            field.addWidget(button)
        bottom = QHBoxLayout()
        bottom.addWidget(self.message, 1)
        bottom.addWidget(self.defaults)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addLayout(field)
        layout.addLayout(bottom)

    def title(self) -> str:
        """Title of the page in the present language."""
        return self.tr("Keys")

    def retranslate(self) -> None:
        """Set the texts."""
        self.preset_label.setText(self.tr("Set of keys"))
        for row, text in enumerate((self.tr("Editor (arrows go by frames)"),
                                    self.tr("Media player (arrows go by seconds)"))):
            self.preset.setItemText(row, text)
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys"), self.tr("Changed")])
        self.tree.setAccessibleName(self.tr("Keys"))
        self.capture_label.setText(self.tr("New key"))
        self.capture.setAccessibleName(self.tr("New key"))
        self.assign.setText(self.tr("Assign"))
        self.add.setText(self.tr("Add"))
        self.add.setToolTip(self.tr("Keep the present keys and add this one."))
        self.none.setText(self.tr("No key"))
        self.reset.setText(self.tr("Reset"))
        self.reset.setToolTip(self.tr("Give this action the keys of the chosen set back."))
        self.defaults.setText(self.tr("Restore defaults"))
        self._fill()

    def restore(self) -> None:
        """Give all actions the keys of the Editor set back."""
        self._table.set_preset(EDITOR)
        self._table.reset_keys()

    def search(self, text: str) -> int:
        """Show only the actions that fit a search; returns how many do."""
        self._query = text
        words = fold(text).split()
        whole = all(word in fold(self.title()) for word in words)
        found = 0
        for group, item in self._items():
            fits = whole or all(word in fold(f"{item.text(0)} {item.text(1)} {group.text(0)}") for word in words)
            item.setHidden(not fits)
            found += fits
        for row in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(row)
            group.setHidden(all(group.child(i).isHidden() for i in range(group.childCount())))
        return found

    def choose(self, name: str) -> None:
        """Select an action in the table."""
        for _, item in self._items():
            if item.data(0, _NAME) == name:
                self.tree.setCurrentItem(item)

    @property
    def chosen(self) -> str | None:
        """Name of the action selected, or None."""
        item = self.tree.currentItem()
        return item.data(0, _NAME) if item is not None else None

    def _items(self) -> list[tuple[QTreeWidgetItem, QTreeWidgetItem]]:
        groups = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        return [(group, group.child(i)) for group in groups for i in range(group.childCount())]

    def _fill(self, _added: str = "") -> None:
        chosen = self.chosen
        titles = menu_titles()
        self.tree.clear()
        for prefix, names in by_menu(self._table).items():
            group = QTreeWidgetItem([plain(titles.get(prefix, prefix.capitalize()))])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(group)
            for name in names:
                item = QTreeWidgetItem([self._table.text(name)])
                item.setData(0, _NAME, name)
                item.setToolTip(0, self._table.tip(name))
                group.addChild(item)
            group.setExpanded(True)
        self._refresh()
        self.search(self._query)
        if chosen is not None:
            self.choose(chosen)

    def _refresh(self) -> None:
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(self.preset.findData(self._table.preset))
        clashing = {name for _, names in self._table.conflicts() for name in names}
        for _, item in self._items():
            name = item.data(0, _NAME)
            item.setText(1, self._table.keys_text(name, "   "))
            notes = [self.tr("yes")] if self._table.is_changed(name) else []
            notes += [self.tr("clashes")] if name in clashing else []
            item.setText(2, ", ".join(notes))
        self._show_chosen()

    def _show_chosen(self) -> None:
        name = self.chosen
        for widget in (self.capture, self.none, self.reset):
            widget.setEnabled(name is not None)
        with QSignalBlocker(self.capture):
            self.capture.clear()
        self.reset.setEnabled(name is not None and self._table.is_changed(name))
        self._show_conflict()

    def _captured(self) -> str:
        return self.capture.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _others(self) -> list[str]:
        key = self._captured()
        return [name for name in self._table.users_of(key) if name != self.chosen] if key else []

    def _show_conflict(self) -> None:
        name, key, others = self.chosen, self._captured(), self._others()
        self.assign.setEnabled(name is not None and bool(key))
        self.add.setEnabled(name is not None and bool(key))
        if name is None:
            self.message.setText(self.tr("Choose an action, then press the key that it shall have."))
        elif others:
            self.message.setText(self.tr("{key} belongs to “{action}” now; assigning takes it away from there.").format(
                key=self.capture.keySequence().toString(QKeySequence.SequenceFormat.NativeText),
                action=", ".join(self._table.text(other) for other in others)))
        elif key:
            self.message.setText(self.tr("The key is free."))
        else:
            self.message.setText(self.tr("Press the new key of “{action}”.").format(action=self._table.text(name)))

    def _assign(self, *, add: bool) -> None:
        name, key = self.chosen, self._captured()
        if name is None or not key:
            return
        for other in self._others():
            self._table.set_keys(other, [kept for kept in self._table.keys(other) if not collide(kept, key)])
        self._choose((*self._table.keys(name), key) if add else (key,))

    def _choose(self, keys: tuple[str, ...]) -> None:
        if self.chosen is not None:
            self._table.set_keys(self.chosen, tuple(dict.fromkeys(keys)))

    def _reset(self) -> None:
        if self.chosen is not None:
            self._table.reset_keys(self.chosen)
