from sentinel.detectors import _checks


def test_every_check_is_named_as_it_is_called() -> None:
    assert all(check.__name__ == name and check.__doc__ for name, check in _checks.CHECKS.items())
