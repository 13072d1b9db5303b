"""Widgets that follow a change of language or theme while they live."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

_THEME_EVENTS = (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange)


class Translated(QWidget):
    """A widget whose texts are set in :meth:`retranslate` and whose own colours are set in :meth:`restyle`.

    Both are called again when the language or the palette changes; call them once at the end of ``__init__``. Texts
    are written ``self.tr("English text")`` with ``{named}`` fields filled in after by ``str.format``.
    """

    def retranslate(self) -> None:
        """Set every text of the widget in the present language."""

    def restyle(self) -> None:
        """Take colours anew from the palette."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() in _THEME_EVENTS:
            self.restyle()
