from dataclasses import replace

import numpy as np
import pytest
import torch
from dance_motions import smooth_motion
from safetensors.torch import load_file

from core.encoders.augment import Augmentation
from core.encoders.batches import batch_count, dev_batches, train_batches
from core.encoders.dance import DanceConfig
from core.encoders.pretrain import fast_precision, pretrain
from core.encoders.schedule import learning_rate_factor
from core.encoders.train import TrainOptions, checkpoint_path, train_dance
from core.encoders.weights import load_dance_encoder
from core.errors import Cancelled, KotofuriError, SettingsError
from core.features.bars import bar_features
from core.features.scale import FeatureScale

TINY = DanceConfig(joint_width=4, dim=8, graph_layers=1, graph_heads=2, layers=1, heads=2)
QUICK = TrainOptions(epochs=3, batch_bars=3, learning_rate=1e-3, device="cpu", augmentation=Augmentation())


class Songs:
    """Four songs in memory; counts how often a motion is read."""

    def __init__(self, train=4, dev=1):
        self.train = [f"song {i}" for i in range(train)]
        self.dev = [f"dev {i}" for i in range(dev)]
        self.motions = {name: smooth_motion(70, seed=i, amount=0.3) for i, name in enumerate((*self.train, *self.dev))}
        self.reads = 0

    def motion(self, song_id):
        self.reads += 1
        return self.motions[song_id]

    def bars(self, song_id):
        last = 60 + int(song_id[-1])  # bars that tell the songs apart
        return [(0, 20), (20, 33), (33, last), (69, 70)]


def kill_in_epoch(number):
    def progress(fraction, message=""):
        if message.startswith(f"epoch {number}/") and "loss" in message:
            raise Cancelled
    return progress


@pytest.mark.parametrize("dev", [1, 0])
def test_a_training_cut_off_and_taken_up_equals_an_unbroken_one(tmp_path, dev):
    whole = train_dance(Songs(dev=dev), tmp_path / "whole.safetensors", TINY, QUICK)
    out = tmp_path / "cut.safetensors"
    with pytest.raises(Cancelled):
        train_dance(Songs(dev=dev), out, TINY, QUICK, kill_in_epoch(2))
    assert checkpoint_path(out).exists()
    assert not out.exists()
    torch.manual_seed(99)  # the caller's random numbers play no part
    messages = []
    cut = train_dance(Songs(dev=dev), out, TINY, QUICK, lambda fraction, message="": messages.append(message))
    assert any("after epoch 1" in message for message in messages)
    assert not any(message.startswith("epoch 1/") for message in messages)
    assert cut.train_losses == whole.train_losses
    assert cut.dev_losses == whole.dev_losses
    assert cut.best_epoch == whole.best_epoch
    a, b = load_file(tmp_path / "whole.safetensors"), load_file(out)
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.safetensors", "whole.safetensors"]


@pytest.mark.parametrize("change", ["options", "tag", "broken", "mixed"])
def test_another_training_s_or_a_broken_checkpoint_is_not_taken_up(tmp_path, change):
    out = tmp_path / "w.safetensors"
    short = replace(QUICK, epochs=2)
    with pytest.raises(Cancelled):
        train_dance(Songs(), out, TINY, replace(short, seed=1) if change == "options" else short, kill_in_epoch(2),
                    tag="other" if change == "tag" else "")
    if change == "broken":
        checkpoint_path(out).write_bytes(checkpoint_path(out).read_bytes()[:-1000])
    if change == "mixed":
        content = checkpoint_path(out).read_bytes()
        checkpoint_path(out).write_bytes(content.replace(b"optimiser.0.exp_avg_sq", b"optimiser.0.exp_avg_qs"))
    messages = []
    again = train_dance(Songs(), out, TINY, short, lambda fraction, message="": messages.append(message))
    assert any("from the start" in message for message in messages)
    assert len(again.train_losses) == 2
    assert not checkpoint_path(out).exists()


def test_training_lowers_the_loss_and_keeps_the_best_epoch(tmp_path):
    options = TrainOptions(epochs=30, batch_bars=2, learning_rate=5e-3, device="cpu", cycles=1, patience=30)
    config = DanceConfig(joint_width=8, dim=64, graph_layers=1, graph_heads=2, layers=1, heads=2, dropout=0.0)
    fractions, messages = [], []

    def progress(fraction, message=""):
        fractions.append(fraction)
        messages.append(message)

    report = train_dance(Songs(), tmp_path / "w.safetensors", config, options, progress)
    assert report.stopped == "epochs"
    assert report.train_losses[-1] < 0.8 * report.train_losses[0]
    assert report.best_loss == min(report.dev_losses) == report.dev_losses[report.best_epoch - 1]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("min left" in message and "best on dev" in message for message in messages)
    notes = load_dance_encoder(tmp_path / "w.safetensors", "cpu").notes
    assert notes["best_epoch"] == report.best_epoch
    assert notes["frames"] == report.frames == sum(60 + i for i in range(4))


def test_training_stops_without_gain(tmp_path):
    options = TrainOptions(epochs=50, batch_bars=3, learning_rate=1e-12, patience=2, device="cpu")
    report = train_dance(Songs(), tmp_path / "w.safetensors", DanceConfig(**TINY.to_dict() | {"dropout": 0.0}), options)
    assert report.stopped == "no gain"
    assert report.epochs == report.best_epoch + 2 < 50


def test_loss_that_is_no_number_and_nothing_to_train_on(tmp_path):
    with pytest.raises(KotofuriError, match="No training song has a bar"):
        train_dance(Songs(train=0), tmp_path / "w.safetensors", TINY, QUICK)
    songs = Songs()
    songs.motions["song 1"].root_positions[5] = np.nan
    with pytest.raises(KotofuriError, match="not finite"):
        train_dance(songs, tmp_path / "w.safetensors", TINY, QUICK)
    with pytest.raises(KotofuriError, match="lower the learning rate"):
        train_dance(Songs(), tmp_path / "w.safetensors", TINY, TrainOptions(epochs=2, learning_rate=1e30, clip=0, device="cpu"))
    assert not (tmp_path / "w.safetensors").exists()


def test_an_epoch_holds_every_bar_once_in_another_order():
    songs = Songs(train=6)
    scale = FeatureScale.fit(bar for name in songs.train for bar in bar_features(songs.motions[name], songs.bars(name)))

    def epoch(seed, buffer):
        batches = list(train_batches(songs, scale, 2, buffer, None, np.random.default_rng(seed)))
        assert len(batches) == batch_count(18, 2)
        assert all(1 <= len(batch) <= 2 for batch in batches)
        return [bar.parameters.tobytes() for batch in batches for bar in batch]

    plain = [bar.parameters.tobytes() for batch in dev_batches(songs, songs.train, scale, 2) for bar in batch]
    assert len(set(plain)) == 18  # the single frame (69, 70) is left out
    for buffer in (1, 4, 100):
        assert sorted(epoch(1, buffer)) == sorted(plain)
    assert epoch(1, 4) == epoch(1, 4)
    assert epoch(1, 4) != epoch(2, 4)


def test_songs_are_read_one_at_a_time():
    songs = Songs(train=8)
    scale = FeatureScale.fit(bar_features(songs.motions["song 0"], songs.bars("song 0")))
    next(train_batches(songs, scale, 1, 9, None, np.random.default_rng(0)))
    assert songs.reads == 3  # nine bars fill the buffer


def test_learning_rate():
    assert learning_rate_factor(0.0, 0.1, 2) == 0
    assert learning_rate_factor(0.05, 0.1, 2) == pytest.approx(0.5)
    assert learning_rate_factor(0.1, 0.1, 2) == pytest.approx(1.0)
    assert learning_rate_factor(0.1 + 0.9 / 4, 0.1, 2) == pytest.approx(0.5)
    assert learning_rate_factor(0.55 - 1e-9, 0.1, 2) == pytest.approx(0.0, abs=1e-6)
    assert learning_rate_factor(0.55 + 1e-9, 0.1, 2) == pytest.approx(1.0)  # the hard restart
    assert learning_rate_factor(1.0, 0.1, 2) == 0
    assert learning_rate_factor(0.0, 0.0, 1) == 1


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"learning_rate": -1.0}, {"warmup": 2.0}, {"precision": "int8"}, {"minutes": 0.0}])
def test_options_that_cannot_be(wrong):
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        TrainOptions(**wrong)


def test_pretraining_keeps_its_time_budget(tmp_path):
    report = pretrain(Songs(), tmp_path / "w.safetensors", minutes=0.02, device="cpu", batch_bars=4)
    assert report.stopped == "time"
    assert 0.1 < report.seconds < 10
    assert load_dance_encoder(tmp_path / "w.safetensors", "cpu").dim == 256
    assert fast_precision("cpu") in {"float32", "bfloat16"}
