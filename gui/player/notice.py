"""A line over a pane that tells something once and can be sent away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from gui.draw.colours import theme_of
from gui.widgets.translated import Translated


class Notice(Translated):
    """A sentence with a button that closes it; hidden until :meth:`tell`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton(self)
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.clicked.connect(self.hide)
        frame = QFrame(self)
        frame.setObjectName("notice")
        self._frame = frame
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(10, 4, 4, 4)
        inner.addWidget(self.label, 1)
        inner.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.hide()
        self.retranslate()
        self.restyle()

    def tell(self, text: str) -> None:
        """Show a sentence."""
        self.label.setText(text)
        self.show()

    def retranslate(self) -> None:
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.close_button.setAccessibleName(self.tr("Dismiss"))

    def restyle(self) -> None:
        theme = theme_of(self.palette())
        back, text = ((74, 58, 24), (250, 232, 196)) if theme.dark else ((255, 243, 214), (84, 58, 8))
        sheet = (f"#notice {{ background: rgb{back}; border-radius: 0px; }}"
                 f"#notice QLabel, #notice QToolButton {{ color: rgb{text}; background: transparent; }}")
        if self._frame.styleSheet() != sheet:
            self._frame.setStyleSheet(sheet)
