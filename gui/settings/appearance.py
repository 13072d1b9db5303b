"""Theme, size of texts and language, changed while the program runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from gui.draw.colours import DARK, LIGHT, Theme, colour
from gui.settings.store import SettingsStore

TRANSLATIONS: Final = Path(__file__).resolve().parents[2] / "resources" / "translations"
_SCHEMES: Final = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Appearance(QObject):
    """Applies the stored theme, scale and language to the application, and every change of them at once."""

    def __init__(self, app: QApplication, store: SettingsStore, translations: Path = TRANSLATIONS) -> None:
        super().__init__(app)
        self._app = app
        self._store = store
        self._folder = translations
        self._translators: list[QTranslator] = []
        self._language = ""
        self._base = QFont(app.font())
        app.setStyle("Fusion")
        self._apply_theme()
        self._apply_scale()
        self._apply_language()
        store.changed.connect(self._follow)
        app.styleHints().colorSchemeChanged.connect(self._apply_palette)

    @property
    def language(self) -> str:
        """The language that is shown: "en" or "ja"."""
        return self._language or "en"

    def _follow(self, key: str) -> None:
        if key == "theme":
            self._apply_theme()
        elif key == "scale":
            self._apply_scale()
        elif key == "language":
            self._apply_language()

    # -- theme ------------------------------------------------------------------------------------

    def _apply_theme(self) -> None:
        self._app.styleHints().setColorScheme(_SCHEMES[self._store.theme])
        self._apply_palette()

    def _apply_palette(self, *_: object) -> None:
        if not shiboken6.isValid(self._app):
            return
        dark = self._store.theme == "dark" or (
            self._store.theme == "system" and self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        wanted = palette_of(DARK if dark else LIGHT)
        if wanted != self._app.palette():
            self._app.setPalette(wanted)

    # -- size of texts ----------------------------------------------------------------------------

    def _apply_scale(self) -> None:
        font = QFont(self._base)
        if self._base.pointSizeF() > 0:
            font.setPointSizeF(self._base.pointSizeF() * self._store.scale / 100)
        else:
            font.setPixelSize(round(self._base.pixelSize() * self._store.scale / 100))
        self._app.setFont(font)

    # -- language ---------------------------------------------------------------------------------

    def _apply_language(self) -> None:
        wanted = language_of(self._store.language)
        if wanted == self._language:
            return
        for translator in self._translators:
            self._app.removeTranslator(translator)
        self._translators = []
        self._language = wanted
        own = QTranslator(self)
        if wanted != "en" and own.load(f"kotofuri_{wanted}", str(self._folder)):
            base = QTranslator(self)
            if base.load(f"qtbase_{wanted}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
                self._translators.append(base)
            self._translators.append(own)
        else:
            # Without our own texts Qt's would be the only ones in that language: all stays English.
            self._language = "en"
        QLocale.setDefault(_locale(self._language))
        for translator in self._translators:
            self._app.installTranslator(translator)
        # Installing announces the change; taking the last one off, or changing the locale alone, may not.
        for widget in self._app.topLevelWidgets():
            self._app.postEvent(widget, QEvent(QEvent.Type.LanguageChange))


def language_of(stored: str) -> str:
    """The language to be shown for a stored choice: "en" or "ja"."""
    if stored != "system":
        return stored
    return "ja" if QLocale.system().uiLanguages()[:1] and QLocale.system().uiLanguages()[0].startswith("ja") else "en"


def _locale(language: str) -> QLocale:
    """Locale of numbers and dates: the system's where it speaks the language, else the language's own."""
    system = QLocale.system()
    own = QLocale.Language.Japanese if language == "ja" else QLocale.Language.English
    return system if system.language() == own else QLocale(own)


def palette_of(theme: Theme) -> QPalette:
    """The widgets' palette of a theme."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    dark = theme.dark
    window = colour((36, 38, 43) if dark else (240, 240, 238))
    # Boxes lighter than the window: the style draws their outline darker, and it would vanish around a dark box.
    base = colour((48, 51, 57) if dark else (255, 255, 255))
    button = colour((60, 63, 70) if dark else (232, 232, 229))
    text = colour(theme.text)
    accent = QColor(58, 118, 200) if dark else colour(theme.accent)
    palette = QPalette(button, window)
    colours = {
        role.Window: window, role.WindowText: text, role.Base: base, role.Text: text, role.Button: button,
        role.AlternateBase: colour((43, 46, 52) if dark else (246, 247, 248)), role.ButtonText: text,
        role.BrightText: QColor(255, 90, 80), role.Highlight: accent, role.HighlightedText: QColor(255, 255, 255),
        role.ToolTipBase: colour((58, 61, 68) if dark else (255, 255, 244)), role.ToolTipText: text,
        role.Link: colour(theme.accent), role.LinkVisited: colour(theme.right),
        role.PlaceholderText: colour(theme.faint), role.Accent: accent,
        role.Light: button.lighter(125 if dark else 106), role.Midlight: button.lighter(112 if dark else 103),
        role.Mid: button.darker(130 if dark else 118), role.Dark: window.darker(160 if dark else 135),
        role.Shadow: QColor(0, 0, 0) if dark else QColor(110, 110, 108),
    }
    for name, value in colours.items():
        palette.setColor(name, value)
    faint = colour((128, 132, 138) if dark else (150, 153, 158))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(group.Disabled, name, faint)
    palette.setColor(group.Disabled, role.Highlight, colour((66, 70, 77) if dark else (210, 212, 214)))
    return palette
