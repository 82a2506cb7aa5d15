from sentinel.detectors.injection._turns import TURN, weigh
from sentinel.scan import Scan


def dialogue(answer: str, turns: int) -> str:
    return "".join(f"User: question {n}\nAssistant: {answer}\n" for n in range(turns))


def test_many_willing_answers_say_more_than_many_others() -> None:
    assert weigh(dialogue("Sure, here is how", 6)) == 0.7
    assert weigh(dialogue("complaint", 30)) == 0.2
    assert weigh(dialogue("complaint", 29)) == weigh(dialogue("Sure, here is how", 5)) == weigh("") == 0.0


def test_the_sign_occurs_where_there_are_turns() -> None:
    assert Scan([TURN]).hits(dialogue("x", 2))
    assert not Scan([TURN]).hits("An assistant: a person who helps.")
