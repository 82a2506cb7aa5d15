"""A real Elasticsearch (core and security, from Maven), with or without TLS, users and API keys."""

from __future__ import annotations

import json
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.integration.servers.process import AS_ROOT, UNPRIVILEGED, Process, answers, cached, free_port, give_away

VERSION = "8.19.0"
ADMIN, PASSWORD = "admin", "admin-password"


@dataclass(frozen=True)
class Elasticsearch:
    """The running server. ca, user and password are empty where it has no security."""

    url: str
    ca: Path | None = None
    user: str = ""
    password: str = ""
    pid: int = 0

    def http(self) -> httpx.Client:
        """A plain client, so that what sentinel's client did is checked by another."""
        verify = ssl.create_default_context(cafile=str(self.ca)) if self.ca else False
        return httpx.Client(base_url=self.url, verify=verify, timeout=60, auth=(self.user, self.password) if self.user else None)

    def api_key(self, name: str, roles: dict[str, object] | None = None) -> str:
        """A new API key, encoded as the client wants it. roles: role descriptors; None: all that the admin may."""
        with self.http() as http:
            reply = http.post("/_security/api_key", json={"name": name, **({"role_descriptors": roles} if roles else {})})
            reply.raise_for_status()
            key: str = reply.json()["encoded"]
            return key

    def search(self, index: str, query: dict[str, object] | None = None, size: int = 10_000) -> list[dict[str, object]]:
        """Hits (`_id`, `_index`, `_source`, `_version`) of every document that matches, after a refresh."""
        with self.http() as http:
            http.post(f"/{index}/_refresh", params={"ignore_unavailable": "true"}).raise_for_status()
            reply = http.post(f"/{index}/_search", params={"ignore_unavailable": "true", "version": "true"},
                              json={"size": size, "query": query or {"match_all": {}}})
            reply.raise_for_status()
            hits: list[dict[str, object]] = reply.json()["hits"]["hits"]
            return hits


def unpack(into: Path) -> Path:
    """The program, under `into` (which the unprivileged user can enter, as the cache cannot always). Returns its home."""
    with cached(f"elasticsearch-{VERSION}") as (folder, whole):
        if not whole:
            folder.mkdir()
            _download(folder / "server.zip")
            subprocess.run(["unzip", "-q", folder / "server.zip", "-d", folder], check=True)
            (folder / "server.zip").unlink()
            _build_analysis(folder / f"elasticsearch-{VERSION}")
    home = into / f"elasticsearch-{VERSION}"
    shutil.copytree(folder / home.name, home, copy_function=_link)
    return home


@contextmanager
def running(home: Path, folder: Path, *, secured: bool = False, port: int = 0) -> Iterator[Elasticsearch]:
    """Start a node with its data in `folder` (which may hold a former node's), stop it at the end. 15 to 25 s."""
    port = port or free_port()
    config = folder / "config"
    if not config.exists():
        shutil.copytree(home / "config", config)
        (folder / "tmp").mkdir()
        # its gc log would go into the program's folder, which is not the server's to write to
        options = (config / "jvm.options").read_text().splitlines()
        (config / "jvm.options").write_text("\n".join(o for o in options if "-Xlog:gc" not in o))
    (config / "elasticsearch.yml").write_text(json.dumps(_settings(folder, port, secured)))
    environment = {"ES_JAVA_HOME": str(jdk()), "ES_PATH_CONF": str(config), "ES_TMPDIR": str(folder / "tmp"),
                   "ES_JAVA_OPTS": "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1 -XX:-HeapDumpOnOutOfMemoryError"}
    found = Elasticsearch(f"http://127.0.0.1:{port}")
    if secured:
        _secure(home, folder, environment)
        found = Elasticsearch(f"https://127.0.0.1:{port}", folder / "ca.crt", ADMIN, PASSWORD)
    process = Process([home / "bin" / "elasticsearch"], folder, environment, unprivileged=True)
    try:
        options = {"verify": ssl.create_default_context(cafile=str(found.ca)), "auth": (ADMIN, PASSWORD)} if secured else {}
        process.wait_until(answers(f"{found.url}/_cluster/health?wait_for_status=yellow&timeout=1s", **options), 120)
        yield Elasticsearch(found.url, found.ca, found.user, found.password, process.pid)
    finally:
        process.stop()


def jdk() -> Path:
    """The lowest JDK from 17 to 24 on this machine. Raises: RuntimeError."""
    found = []
    for home in (os.environ.get("JAVA_HOME", ""), *Path("/usr/lib/jvm").glob("*")):
        release = Path(home or "/nowhere") / "release"
        if release.exists() and (match := re.search(r'JAVA_VERSION="(\d+)', release.read_text())):
            found.append((int(match[1]), Path(home)))
    fitting = sorted(item for item in found if 17 <= item[0] <= 24)
    if not fitting:
        raise RuntimeError("no JDK from 17 to 24 in $JAVA_HOME or /usr/lib/jvm; install openjdk-17-jdk-headless")
    return fitting[0][1]


def _settings(folder: Path, port: int, secured: bool) -> dict[str, object]:
    settings: dict[str, object] = {
        "cluster.name": "sentinel-tests", "node.name": "n1", "discovery.type": "single-node", "network.host": "127.0.0.1",
        "http.port": port, "transport.port": free_port(), "path.data": str(folder / "data"), "path.logs": str(folder / "logs"),
        "action.destructive_requires_name": False, "cluster.routing.allocation.disk.threshold_enabled": False,
        "xpack.security.enabled": secured, "xpack.security.enrollment.enabled": False,
    }
    if secured:
        settings |= {"xpack.security.http.ssl.enabled": True, "xpack.security.http.ssl.certificate": "es.crt",
                     "xpack.security.http.ssl.key": "es.key", "xpack.security.http.ssl.supported_protocols": ["TLSv1.3"]}
    return settings


def _secure(home: Path, folder: Path, environment: dict[str, str]) -> None:
    """A CA, a certificate for 127.0.0.1, and an admin in the file realm."""
    config, new = folder / "config", ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    if (config / "es.crt").exists():
        return

    def run(*argv: str | Path, **options: object) -> None:
        subprocess.run(argv, check=True, cwd=folder, capture_output=True, **options)  # type: ignore[call-overload]

    run(*new, "-x509", "-days", "30", "-subj", "/CN=sentinel tests", "-keyout", "ca.key", "-out", "ca.crt")
    run(*new, "-subj", "/CN=localhost", "-keyout", config / "es.key", "-out", "es.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
    run("openssl", "x509", "-req", "-in", "es.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
        "-extfile", "names", "-out", config / "es.crt")
    if AS_ROOT:
        give_away(folder)
    drop = ["setpriv", *UNPRIVILEGED] if AS_ROOT else []
    run(*drop, home / "bin" / "elasticsearch-users", "useradd", ADMIN, "-p", PASSWORD, "-r", "superuser",
        env={**os.environ, **environment})


def _download(to: Path) -> None:
    artefact = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
    subprocess.run(["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artefact}", f"-DoutputDirectory={to.parent}",
                    "-Dmdep.stripVersion=true"], check=True)
    (to.parent / "elasticsearch.zip").rename(to)


def _build_analysis(home: Path) -> None:
    """Without these filters the security index, and so users, roles and API keys, cannot be: see Analysis.java."""
    plugin, classes = home / "plugins" / "tests-analysis", home / "classes"
    plugin.mkdir(parents=True)
    java = jdk() / "bin"
    subprocess.run([java / "javac", "-nowarn", "-d", classes, "-cp", f"{home}/lib/*", Path(__file__).parent / "Analysis.java"],
                   check=True)
    subprocess.run([java / "jar", "cf", plugin / "analysis.jar", "-C", classes, "."], check=True)
    shutil.rmtree(classes)
    (plugin / "plugin-descriptor.properties").write_text(
        "name=tests-analysis\ndescription=filters of the security index\nversion=1\nclassname=sentinel.Analysis\n"
        f"java.version=17\nelasticsearch.version={VERSION}\n")


def _link(source: str, target: str) -> None:
    """A hard link where it can be (100 MB), else a copy; only the libraries, everything else is small or written to."""
    if source.endswith(".jar"):
        try:
            os.link(source, target)
            return
        except OSError:
            pass
    shutil.copy2(source, target)
