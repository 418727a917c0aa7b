"""Settings, from the environment (``EVALPLAT_*``) or a ``.env`` file in the working folder."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

OWN_OFFICE = "own-office"
"""A file of this name in the data folder: the demonstration was cleared, this is no demonstration any more."""


class Settings(BaseSettings):
    """Everything an operator can set; each has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix="EVALPLAT_", env_file=".env", extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    secret_key: str = ""
    demo: bool = False
    timezone: str = "Asia/Shanghai"
    language: str = Field(default="zh", pattern="^(zh|en)$")
    fonts_dir: Path | None = None
    upload_max_mb: int = Field(default=20, ge=1, le=500)
    secure_cookies: bool = False
    session_idle_minutes: int = Field(default=30, ge=5)
    trusted_proxies: str = "127.0.0.1"
    backup_at: str = Field(default="02:30", pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")
    backup_dir: Path | None = None
    backup_keep: int = Field(default=14, ge=1, le=400)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that pages show."""
        return ZoneInfo(self.timezone)

    @property
    def url(self) -> str:
        """The database's address; SQLite in the data folder unless set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'evalplat.sqlite3'}"

    @property
    def public_url(self) -> str:
        """The address under which citizens reach this server, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def files_dir(self) -> Path:
        """Where uploaded and made files lie, by hash."""
        return self.data_dir / "files"

    def secret(self) -> bytes:
        """The key for tokens; made once and kept in the data folder if none is set."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            _make_key(path)
        return path.read_text(encoding="ascii").strip().encode()


def _make_key(path: Path) -> None:
    """Whole or not at all: two processes that start at once must end with the same key, and never read half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


@lru_cache
def settings() -> Settings:
    """The settings of this process; ``settings.cache_clear()`` reads them anew."""
    made = Settings()
    if made.demo and (made.data_dir / OWN_OFFICE).exists():
        made.demo = False
    return made
