import pytest

from boltons.iterutils import weighed, weighed_iter


def test_fits():
    assert weighed([3, 3, 4, 1, 6, 1, 2], 7, weight=lambda item: item) == [[3, 3], [4, 1], [6, 1], [2]]
    assert weighed([], 7) == []
    assert weighed(iter([7, 7]), 7, weight=lambda item: item) == [[7], [7]]


def test_length():
    assert weighed(["aa", "b", "ccc", "", "d"], 3) == [["aa", "b"], ["ccc", ""], ["d"]]


def test_heavy():
    batches = weighed_iter([1, 2, 9, 1], 4, weight=lambda item: item)
    assert next(batches) == [1, 2]
    with pytest.raises(ValueError, match="2"):
        next(batches)


@pytest.mark.parametrize("limit", [0, -1, None, "3"])
def test_refuses(limit):
    def source():
        raise AssertionError("read")
        yield

    with pytest.raises(ValueError):
        weighed_iter(source(), limit)
    with pytest.raises(ValueError):
        weighed(source(), limit)


def test_lazy():
    read = []

    def source():
        for item in [2, 2, 2, 2, 2]:
            read.append(item)
            yield item

    batches = weighed_iter(source(), 4, weight=lambda item: item)
    assert next(batches) == [2, 2]
    assert len(read) == 3
