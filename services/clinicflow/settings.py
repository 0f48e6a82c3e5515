"""Settings from the environment (``CLINICFLOW_*``); every value has a default that suits one small clinic."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a process of clinicflow is told from outside. Addresses are loopback unless somebody opens them."""

    model_config = SettingsConfigDict(env_prefix="CLINICFLOW_", secrets_dir=None)

    home: Path = Path("var")
    """Where the embedded parts keep data, keys, tokens and logs."""
    dsn: SecretStr | None = None
    """PostgreSQL of the application role; without it the embedded one."""
    dsn_owner: SecretStr | None = None
    """PostgreSQL of the role that owns the schema (migrations only)."""
    dsn_read: SecretStr | None = None
    """PostgreSQL of the read-only role (replay)."""
    kafka: str | None = None
    """Bootstrap servers; without them the embedded broker."""
    partitions: int = 8
    """Fixed at installation: partitions of the journal and of the topics."""
    bind: str = "127.0.0.1"
    """Address of the HTTP door and the screens; another one than loopback asks for TLS."""
    http_port: int = 8700
    """Port of the HTTP door and the screens; `clinicflow up` takes a free one when it is in use."""
    mllp_bind: str = "127.0.0.1"
    """Address of the HL7 doors (their ports are in the feed files); another one than loopback asks for TLS."""
    mllp_any_port: bool = False
    """Let the system choose the ports of feeds (written to ``home``/mllp-ports.json) instead of those of the bundle."""
    metrics_port: int | None = None
    """Port at which a relay, worker, timekeeper or inbox tells its own counters; without it, none."""
    fetch_max_wait_ms: int = 20
    """How long a broker may hold back an answer without records: 20 suits the embedded one, 100 Apache Kafka."""
    round_wait_ms: int = 10
    """How long a worker waits for more records before it folds what it has."""
    key_file: Path | None = None
    """Wraps the patients' keys (mode 0600); without it ``home``/keys/master.key."""
    tokens_file: Path | None = None
    """Clients' tokens (mode 0600); without it ``home``/tokens.json."""
    demo: bool = False
    """Allows the development sign-in, on loopback only."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""
    tls_certificate: Path | None = None
    """Certificate chain (PEM) of the HTTP and HL7 doors."""
    tls_key: Path | None = None
    """Private key (PEM) of the certificate."""

    @property
    def master_key(self) -> Path:
        """The key file in use."""
        return self.key_file or self.home / "keys" / "master.key"

    @property
    def tokens(self) -> Path:
        """The tokens file in use."""
        return self.tokens_file or self.home / "tokens.json"
