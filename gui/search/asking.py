"""A search that is asked again and again: its result, or the sentence that stands in the result's place."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.search.fitting import Fitting
from gui.search.jobs import METHODS, Found, NotFitted, Prepared, Request, search
from gui.search.system_combo import SystemTexts
from gui.state.session import Session
from gui.work.tasks import Failure, Report


class Asker(QObject):
    """Asks for one list of hits. The newest request counts; ``key`` keeps lists apart."""

    found_changed = Signal(object)
    """A :class:`Found`, perhaps of a part of the bars."""
    changed = Signal()
    """Another state: :meth:`sentence`, :meth:`waiting`, and whether there is a result."""

    def __init__(self, session: Session, fitting: Fitting, key: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._fitting = fitting
        self._key = key
        self._prepared: Prepared | None = None
        self._texts = SystemTexts(self)
        self._request: Request | None = None
        self._next: Request | None = None
        self._unfitted = ""
        self.found: Found | None = None
        self.fault = ""
        fitting.fitted.connect(self._on_fitted)
        fitting.changed.connect(self._on_fitting)

    def set_prepared(self, prepared: Prepared | None) -> None:
        """Another view; what was found in the one before is dropped."""
        self._prepared = prepared
        self.drop()

    def drop(self) -> None:
        """Stop, and forget the result."""
        self._session.tasks.cancel(self._key)
        self._request, self._next, self._unfitted = None, None, ""
        self.found, self.fault = None, ""
        self.changed.emit()

    def ask(self, request: Request) -> None:
        """Search; an older search is stopped."""
        self._request, self._next, self._unfitted, self.fault = request, None, "", ""
        reason = self.reason(request.method)
        if reason:
            self._refuse(reason)
            return
        self._start(request)

    def ask_on(self, request: Request) -> None:
        """Search while a slider is dragged: what runs is finished, for its hits to be seen; then the newest begins."""
        if self._session.tasks.is_running(self._key):
            self._next = request
        else:
            self.ask(request)

    def reason(self, name: str) -> str:
        """Why a system cannot be asked on this corpus, as a sentence; '' where it can."""
        field = self._prepared.lacking.get(name, "") if self._prepared is not None else ""
        if not field:
            return ""
        return self.tr("{system} cannot be used on this corpus: {reason}.").format(
            system=self._texts.text(name), reason=self._texts.lacking(field))

    # -- what stands in the place of hits ---------------------------------------------------------

    @property
    def waiting(self) -> str:
        """What is being done before the hits come, in few words; ''."""
        request = self._request
        if request is None or request.method in METHODS or not self._session.tasks.is_running(self._key):
            return ""
        if self.found is not None and self.found.request.method == request.method:
            return ""
        return self.tr("Loading {system}…").format(system=self._texts.text(request.method))

    @property
    def sentence(self) -> str:
        """Why there are no hits, and what to do; '' where there are, or will be in a moment."""
        name = self._unfitted
        if not name:
            return self.fault
        system = self._texts.text(name)
        if self._fitting.running(name):
            return self.tr("{system} is being fitted to the training songs; the hits appear when that is done.").format(
                system=system)
        fault = self._fitting.fault(name)
        if fault:
            return fault
        return self.tr("{system} has not been fitted to this corpus yet. It learns from the training songs, which can "
                       "take minutes, and is then kept in the corpus.").format(system=system)

    @property
    def button(self) -> str:
        """What can be done about it: text of the button; ''."""
        name = self._unfitted
        if not name:
            return ""
        if self._fitting.running(name):
            return self.tr("Stop fitting")
        return self.tr("Try again") if self._fitting.fault(name) else self.tr("Fit it now")

    def press(self) -> None:
        """The button was pressed."""
        name = self._unfitted
        if name and self._fitting.running(name):
            self._fitting.stop(name)
        elif name:
            self._fitting.start(name)

    # -- inside -----------------------------------------------------------------------------------

    def _start(self, request: Request) -> None:
        prepared = self._prepared
        if prepared is None:
            return

        def work(report: Report) -> Found | NotFitted:
            return search(prepared, request, report)

        self._session.tasks.start(work, key=self._key, done=self._on_found, partial=self._on_found,
                                  failed=self._on_failed)
        self.changed.emit()

    def _refuse(self, sentence: str) -> None:
        self._session.tasks.cancel(self._key)
        self.found, self.fault = None, sentence
        self.changed.emit()

    def _on_found(self, found: Found | NotFitted) -> None:
        if isinstance(found, NotFitted):
            name = found.request.method
            self.found, self._next, self._unfitted = None, None, name
            if self._fitting.at_once(name, kept=found.kept):
                self._fitting.start(name)
            self.changed.emit()
            return
        self.found, self.fault = found, ""
        self.found_changed.emit(found)
        self.changed.emit()
        if self._next is not None and not self._session.tasks.is_running(self._key):
            self.ask(self._next)

    def _on_failed(self, failure: Failure) -> None:
        self._refuse(failure.sentence)

    def _on_fitted(self, name: str) -> None:
        if name == self._unfitted and self._request is not None:
            self.ask(self._request)

    def _on_fitting(self, name: str) -> None:
        if name == self._unfitted:
            self.changed.emit()
