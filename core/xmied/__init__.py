"""XMIED: edit distance between lyric and dance codes whose substitution cost comes from their NPMI.

Watanabe & Goto, NAACL 2025, section 4: insertion and deletion cost 1, the substitution of ``x`` by ``y`` costs
``1 - (1 + NPMI(x, y)) / 2``; the score of two sequences is ``1 - distance / length of the longer one``.
"""

from core.xmied.alignment import Alignment, Step, align
from core.xmied.index import Hits, SearchIndex, scores_of

__all__ = ["Alignment", "Hits", "SearchIndex", "Step", "align", "scores_of"]
