"""A real nginx in front of the proxy: combined and JSON access logs, a deny list, the client's address from its header."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.servers.process import AS_ROOT, Process, answers, free_port

# The samples' field names, so that what the tests log is what a host logs.
_JSON = ",".join(f'"{name}":{value}' for name, value in {
    "time": '"$time_iso8601"', "msec": "$msec", "request_id": '"$request_id"', "remote_addr": '"$remote_addr"',
    "realip_remote_addr": '"$realip_remote_addr"', "xff": '"$http_x_forwarded_for"', "remote_user": '"$remote_user"',
    "method": '"$request_method"', "uri": '"$request_uri"', "protocol": '"$server_protocol"', "status": "$status",
    "bytes_sent": "$bytes_sent", "request_length": "$request_length", "request_time": "$request_time",
    "upstream_addr": '"$upstream_addr"', "upstream_status": '"$upstream_status"',
    "upstream_response_time": '"$upstream_response_time"', "upstream_header_time": '"$upstream_header_time"',
    "referer": '"$http_referer"', "user_agent": '"$http_user_agent"', "key_hash": '"$key_hash"',
    "key_tail": '"$key_tail"', "model_id": '"$upstream_http_x_litellm_model_id"',
    "call_id": '"$upstream_http_x_litellm_call_id"', "host": '"$host"', "content_type": '"$content_type"',
}.items())


@dataclass(frozen=True)
class Nginx:
    """The running server.

    Attributes:
        url: without a trailing slash. combined, json: access logs. denylist: included file of `deny ADDRESS;` lines.
        test, reload: command lines, as an operator would configure them (`nginx -t`, `nginx -s reload`).
    """

    url: str
    combined: Path
    json: Path
    denylist: Path
    test: list[str]
    reload: list[str]
    folder: Path
    pid: int

    def rotate(self, log: Path, to: Path) -> None:
        """As logrotate does: rename, then have the server open its logs again."""
        log.rename(to)
        subprocess.run([*self.test[:-2], "-s", "reopen"], check=True)


@contextmanager
def running(folder: Path, upstream: str, keys: list[str]) -> Iterator[Nginx]:
    """Start nginx in `folder` in front of `upstream` (`host:port`), stop it at the end.

    Args: keys: `sk-...` keys whose hash is to be logged; any other key is logged by its tail alone.
    """
    port, command = free_port(), ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    (folder / "tmp").mkdir()
    (folder / "denylist.conf").touch()
    (folder / "nginx.conf").write_text(_config(folder, port, upstream, keys))
    process = Process(command, folder)
    try:
        url = f"http://127.0.0.1:{port}"
        process.wait_until(answers(f"{url}/nginx-health"), 20)
        yield Nginx(url, folder / "access.log", folder / "access.json", folder / "denylist.conf",
                    [*command, "-t", "-q"], [*command, "-s", "reload"], folder, process.pid)
    finally:
        process.stop()


def _config(folder: Path, port: int, upstream: str, keys: list[str]) -> str:
    hashes = "\n".join(f'    "Bearer {key}" {hashlib.sha256(key.encode()).hexdigest()};' for key in keys)
    return f"""
{"user nobody nogroup;" if AS_ROOT else ""}
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
  client_body_temp_path {folder}/tmp/body; proxy_temp_path {folder}/tmp/proxy; fastcgi_temp_path {folder}/tmp/fastcgi;
  uwsgi_temp_path {folder}/tmp/uwsgi; scgi_temp_path {folder}/tmp/scgi;
  map_hash_bucket_size 256; client_max_body_size 16m;
  set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;
  map $http_authorization $key_hash {{
    default "";
{hashes}
  }}
  map $http_authorization $key_tail {{ default "-"; "~(?<tail>.{{4}})$" $tail; }}
  log_format fields escape=json '{{{_JSON}}}';
  access_log {folder}/access.log combined; access_log {folder}/access.json fields;
  server {{
    listen 127.0.0.1:{port};
    include {folder}/denylist.conf;
    location = /nginx-health {{ allow all; access_log off; return 204; }}
    location / {{
      proxy_pass http://{upstream}; proxy_buffering off; proxy_read_timeout 60s;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Request-ID $request_id;
    }}
  }}
}}
"""
