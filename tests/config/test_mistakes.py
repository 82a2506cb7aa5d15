from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sentinel.config import mistakes, yaml

SECRET = "sk-example-not-to-be-quoted"


class Service(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = Field(pattern="^https://")
    token: int = 0
    with_: str = Field("", alias="with")

    @field_validator("with_")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value) > 3:
            raise ValueError("Must be short")
        return value


def found(text: str, at: tuple[str, ...] = ("services", "gate")) -> list[str]:
    [(value, lines)] = yaml.parse_all(text, "s.yml")
    for key in at:
        value = value[key]
    with pytest.raises(ValidationError) as caught:
        Service.model_validate(value)
    return [str(mistake) for mistake in mistakes.of(caught.value, lines, at, Service)]


def in_service(**given: Any) -> list[str]:
    return found("services:\n  gate:\n" + "".join(f"    {key}: {value}\n" for key, value in given.items()))


def test_a_typo_is_named_by_file_line_and_key_with_what_was_meant() -> None:
    assert in_service(url="https://a", tokn=1) == ["s.yml:4: services.gate.tokn: unknown key 'tokn'; did you mean 'token'?"]
    assert in_service(url="https://a", wit="x") == ["s.yml:4: services.gate.wit: unknown key 'wit'; did you mean 'with'?"]
    assert in_service(url="https://a", zzz=1) == ["s.yml:4: services.gate.zzz: unknown key 'zzz'; known here: token, url, with"]


class Gates(BaseModel):
    model_config = ConfigDict(extra="forbid")
    listed: list[Service] = []
    named: dict[str, Service] = {}
    one: Service | None = None


@pytest.mark.parametrize(("text", "key"), [
    ("listed: [{url: 'https://a', tokn: 1}]", "listed.0.tokn"), ("named: {a: {url: 'https://a', tokn: 1}}", "named.a.tokn"),
    ("one: {url: 'https://a', tokn: 1}", "one.tokn")])
def test_what_was_meant_is_known_at_any_depth(text: str, key: str) -> None:
    [(value, lines)] = yaml.parse_all(text, "s.yml")
    with pytest.raises(ValidationError) as caught:
        Gates.model_validate(value)
    assert list(map(str, mistakes.of(caught.value, lines, (), Gates))) == [
        f"s.yml:1: {key}: unknown key 'tokn'; did you mean 'token'?"]


def test_all_are_named_and_a_missing_one_stands_at_what_lacks_it() -> None:
    assert in_service(token="x", zzz=1)[0] == "s.yml:2: services.gate.url: key 'url' is missing; add it"
    assert len(in_service(token="x", zzz=1)) == 3


def test_no_value_is_quoted_for_it_may_be_a_secret() -> None:
    text = "\n".join(in_service(url=SECRET, token=SECRET, **{"with": SECRET}))
    assert text.count("s.yml:") == 3 and "services.gate.with: must be short" in text
    assert SECRET not in text


def test_a_models_keys_are_those_that_the_file_has() -> None:
    assert mistakes.names(Service) == ["url", "token", "with"]
    assert mistakes.names(None) == []


def test_nearest() -> None:
    assert mistakes.nearest("nginy", ["nginx", "slack"]) == "did you mean 'nginx'?"
    assert mistakes.nearest("q", ["slack", "nginx"]) == "known here: nginx, slack"
    assert mistakes.nearest("q", []) == "remove it"
    assert mistakes.nearest("q", ["slack"], "") == ""


def test_in_one_line_without_a_file() -> None:
    with pytest.raises(ValidationError) as caught:
        Service.model_validate({"url": SECRET, "token": SECRET})
    text = mistakes.reasons(caught.value)
    assert text.startswith("url: ") and "; token: " in text
    assert SECRET not in text
