"""The scheduler of a Dask cluster: where it is, and how it may be reached."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from grader.classroom.errors import ClassroomError


@dataclass(frozen=True)
class Scheduler:
    """A scheduler at an address of Dask's, such as `tls://10.0.0.1:8786`.

    `ca`, `certificate` and `key` are files for TLS; without them Dask's configuration names them. Instead,
    `security` may be the `distributed.Security` of a cluster object. Raises `ClassroomError` without Dask,
    and where neither TLS nor the loopback address keeps others away: whoever reaches it runs programs.
    """

    address: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    security: Any = None

    def __post_init__(self):
        if find_spec("distributed") is None:
            raise ClassroomError(
                "A scheduler needs Dask, which is not installed:\n"
                "  python -m pip install 'backpropagation-learnt-by-doing[teach,cluster]'"
            )
        given = [self.ca, self.certificate, self.key]
        if any(given) and not all(given):
            raise ClassroomError("TLS needs all three: --tls-ca, --tls-cert and --tls-key.")
        for file in filter(None, given):
            if not Path(file).is_file():
                raise ClassroomError(f"For TLS, {file} is not there.")
        if not self.security and not self._is_safe():
            raise ClassroomError(
                f"{self.address} is neither TLS nor on this machine, and whoever reaches a scheduler runs "
                "programs as you. Start it and its workers with --protocol tls and certificates, then give "
                "--scheduler tls://HOST:PORT with --tls-ca, --tls-cert and --tls-key."
            )

    def _is_safe(self) -> bool:
        parts = urlsplit(self.address if "://" in self.address else f"tcp://{self.address}")
        if parts.scheme == "tls":
            return True
        host = parts.hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def client_security(self) -> Any:
        """Return the security of a client of Dask, or None."""
        if self.security or not self.address.startswith("tls://"):
            return self.security
        from distributed import Security

        files = {"tls_ca_file": self.ca, "tls_client_cert": self.certificate, "tls_client_key": self.key}
        named = {name: str(file) for name, file in files.items() if file}
        security = Security(require_encryption=True, **named)
        if not security.tls_ca_file:
            raise ClassroomError(f"{self.address} needs --tls-ca, --tls-cert and --tls-key.")
        return security
