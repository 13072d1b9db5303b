"""What is said above the hits: how many bars were asked, and what the scores mean."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.search.jobs import METHODS, Found
from gui.search.system_combo import SystemTexts


class Notes(QObject):
    """Sentences about a result, in the present language."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = SystemTexts(self)

    def status(self, found: Found) -> str:
        """How many bars were asked, how long it took, by what."""
        ranking = found.ranking
        method, protocol = self._texts.text(found.request.method), self._texts.text(found.protocol)
        if not ranking.complete:
            return self.tr("{done:,} of {bars:,} bars so far · {method} · {protocol}").format(
                done=ranking.searched, bars=ranking.gallery, method=method, protocol=protocol)
        if found.request.minimum > 0:
            return self.tr("{bars:,} bars in {seconds:.3f} s, {matching:,} of them reach the least score · {method} · "
                           "{protocol}").format(bars=ranking.gallery, seconds=ranking.seconds,
                                                matching=ranking.matching, method=method, protocol=protocol)
        return self.tr("{bars:,} bars in {seconds:.3f} s · {method} · {protocol}").format(
            bars=ranking.gallery, seconds=ranking.seconds, method=method, protocol=protocol)

    def note(self, found: Found) -> str:
        """What the scores mean."""
        method = found.request.method
        if method not in METHODS:
            return self._fitted_note(found)
        note = self._score_note(found)
        if found.protocol == "leave-one-song-out" and method == "xmied":
            return "\n".join((note, self.tr("A typed lyric belongs to no song, so none is left out: relations are "
                                            "counted on all songs.")))
        return note

    def _fitted_note(self, found: Found) -> str:
        method = found.request.method
        if method == "xmied-sentences":
            what = self.tr("Score: as with XMIED, but by the code of the whole line, the same in all frames.")
        elif method == "word-count":
            what = self.tr("A control: the score is how near a dance is to those of the training bars with the most "
                           "similar words.")
        else:
            what = self.tr("Score: cosine in the space that {system} has learnt; 0 is no relation.").format(
                system=self._texts.text(method))
        if found.request.split in ("dev", "test"):
            return what
        return self.tr("{score} It knows the training songs: for a fair look leave them out (Filter).").format(
            score=what)

    def _score_note(self, found: Found) -> str:
        if found.request.method == "length-only":
            return self.tr("A control: the score is 1 − difference of lengths / length of the longer one; words count "
                           "for nothing.")
        if found.request.method == "random":
            return self.tr("A control: the order is drawn by lot and says nothing.")
        related = list(dict.fromkeys(word for word, value in found.related if value > 0))
        if not related:
            return self.tr("None of these words has a movement that goes with it in this corpus; the order is by "
                           "length alone.")
        unrelated = list(dict.fromkeys(word for word, value in found.related if value <= 0))
        if unrelated:
            return self.tr("Score: 0.5 is a bar of the query's length without any relation (the line on the bars). A "
                           "movement goes with: {words}; not with: {others}.").format(
                               words=", ".join(related), others=", ".join(unrelated))
        return self.tr("Score: 0.5 is a bar of the query's length without any relation (the line on the bars). A "
                       "movement goes with: {words}.").format(words=", ".join(related))
