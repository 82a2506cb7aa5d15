from sentinel.rules.tree import All, Any_, Item, Not, Regex, Same, both, either, fields, items

A, B, C = (Item(name, (Regex(name),)) for name in "abc")
KEYWORD = Item(None, (Regex("k"),))


def test_one_part_needs_no_node_around_it() -> None:
    assert both([A]) is A and either([A]) is A
    assert both([A, B]) == All((A, B))
    assert either([A, B]) == Any_((A, B))


def test_leaves_come_left_to_right_out_of_any_depth() -> None:
    assert items(All((A, Not(Any_((B, Not(C)))), KEYWORD, A))) == [A, B, C, KEYWORD, A]


def test_fields_are_those_compared_and_those_compared_with() -> None:
    assert fields(Not(All((A, KEYWORD, Item("x", (Same("y"), Same("z", "gt"))))))) == {"a", "x", "y", "z"}
    assert fields(KEYWORD) == set()


def test_flags_stand_before_their_pattern() -> None:
    assert Regex("a|b", "is").expression == "(?is)a|b"
    assert Regex("a|b").expression == "a|b"
