"""Fitted systems in the corpus: loaded when bars and settings are the same, fitted anew when anything else."""

import lab_data
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

from core.errors import Cancelled
from core.progress import silent
from core.retrieval.embedding import EmbeddingMethod, unit
from core.retrieval.fitted import fit_or_load
from core.retrieval.protocol import RetrievalData
from core.retrieval.training import Training, train


class Small(EmbeddingMethod):
    """A linear map trained for four epochs."""

    name = "small"

    def __init__(self, seed=0, rate=0.01):
        super().__init__(seed)
        self.rate = rate
        self.net = None
        self.epochs = []

    @property
    def settings(self):
        return {**super().settings, "rate": self.rate}

    def fit(self, train_data, dev, progress=silent):
        x, y = (torch.from_numpy(train_data.features(m).pooled) for m in ("lyrics", "dance"))
        torch.manual_seed(self.seed)
        self.net = nn.Linear(x.shape[1], y.shape[1])
        train(self.net, lambda piece, rng: ((self.net(x[piece]) - y[piece]) ** 2).mean(), len(x),
              Training(epochs=4, batch=64, learning_rate=self.rate), self.seed, progress=progress,
              checkpoint=self.checkpoint, begin=self.epochs.append)

    def embed(self, data, bars, modality):
        pooled = data.features(modality).pooled[bars]
        if modality == "dance":
            return unit(pooled)
        with torch.no_grad():
            return unit(self.net(torch.from_numpy(pooled)).numpy())

    def arrays(self):
        if self.net is None:
            raise RuntimeError("fit comes first")
        # Turned, as numpy's linear algebra often leaves an array: not in the order of memory.
        return {"weight": self.net.weight.detach().numpy().T, "bias": self.net.bias.detach().numpy()}

    def restore(self, arrays):
        if arrays["weight"].ndim != 2:
            raise ValueError("weight")
        self.net = nn.Linear(*arrays["weight"].shape)
        self.net.load_state_dict({"weight": torch.from_numpy(arrays["weight"].T.copy()),
                                  "bias": torch.from_numpy(arrays["bias"])})


def keyed(key="bars", **options):
    return RetrievalData(**{**lab_data.related_data(bars=300, songs=30, **options).__dict__, "key": key})


DATA = keyed()
TRAIN, DEV = np.arange(200), np.arange(200, 250)


def fit(folder, method=None, data=DATA, train_bars=TRAIN, dev_bars=DEV, **options):
    method = method or Small()
    loaded = fit_or_load(method, data.select(train_bars), data.select(dev_bars), folder, **options)
    return method, loaded


def scores(method):
    bars = np.arange(250, 300)
    return method.scores(DATA, bars, bars, "lyrics-to-dance")


def test_loaded_is_the_same_as_fitted(tmp_path):
    folder = tmp_path / "made" / "when needed"
    first, loaded = fit(folder)
    assert not loaded
    second, loaded = fit(folder)
    assert loaded
    assert second.epochs == []
    assert np.array_equal(scores(first), scores(second))
    assert [path.suffix for path in folder.iterdir()] == [".safetensors"]


def test_anything_else_is_another_key(tmp_path):
    fit(tmp_path)
    variants = [
        {"method": Small(seed=1)}, {"method": Small(rate=0.02)}, {"data": keyed("other features")},
        {"train_bars": TRAIN[:-1]}, {"train_bars": TRAIN[::-1]}, {"dev_bars": DEV[1:]},
    ]

    class Smaller(Small):
        name = "smaller"

    variants.append({"method": Smaller()})
    for variant in variants:
        assert not fit(tmp_path, **variant)[1]
    assert len(list(tmp_path.iterdir())) == len(variants) + 1
    assert fit_or_load(Small(), DATA.select(TRAIN), None, tmp_path) is False
    assert fit(tmp_path)[1]


def test_bars_without_a_key_are_not_kept(tmp_path):
    method, loaded = fit(tmp_path, data=keyed(""))
    assert not loaded
    assert method.epochs
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "other arrays", "wrong shape"])
def test_a_damaged_file_is_fitted_anew_and_mended(tmp_path, damage):
    first, _ = fit(tmp_path)
    path = next(tmp_path.iterdir())
    content, kept = path.read_bytes(), load_file(path)
    if damage == "other arrays":
        save_file({"weights": np.zeros((2, 2))}, path)
    elif damage == "wrong shape":
        save_file({"weight": np.zeros(2), "bias": np.zeros(2)}, path)
    else:
        path.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "text": b"no tensors here"}[damage])
    again, loaded = fit(tmp_path)
    assert not loaded
    assert np.array_equal(scores(first), scores(again))
    mended = load_file(path)
    assert all(np.array_equal(mended[name], kept[name]) for name in kept)
    assert len(mended) == len(kept)
    assert fit(tmp_path)[1]


def test_a_cancelled_fit_goes_on_where_it_stood(tmp_path):
    whole, _ = fit(tmp_path / "whole")

    def stop(fraction, message=""):
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        fit(tmp_path / "cut", progress=stop)
    assert [path.name.endswith(".state.safetensors") for path in (tmp_path / "cut").iterdir()] == [True]
    resumed, loaded = fit(tmp_path / "cut")
    assert not loaded
    assert resumed.epochs == [2, 3]
    assert np.array_equal(scores(whole), scores(resumed))
    # The state is gone; what is left is the system.
    assert [path.name.endswith(".state.safetensors") for path in (tmp_path / "cut").iterdir()] == [False]
    assert fit(tmp_path / "cut")[1]
