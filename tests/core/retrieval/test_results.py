"""Results are kept, and never over each other."""

import json
import re
from datetime import UTC, datetime

import core.retrieval.results
from core import __version__
from core.retrieval.results import save_results


def test_each_result_has_a_file_of_its_own(tmp_path):
    result = {"split": "test", "results": [{"method": "xmied", "mrr": 0.5, "title": "言振り"}]}
    folder = tmp_path / "made" / "when needed"
    paths = [save_results(folder, result) for _ in range(3)]
    assert len(set(paths)) == 3
    assert sorted(folder.iterdir()) == sorted(paths)
    for path in paths:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{8}(-\d)?\.json", path.name)
        found = json.loads(path.read_text(encoding="utf-8"))
        assert {name: found[name] for name in result} == result
        assert found["versions"]["kotofuri"] == __version__
        assert found["versions"]["numpy"]
        written = datetime.fromisoformat(found["date"])
        assert written.tzinfo is not None
        assert path.name.startswith(f"{written:%Y-%m-%d-%H%M%S}")


def test_nothing_is_overwritten_even_in_the_same_second(tmp_path, monkeypatch):
    class Clock:
        @staticmethod
        def now():
            return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    monkeypatch.setattr(core.retrieval.results, "datetime", Clock)
    first, second, other = (save_results(tmp_path, {"value": value}) for value in (1, 1, 2))
    assert first.name.startswith("2026-01-02-030405-")
    assert second.stem == first.stem + "-2"
    assert other.stem != first.stem
    assert [json.loads(path.read_text())["value"] for path in (first, second, other)] == [1, 1, 2]
