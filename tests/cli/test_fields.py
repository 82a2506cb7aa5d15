from sentinel.cli.fields import known_fields, open_categories


def test_fields_of_formats_detectors_and_the_pipeline_are_known() -> None:
    assert {"gen_ai.prompt", "sentinel.prompt.secret.types", "sentinel.revoked.seconds"} <= known_fields().keys()
    assert (known_fields()["source.ip"], known_fields()["sentinel.prompt.secret.types"]) == ("ip", "")


def test_cloud_records_keep_their_own_names() -> None:
    assert open_categories() == {"cloud"}
