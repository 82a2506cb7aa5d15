"""Certificates for tests: an authority, and what it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Authority:
    """In a folder: `ca.pem`, and for each name given out `NAME.pem` and `NAME.key`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._openssl("req", "-x509", "-subj", "/CN=tests", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2")
        (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")

    def sign(self, name: str) -> tuple[Path, Path]:
        """Its certificate and key."""
        self._openssl("req", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        subprocess.run(["openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                        "-extfile", "names", "-out", f"{name}.pem"], cwd=self.folder, check=True, capture_output=True)
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
                       cwd=self.folder, check=True, capture_output=True)
