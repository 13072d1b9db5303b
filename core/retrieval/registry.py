"""All systems by name. A system's module is loaded when the system is made: most of them need torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from core.errors import SettingsError
from core.retrieval.protocol import METHODS, RetrievalMethod


@dataclass(frozen=True)
class _Entry:
    module: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    seeded: bool = True


_SYSTEMS: Final[dict[str, _Entry]] = {
    "xmied": _Entry("xmied", "Xmied", seeded=False),
    "xmied-sentences": _Entry("xmied", "XmiedSentences", seeded=False),
    "length-only": _Entry("length_only", "LengthOnly", seeded=False),
    "random": _Entry("random", "RandomOrder"),
    "word-count": _Entry("word_count", "WordCount", seeded=False),
    "contrastive": _Entry("contrastive", "Contrastive"),
    "contrastive-filtered": _Entry("contrastive", "ContrastiveFiltered"),
    "semi-supervised": _Entry("semi_supervised", "SemiSupervised"),
    "label-alignment": _Entry("label_alignment", "LabelAlignment"),
    "cca": _Entry("cca", "Cca"),
    "cluster-cca": _Entry("cca", "ClusterCca"),
    "dcca": _Entry("dcca", "Dcca"),
    "tnn-c-cca": _Entry("tnn_c_cca", "TnnCCca"),
    "vae-cca": _Entry("vae_cca", "VaeCca"),
    "ugaar": _Entry("ugaar", "Ugaar"),
    "clustering-network": _Entry("clustering_network", "ClusteringNetwork"),
    "clustering-network-la-d": _Entry("clustering_network", "ClusteringNetwork", {"order": "la-d"}),
    "clustering-network-ld-a": _Entry("clustering_network", "ClusteringNetwork", {"order": "ld-a"}),
    "clustering-network-ad-l": _Entry("clustering_network", "ClusteringNetwork", {"order": "ad-l"}),
}
assert tuple(_SYSTEMS) == METHODS


def make_method(name: str, seed: int = 0, singletons: str = "zero", **options: Any) -> RetrievalMethod:
    """A system of :data:`core.retrieval.protocol.METHODS`.

    Parameters
    ----------
    name : str
    seed : int
        For systems that draw.
    singletons : str
        For those that count NPMI; see :func:`core.npmi.npmi_table`.
    options
        Further arguments of the system, as its class names them.

    Raises
    ------
    SettingsError
        For another name.
    """
    entry = _SYSTEMS.get(name)
    if entry is None:
        raise SettingsError(f"There is no method '{name}'; use {', '.join(METHODS)}.")
    kind = getattr(import_module(f"core.retrieval.{entry.module}"), entry.kind)
    given: dict[str, Any] = {**entry.options, **options}
    if entry.seeded:
        given["seed"] = seed
    if entry.module == "xmied":
        given["singletons"] = singletons
    method: RetrievalMethod = kind(**given)
    return method
