import random

from sentinel.detectors.secrets import Secrets
from tests.detectors.generate import fill
from tests.detectors.test_baseline import Memory
from tests.make import event

DETECTOR = Secrets()
ALL = frozenset(range(len(DETECTOR.patterns)))


def test_kinds_are_told_by_where_they_stand() -> None:
    draw = random.Random(7)
    one = event({"gen_ai.prompt": fill("use <github:ghp>", draw), "gen_ai.completion": fill("key AKIA<16:base32> and sk-<48:alnum>", draw),
                 "url.query": fill("token=<jwt>", draw)})
    findings = DETECTOR.inspect(one, ALL, Memory())
    assert one.fields["sentinel.prompt.secret.types"] == ["secret.github_pat"]
    assert one.fields["sentinel.completion.secret.types"] == ["secret.aws_access_key", "secret.openai_key"]
    assert one.fields["sentinel.request.secret.types"] == ["secret.jwt"]
    assert len(findings) == 4 and all(f.sensitive for f in findings)


def test_the_longer_of_two_stays() -> None:
    text = fill("sk-ant-api03-<93:key>AA", random.Random(3))
    findings = DETECTOR.inspect(event({"gen_ai.prompt": text}), ALL, Memory())
    assert [(f.type, f.start, f.end) for f in findings] == [("secret.anthropic_key", 0, len(text))]


def test_a_huge_block_that_never_ends_is_still_hidden() -> None:
    text = "-----BEGIN PRIVATE KEY-----\n" + fill("<64:b64>\n", random.Random(1)) * 5_000
    (finding,) = DETECTOR.inspect(event({"gen_ai.prompt": text}), ALL, Memory())
    assert finding.type == "secret.private_key" and finding.end > 20_000


def test_at_least_ten_vendors_are_known() -> None:
    assert len(DETECTOR.catalogue.entries) >= 40
