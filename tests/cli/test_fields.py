from sentinel.cli.fields import known_fields


def test_fields_of_formats_detectors_and_the_pipeline_are_known() -> None:
    assert {"gen_ai.prompt", "sentinel.prompt.secret.types", "sentinel.revoked.seconds"} <= known_fields()
