"""About the program, its method and its sources."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from core import __version__


class AboutDialog(QDialog):
    """Version, method, licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Kotofuri"))
        text = QLabel(
            f"<h2>Kotofuri 言振り {__version__}</h2><p>"
            + self.tr("Measures how lyrics and dance relate, and shows it.") + "</p><p>"
            + self.tr("The method is that of Watanabe and Goto, “A Data-Driven Method for Analyzing and Quantifying "
                      "Lyrics-Dance Motion Relationships” (NAACL 2025): codebooks over word and dance vectors, NPMI "
                      "of their codes over songs, and the edit distance XMIED.") + "</p><p>"
            + self.tr("MIT licence. The demo's songs, lyrics and dances were composed by this program.") + "</p>"
        )
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)
