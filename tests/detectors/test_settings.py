from __future__ import annotations

import pytest

from sentinel.config import yaml
from sentinel.config.model import DetectorsConfig
from sentinel.detectors._settings import FLOOR, Settings, settings_of
from sentinel.errors import ConfigError

KNOWN = {"pii": ["EMAIL", "PHONE", "IBAN"], "secrets": ["secret.github_pat"]}


def of(**kinds: object) -> Settings:
    return settings_of(DetectorsConfig.model_validate(kinds), yaml.Lines("c.yaml"), KNOWN)


def test_types_go_by_our_names_and_presidio_s_and_secrets_without_their_family() -> None:
    found = of(pii={"thresholds": {"PHONE_NUMBER": 0.7}, "ignore": ["EMAIL_ADDRESS", "IBAN"]}, secrets={"ignore": ["github_pat"]})
    assert found.off == {"EMAIL", "IBAN", "secret.github_pat"}
    assert (found.floor("PHONE"), found.floor("EMAIL")) == (0.7, FLOOR)


def test_every_type_that_there_is_not_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        of(pii={"thresholds": {"FONE": 0.5}, "ignore": ["EMIAL"]})
    assert [(m.key, m.do) for m in caught.value.mistakes] == [
        ("detectors.pii.thresholds.FONE", "did you mean 'PHONE'?"), ("detectors.pii.ignore.0", "did you mean 'EMAIL'?")]
