"""Settings: values from the environment (COPILOT_…), never a live object."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PersonalData = Literal["email", "phone", "bank", "id", "address"]


class Tenant(BaseModel):
    """What one tenant wants otherwise than all others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    personal_data: tuple[PersonalData, ...] | None = None
    retention_days: Annotated[int, Field(ge=1)] | None = None


class Settings(BaseSettings):
    """All that an operator can set. Times in ms unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="COPILOT_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8765
    data_dir: Path = Path("data")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    model_base_url: str | None = Field(
        None, description="an OpenAI-compatible endpoint; none: phrasebook only"
    )
    model: str | None = Field(None, description="the model's name there")
    model_api_key: SecretStr | None = None
    model_concurrency: Annotated[int, Field(ge=1)] = 32
    prompt: str = Field(
        "next-phrase", description="prompt, or prompt@version, that is live where a tenant released none"
    )
    wrap_up_by_model: bool = Field(True, description="the model tells the draft of the record better")
    tokens_per_day: Annotated[int, Field(ge=1)] | None = Field(
        None, description="model tokens that each tenant may use in a day (UTC); none: no limit"
    )

    budget_ms: Annotated[int, Field(ge=50)] = 1_500
    hold_share: Annotated[float, Field(gt=0, lt=1)] = 0.6
    speculate_ms: Annotated[int, Field(ge=0)] = Field(
        0,
        description="after so long without another word the model is asked before the turn ends; 0: never",
    )
    pause_ms: Annotated[int, Field(ge=50)] = 700
    card_ttl_ms: Annotated[int, Field(ge=1_000)] = 30_000
    late_ms: Annotated[int, Field(ge=0)] = 60_000
    behind_ms: Annotated[int, Field(ge=10)] = Field(
        250, description="so late, on average, the server stops reading partials, then asking the model …"
    )
    idle_close_ms: Annotated[int, Field(ge=1_000)] = 30 * 60_000
    heartbeat_ms: Annotated[int, Field(ge=100)] = 15_000
    live_conversations: Annotated[int, Field(ge=10)] = 10_000

    personal_data: tuple[PersonalData, ...] = Field(
        ("email", "phone", "bank", "id"), description="taken out besides cards and their codes"
    )
    retention_days: Annotated[int, Field(ge=1)] | None = Field(
        None, description="after so many days without an event a conversation is erased; none: it is kept"
    )
    tenants: dict[str, Tenant] = Field({}, description="what single tenants want otherwise, by their name")
    tone: str = Field("", description="how phrases should sound, said to the model")
    cards_a_minute: Annotated[int, Field(ge=0)] = 30
    card_stands_ms: Annotated[int, Field(ge=0, le=10_000)] = 0
    coach_notes: bool = Field(True, description="notes to the agent on their own turns")
    forbidden_words: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    ticket_ms: Annotated[int, Field(ge=1_000, le=86_400_000)] = 300_000
    max_body_bytes: Annotated[int, Field(ge=1_024)] = 262_144
    requests_per_s: Annotated[int, Field(ge=1)] | None = Field(
        None, description="calls, fragments and messages of each tenant in a second; none: no limit"
    )
    openings_per_min: Annotated[int, Field(ge=1)] | None = Field(
        None, description="conversations that each tenant may open in a minute; none: no limit"
    )
    max_live: Annotated[int, Field(ge=1)] = Field(
        5_000, description="conversations that each tenant may have open at once"
    )
    max_streams: Annotated[int, Field(ge=1)] = 2_000
    spare_mib: Annotated[int, Field(ge=0)] = Field(
        64, description="with less memory left no new conversation or stream is let in; 0: always"
    )
    stuck_s: Annotated[int, Field(ge=0)] = Field(
        60, description="when the event loop stands still for so long the process ends itself; 0: never"
    )
    shutdown_s: Annotated[int, Field(ge=1)] = 10
    takeover_s: Annotated[int, Field(ge=0)] = Field(
        0, description="how long a start waits for another server to let go of the address and the log"
    )

    def personal_data_of(self, tenant: str) -> tuple[PersonalData, ...]:
        own = self.tenants.get(tenant)
        return self.personal_data if own is None or own.personal_data is None else own.personal_data

    def retention_days_of(self, tenant: str) -> int | None:
        own = self.tenants.get(tenant)
        return self.retention_days if own is None or own.retention_days is None else own.retention_days

    @property
    def log_path(self) -> Path:
        return self.data_dir / "conversations.sqlite"

    @property
    def keys_path(self) -> Path:
        return self.data_dir / "keys.sqlite"

    @property
    def prompts_path(self) -> Path:
        return self.data_dir / "prompts.sqlite"

    @property
    def spending_path(self) -> Path:
        return self.data_dir / "spending.sqlite"

    @property
    def on_loopback(self) -> bool:
        return self.host in {"127.0.0.1", "localhost", "::1"}
