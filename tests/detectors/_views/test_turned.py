from sentinel.detectors._views import turned
from sentinel.detectors._views.fragment import Limit


def test_addresses_backwards_and_rotated() -> None:
    assert [f[:3] for f in turned.fragments("to moc.elpmaxe@nna.", Limit())] == [(3, 18, "ann@example.com")]
    assert [f.said for f in turned.fragments("to naa@rknzcyr.pbz", Limit())] == ["ann@example.com"]


def test_a_number_that_is_said_to_stand_backwards() -> None:
    assert [f.said for f in turned.fragments("SSN reversed: 9491-22-635", Limit())] == ["536-22-1949"]
    assert list(turned.fragments("the order is reversed", Limit())) == []
