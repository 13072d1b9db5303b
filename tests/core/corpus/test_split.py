from collections import Counter

from core.corpus.split import assign_splits


def test_eight_to_one_to_one():
    counts = Counter(assign_splits([f"s{i}" for i in range(100)]).values())
    assert counts == {"train": 80, "dev": 10, "test": 10}


def test_order_does_not_matter_but_the_seed_does():
    names = [f"s{i}" for i in range(30)]
    assert assign_splits(names) == assign_splits(names[::-1])
    assert assign_splits(names, 1) != assign_splits(names, 2)


def test_few_songs():
    assert Counter(assign_splits(["a", "b", "c"]).values()) == {"train": 1, "dev": 1, "test": 1}
    assert assign_splits(["a"]) == {"a": "train"}
    assert assign_splits([]) == {}
