import subprocess
import sys
from pathlib import Path

from sentinel.detectors._protected import Protected

COMMAND = [str(Path(sys.executable).parent / "sentinel"), "protect", "secret", "prod-db"]


def protect(given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(COMMAND, input=given, capture_output=True, text=True, timeout=60)


def test_a_secret_from_standard_input_becomes_a_line_of_the_config() -> None:
    secret = "correct" + "-horse-" + "7Q"
    done = protect(secret + "\n")
    assert done.returncode == 0 and secret not in done.stdout
    assert Protected.read(done.stdout.strip()).is_(secret)


def test_one_that_could_be_guessed_is_refused() -> None:
    done = protect("short\n")
    assert done.returncode != 0 and "12 to 4096" in done.stderr and "Traceback" not in done.stderr
