from src.limits import limit


def test_limit():
    assert limit() == 1
