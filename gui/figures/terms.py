"""The names of methods, protocols and so on in the language of the window; files keep the names of the options."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QObject

from core.retrieval.protocol import METHODS

_LIMITED: Final = re.compile(r"Fitted on .* only \(protocol (?P<protocols>[a-z -]+)\)\.")


class Terms(QObject):
    """Texts for the names in :mod:`core.retrieval.protocol` and :mod:`core.pipeline.figures`."""

    def text(self, name: str) -> str:
        """The name as it is shown; a name without a text stays as it is."""
        return self._systems().get(name) or {
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
        return self._systems_explained().get(name) or {
            "inductive": self.tr("Systems are fitted on the training songs alone. The honest protocol."),
            "leave-one-song-out": self.tr("For each query NPMI is counted on all songs but its own."),
            "transductive": self.tr(
                "Systems are fitted on the very songs that are ranked, as in the paper's public code."),
            "gallery all": self.tr("Every bar with lyrics of the split competes; length alone then gives much away."),
            "equal-length": self.tr("Only bars of the query's own length compete, so that length says nothing."),
            "pessimistic": self.tr("Among equal scores the right bar comes last, as in the paper's public code."),
            "average": self.tr("Among equal scores the right bar gets the mean rank."),
        }.get(name, "")

    def _systems(self) -> dict[str, str]:
        return {
            "xmied": "XMIED", "xmied-sentences": self.tr("XMIED (sentences)"),
            "length-only": self.tr("length only"), "random": self.tr("random"), "word-count": self.tr("word count"),
            "contrastive": self.tr("contrastive"), "contrastive-filtered": self.tr("contrastive (filtered)"),
            "semi-supervised": self.tr("semi-supervised"), "label-alignment": self.tr("label alignment"),
            "cca": "CCA", "cluster-cca": "Cluster-CCA", "dcca": "DCCA", "tnn-c-cca": "TNN-C-CCA",
            "vae-cca": "VAE-CCA", "ugaar": "UGAAR", "clustering-network": self.tr("clustering network"),
            "clustering-network-la-d": self.tr("clustering (LA, then D)"),
            "clustering-network-ld-a": self.tr("clustering (LD, then A)"),
            "clustering-network-ad-l": self.tr("clustering (AD, then L)"),
        }

    def _systems_explained(self) -> dict[str, str]:
        staged = self.tr("The clustering network in two stages (L lyrics, D dance, A audio): {first} first, then, "
                         "with those frozen, {second}.")
        lyrics, dance, audio = self.tr("lyrics"), self.tr("dance"), self.tr("audio")
        both = self.tr("{one} and {other}")
        return {
            "xmied": self.tr("The paper's method: edit distance whose substitutions cost less where NPMI is high."),
            "xmied-sentences": self.tr("The paper's method with the code of the whole line in place of the word's."),
            "length-only": self.tr("Control: sees nothing but how long the bars are."),
            "random": self.tr("Control: the expected figures of a random order."),
            "word-count": self.tr(
                "Control: the training bars with the most similar words lend a query their dances; no codes, no NPMI."),
            "contrastive": self.tr("Two small networks trained so that the two sides of a bar lie close together."),
            "contrastive-filtered": self.tr(
                "Contrastive, with bars whose lyrics are nearly the query's left out of the negatives."),
            "semi-supervised": self.tr(
                "A space learnt from pairs and one learnt from labels, mixed when a query is asked."),
            "label-alignment": self.tr(
                "Dances are trained to land where their words lie in the lyric encoder's own space."),
            "cca": self.tr("Canonical correlation: the linear maps under which the two sides of a bar agree most."),
            "cluster-cca": self.tr("CCA in which every bar of a class is paired with every other of that class."),
            "dcca": self.tr("CCA on top of two networks that are trained for high correlation."),
            "tnn-c-cca": self.tr("Cluster-CCA, then a triplet network that pulls bars of one class together."),
            "vae-cca": self.tr(
                "Variational autoencoders whose hidden vectors are tied by pair and class, then CCA."),
            "ugaar": self.tr(
                "Adversarial transfer of the tie between audio and dance to the lyrics; needs sound."),
            "clustering-network": self.tr(
                "Contrast of each two modalities, pulled to shared cluster centres, with reconstruction."),
            "clustering-network-la-d": staged.format(first=both.format(one=lyrics, other=audio), second=dance),
            "clustering-network-ld-a": staged.format(first=both.format(one=lyrics, other=dance), second=audio),
            "clustering-network-ad-l": staged.format(first=both.format(one=audio, other=dance), second=lyrics),
        }

    def reason(self, text: str) -> str:
        """Why a system has no figures, a sentence of :mod:`core.retrieval.evaluate`, in the language of the window.

        A sentence that has no text here stays as it is.
        """
        limited = _LIMITED.fullmatch(text)
        if limited:
            names = self.tr(" or ").join(self.text(name) for name in limited["protocols"].split(" or "))
            return self.tr("Only under the protocol {names}.").format(names=names)
        return {
            "This corpus has no lyric vectors.": self.tr("This corpus has no lyric vectors."),
            "This corpus has no dance vectors.": self.tr("This corpus has no dance vectors."),
            "This corpus has no sound for every song.": self.tr("This corpus has no sound for every song."),
            "This corpus has no labels (no genre is given in its manifest).": self.tr(
                "This corpus has no labels (no genre is given in its manifest)."),
            "This corpus has no words.": self.tr("This corpus has no words."),
            "This corpus has no sentence codes.": self.tr("This corpus has no sentence codes."),
            "No bar has a competitor of its own length.": self.tr("No bar has a competitor of its own length."),
        }.get(text, text)

    def doing(self, message: str) -> str:
        """What an evaluation reports, "system, protocol: what", with the names of system and protocol shown."""
        names, colon, rest = message.partition(": ")
        system, comma, protocol = names.partition(", ")
        if system not in METHODS:
            return message
        return f"{self.text(system)}{comma}{self.text(protocol)}{colon}{rest}"
