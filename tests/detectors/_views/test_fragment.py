from sentinel.detectors._views.fragment import Fragment, grouped, numbers


def test_numbers_are_grouped_as_people_group_them() -> None:
    assert [grouped(n) for n in ("536221949", "2125550123", "12125550123", "4111111111111111", "12345", "49302222222")] == [
        "536-22-1949", "212-555-0123", "1-212-555-0123", "4111-1111-1111-1111", "12345", "49302222222"]


def test_only_where_the_disguise_tells_enough() -> None:
    assert list(numbers(0, 9, "536221949", sure=False)) == [Fragment(0, 9, "536221949", False)]
    assert [f.said for f in numbers(0, 9, "536221949", sure=True)] == ["536221949", "536-22-1949"]
