from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet

from sentinel.assembly import assemble
from sentinel.daemon.stages import stages
from sentinel.detectors.baseline import Baseline
from sentinel.journal.database import Journal
from sentinel.journal.state import State

ROOT = Path(__file__).parents[2]


def test_a_dry_run_plans_whatever_the_config_allows(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(f"journal: j.db\nsources: [{{name: g, paths: [x], format: nginx}}]\nrules: [{ROOT / 'rules'}]\n"
                      "playbooks: {mode: act}\nincidents: {window_minutes: 5}\n")
    journal = Journal(tmp_path / "j.db")
    for dry, mode in ((True, "dry-run"), (False, "act")):
        made = stages(assemble(config), State(journal), b"k" * 32, dry_run=dry)
        assert made.planner.mode == mode and made.window == 300 * 10**9
        assert made.formats["g"].name == "nginx" and len(made.rules.rules) > 20
    journal.close()


def test_the_baseline_knows_the_places_of_the_config(tmp_path: Path) -> None:
    writer = MMDBWriter(database_type="GeoLite2-Country")
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"country": {"iso_code": "DE"}})
    writer.to_db_file(str(tmp_path / "city.mmdb"))
    config = tmp_path / "c.yaml"
    config.write_text("journal: j.db\nsources: [{name: g, paths: [x], format: nginx}]\nrules: []\ngeoip: city.mmdb\n")
    journal = Journal(tmp_path / "j.db")
    made = stages(assemble(config), State(journal), b"k" * 32, dry_run=True)
    [baseline] = [one for one in made.detectors if isinstance(one, Baseline)]
    assert baseline.place("203.0.113.1").country == "DE"
    journal.close()
