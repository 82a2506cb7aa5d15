from pathlib import Path

from sentinel.assembly import assemble
from sentinel.daemon.stages import stages
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
