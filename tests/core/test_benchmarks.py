"""The benchmarks' own arithmetic. Nothing is timed here."""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # benchmarks are no part of the installed program

from benchmarks import baselines, measure, scaling, svg, synthetic
from benchmarks.measure import DisagreementError, Result
from core.npmi import count_songs, npmi_table
from core.xmied import SearchIndex


def test_rates_and_ratios_are_those_of_the_medians():
    times = {"slow": [4.0, 100.0, 6.0], "quick": [2.0, 1.0, 50.0]}
    assert measure.rate(times, "quick", 10.0) == 5.0
    assert measure.ratio(times, "quick", "slow") == 3.0


def test_works_take_turns_after_one_round_of_warming_up():
    calls = []
    times = measure.interleaved({name: lambda turn, name=name: calls.append((name, turn)) for name in "ab"}, 2)
    assert calls == [("a", -1), ("b", -1), ("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert [len(times[name]) for name in "ab"] == [2, 2]


def test_slope_of_powers():
    x = [10.0, 100.0, 1000.0]
    assert measure.slope(x, [3 * v for v in x]) == pytest.approx(1.0)
    assert measure.slope(x, [v**2 for v in x]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("aims", "expected"),
    [
        ({}, ""), ({"at_least": 10.0}, "aim 10: missed"), ({"under": 10.0}, "aim under 10: reached"),
        ({"under": 5.0, "ratio_at_least": 3.0}, "aim under 5: missed, aim 3 x: reached"),
    ],
)
def test_aims(aims, expected):
    assert Result("a", 6.0, "ms", "b", 4.0, **aims).verdict == expected


def test_table_and_file_tell_every_result(tmp_path):
    results = [Result("x, 5 bars: slow", 2.0, "ms", seconds=(1.0, 2.0, 4.0)),
               Result("x, 5 bars: quick", 1.0, "ms", "slow", 2.0, under=3.0)]
    lines = measure.table(results).splitlines()
    assert lines[0] == "x, 5 bars"
    assert "median of 3, +-100 %" in lines[1]
    assert "2.00 x slow" in lines[2]
    assert lines[2].endswith("aim under 3: reached")
    measure.save(tmp_path / "r.json", results, "a machine")
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["machine"] == "a machine"
    assert [row["name"] for row in found["results"]] == [result.name for result in results]
    assert found["results"][0]["seconds"] == [1.0, 2.0, 4.0]


@pytest.fixture(scope="module")
def few():
    codes = synthetic.song_bars(300, 12, seed=3)
    return codes, npmi_table(count_songs(codes))


def test_synthetic_songs_have_the_shape_they_promise(few):
    codes, npmi = few
    assert (codes.songs, codes.bars) == (12, 300)
    assert set(codes.split.tolist()) == {0, 1, 2}
    runs = len(codes.lyric) / (1 + np.count_nonzero(np.diff(codes.lyric)))
    assert 12 < runs < 25
    assert (npmi > 0.2).any()
    again = synthetic.song_bars(300, 12, seed=3)
    assert np.array_equal(again.lyric, codes.lyric)
    assert np.array_equal(again.dance, codes.dance)


@pytest.mark.parametrize("kind", ["songs", "random"])
def test_baselines_agree_with_each_other_and_with_the_index(few, kind):
    if kind == "songs":
        codes, npmi = few
        shown, offsets, query = codes.dance, codes.offsets, synthetic.song_query(codes, 52, np.random.default_rng(0))
    else:
        shown, offsets, npmi = synthetic.random_bars(300)
        query = np.random.default_rng(0).integers(0, synthetic.CODES, 20)
    exact = baselines.public_program(npmi, query, shown, offsets)
    naive = baselines.one_by_one(baselines.costs_of(npmi), query, shown, offsets, 2)
    np.testing.assert_allclose(naive, exact, atol=1e-3)
    index = SearchIndex(shown, offsets, 1)
    np.testing.assert_allclose(index.distances(query, npmi), exact, atol=1e-5)
    baselines.check_hits(index.search(query, npmi, 20), exact, len(query), index.lengths, 20, 1e-5)
    best = baselines.best_bars(exact, len(query), index.lengths, 20)
    np.testing.assert_allclose(index.search(query, npmi, 20).score, 1 - exact[best] / np.maximum(index.lengths[best],
                                                                                                 len(query)), atol=1e-6)


def test_public_program_fills_the_textbook_table():
    npmi = np.array([[1.0, -1.0], [0.0, 0.5]])
    # A substitution costs 0, 1, 0.5 or 0.25; the second bar lacks a frame, the third is empty.
    found = baselines.public_program(npmi, np.array([0, 1]), np.array([0, 1, 0]), np.array([0, 2, 3, 3]))
    assert found.tolist() == [0.25, 1.0, 2.0]


@pytest.mark.parametrize("fault", ["missed", "distance", "order", "twice"])
def test_a_search_that_is_wrong_is_told(fault):
    distances, lengths = np.array([5.0, 1.0, 2.0, 3.0]), np.full(4, 10)
    bars = {"missed": [1, 3], "distance": [1, 2], "order": [2, 1], "twice": [1, 1]}[fault]
    distance = distances[bars] + (0.5 if fault == "distance" else 0.0)
    hits = SimpleNamespace(bar=np.array(bars), score=1 - distance / 10, distance=distance)
    with pytest.raises(DisagreementError):
        baselines.check_hits(hits, distances, 10, lengths, 2, 1e-6)


def test_drawing_is_svg_with_points_in_order():
    curves = {"one & only": [(10.0, 1.0), (100.0, 10.0), (1000.0, 100.0)]}
    text = svg.drawing([svg.Panel("Time", "songs", "seconds", curves)] * 2, "Heading", "note")
    root = ET.fromstring(text)
    name = "{http://www.w3.org/2000/svg}"
    lines = [line.get("points") for line in root.iter(f"{name}polyline")]
    assert len(lines) == 2
    places = np.array([[float(v) for v in point.split(",")] for point in lines[0].split()])
    # Equal factors are equal distances; more is to the right and further up.
    assert np.allclose(np.diff(places, n=2, axis=0), 0, atol=0.11)
    assert (np.diff(places[:, 0]) > 0).all()
    assert (np.diff(places[:, 1]) < 0).all()
    assert {"Time", "one & only", "Heading", "note", "1,000"} <= {node.text for node in root.iter(f"{name}text")}


@pytest.mark.parametrize("curve", [[], [(1.0, 0.0)]])
def test_drawing_refuses_what_has_no_logarithm(curve):
    with pytest.raises(ValueError, match="above zero"):
        svg.drawing([svg.Panel("", "", "", {"a": curve})], "")


def test_scaling_tells_slopes_and_draws_them():
    stage = {"runs": [1.0], "bytes": 0}
    rows = [{"songs": n, "bars": n, "frames": n, **{name: {**stage, "seconds": n / 50, "bytes": n * n << 20}
                                                    for name in scaling.STAGES}} for n in (10, 100, 1000)]
    results = {result.name: result.rate for result in scaling.results_of(rows)}
    slopes = [value for name, value in results.items() if "slope of log time" in name]
    assert slopes == pytest.approx([1.0] * 6)
    assert [value for name, value in results.items() if "slope of log memory" in name] == pytest.approx([2.0] * 6)
    assert "(slope 2.00, last step 2.00)" in scaling.picture_of(rows)


def test_peak_memory_sees_an_array_that_has_gone():
    scaling.begin_peak()
    before = scaling.peak_bytes()
    gone = np.ones(2**24)
    del gone
    assert scaling.peak_bytes() - before >= 0.9 * 8 * 2**24


def test_plain_autoencoder_computes_what_ours_does():
    torch = pytest.importorskip("torch")
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    from benchmarks import encoder, plain_encoder
    from core.encoders.dance import DanceConfig
    from core.encoders.decoder import DanceAutoencoder
    from core.features.bars import BarFeatures

    config = DanceConfig(joint_width=8, dim=32, layers=2, heads=4, graph_layers=1, graph_heads=2, dropout=0.0)
    rng = np.random.default_rng(0)
    bars = [BarFeatures(rng.uniform(-1, 1, (n, 53, 29)).astype(np.float32), rng.random((n, 120)).astype(np.float32))
            for n in (7, 5, 7)]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        ours = DanceAutoencoder(config)
        plain = plain_encoder.PlainAutoencoder(ours)
        (batch,) = encoder.batches_of(bars, 8)
        encoder.check(ours, plain, batch)
        with torch.no_grad():
            plain.join.bias += 0.5
        with pytest.raises(DisagreementError):
            encoder.check(ours, plain, batch)
        # Training mode and plain attention keep torch from fused kernels, which the counter does not see into.
        with FlopCounterMode(display=False) as counter, torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
            plain.train()(*plain_encoder.padded(*encoder.batches_of(bars[:1], 1)[0]))
    operations = 7 * (encoder.multiply_adds(config, 7) + encoder.decoder_multiply_adds(config, 7))
    edges = 2 * 7 * 2 * config.graph_layers * 2 * 52 * config.joint_width  # torch_geometric sums without a matrix product
    places = ours.encoder.laplacian.shape[1]
    hidden = (places + config.joint_width) // 2
    once = 53 * hidden * (places + config.joint_width)
    assert counter.get_total_flops() == 2 * (operations + once) - 2 * edges
