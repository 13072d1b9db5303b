"""The names of methods, protocols and so on in the language of the window; files keep the names of the options."""

from __future__ import annotations

from PySide6.QtCore import QObject


class Terms(QObject):
    """Texts for the names in :mod:`core.retrieval.protocol` and :mod:`core.pipeline.figures`."""

    def text(self, name: str) -> str:
        """The name as it is shown; a name without a text stays as it is."""
        return {
            "xmied": "XMIED", "length-only": self.tr("length only"), "random": self.tr("random"),
            "inductive": self.tr("inductive"), "leave-one-song-out": self.tr("leave one song out"),
            "transductive": self.tr("transductive"),
            "lyrics-to-dance": self.tr("lyrics to dance"), "dance-to-lyrics": self.tr("dance to lyrics"),
            "gallery all": self.tr("all bars"), "equal-length": self.tr("equal length"),
            "pessimistic": self.tr("pessimistic"), "average": self.tr("average"),
            "all": self.tr("all songs"), "train": self.tr("training songs"), "dev": self.tr("development songs"),
            "test": self.tr("test songs"),
            "number": self.tr("number"), "songs": self.tr("number of songs"), "best": self.tr("best NPMI"),
            "clustered": self.tr("similarity"),
            "t-sne": self.tr("neighbours (t-SNE)"), "mds": self.tr("distances (MDS)"),
            "pca": self.tr("widest axes (PCA)"),
        }.get(name, name)

    def explained(self, name: str) -> str:
        """What the name means, in a sentence; empty where the name says it."""
        return {
            "xmied": self.tr("The paper's method: edit distance whose substitutions cost less where NPMI is high."),
            "length-only": self.tr("Control: sees nothing but how long the bars are."),
            "random": self.tr("Control: the expected figures of a random order."),
            "inductive": self.tr("NPMI is counted on the training songs alone. The honest protocol."),
            "leave-one-song-out": self.tr("For each query NPMI is counted on all songs but its own."),
            "transductive": self.tr(
                "NPMI is counted on the very songs that are ranked, as in the paper's public code."),
            "gallery all": self.tr("Every bar with lyrics of the split competes; length alone then gives much away."),
            "equal-length": self.tr("Only bars of the query's own length compete, so that length says nothing."),
            "pessimistic": self.tr("Among equal scores the right bar comes last, as in the paper's public code."),
            "average": self.tr("Among equal scores the right bar gets the mean rank."),
        }.get(name, "")
