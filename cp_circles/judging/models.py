"""Seasons, rounds and their phases, entries, panels, score sheets, standings and objections."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cp_circles.db.base import POINTS, Base, Exact
from cp_circles.editions.models import Edition
from cp_circles.judging.list_models import PublicList as PublicList
from cp_circles.judging.outcome_models import CalendarDay as CalendarDay
from cp_circles.judging.outcome_models import CircleBan as CircleBan
from cp_circles.judging.panel_models import PanelPlan as PanelPlan
from cp_circles.judging.panel_models import PanelTerms as PanelTerms
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Person
from cp_circles.results.models import Result


class Level(enum.Enum):
    """The levels of the ladder."""

    COMPANY = "company"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATION = "nation"


class Season(Base):
    """One judging year, with the edition of its ladder."""

    __tablename__ = "seasons"
    __table_args__ = (sa.UniqueConstraint("pack", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(sa.String(20), default="china")
    year: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ladder_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    closed_at: Mapped[datetime | None]


class CountyRounds(Base):
    """A city that holds county rounds in a season, for all of its counties."""

    __tablename__ = "season_county_rounds"
    __table_args__ = (sa.UniqueConstraint("season_id", "city_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(sa.ForeignKey("seasons.id"))
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("regions.id"), index=True)


class Round(Base):
    """One round of one organiser (a company, or the office of a region) in one season.

    `rule` edition gives stages, weights, trimming and ties; the columns are the organiser's own settings,
    frozen when scoring opens. `accepts_late` lets recommendations from below come in after the entry phase,
    until blind numbers are given. `public_key` addresses its public page.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        sa.UniqueConstraint("season_id", "level", "company_id"),
        sa.UniqueConstraint("season_id", "level", "region_id"),
        sa.CheckConstraint("(company_id IS NULL) <> (region_id IS NULL)", name="one_organiser"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(sa.ForeignKey("seasons.id"))
    level: Mapped[Level]
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("regions.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    public_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    rule_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    award_edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("editions.id"))
    pass_mark: Mapped[Decimal] = mapped_column(Exact(POINTS), default=Decimal(60))
    reserve_places: Mapped[int] = mapped_column(default=1)
    publicity_days: Mapped[int] = mapped_column(default=5)
    panel_size: Mapped[int] = mapped_column(default=3)
    accepts_late: Mapped[bool] = mapped_column(default=False)
    announced_at: Mapped[datetime | None]
    blind_numbers_at: Mapped[datetime | None]
    standing_id: Mapped[int | None]
    published_at: Mapped[datetime | None]
    publicity_ends_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    season: Mapped[Season] = relationship()
    company: Mapped[Company | None] = relationship()
    region: Mapped[Region | None] = relationship()
    rule_edition: Mapped[Edition] = relationship(foreign_keys=[rule_edition_id], viewonly=True)
    phases: Mapped[list["RoundPhase"]] = relationship(back_populates="round_", order_by="RoundPhase.position")
    tracks: Mapped[list["RoundTrack"]] = relationship(back_populates="round_", order_by="RoundTrack.id")

    @property
    def is_blind(self) -> bool:
        """Above company level judges see the blind copy only."""
        return self.level is not Level.COMPANY


class RoundPhase(Base):
    """One phase of a round; it is active because of the clock."""

    __tablename__ = "round_phases"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "key"),
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    key: Mapped[str] = mapped_column(sa.String(30))
    position: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    round_: Mapped[Round] = relationship(back_populates="phases")


class RoundTrack(Base):
    """A group of entries judged by the same rubrics; `methods` are the method keys that belong to it.

    `rubrics` maps a stage to the edition id of its rubric.
    """

    __tablename__ = "round_tracks"
    __table_args__ = (sa.UniqueConstraint("round_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    key: Mapped[str] = mapped_column(sa.String(40))
    methods: Mapped[list[Any]] = mapped_column(sa.JSON)
    rubrics: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    round_: Mapped[Round] = relationship(back_populates="tracks")


class Quota(Base):
    """How many results of a track one recommending unit may send to a round."""

    __tablename__ = "quotas"
    __table_args__ = (sa.UniqueConstraint("round_id", "unit_kind", "unit_id", "track_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    unit_kind: Mapped[str] = mapped_column(sa.String(10))
    unit_id: Mapped[int]
    track_key: Mapped[str] = mapped_column(sa.String(40))
    places: Mapped[int]


class EntryState(enum.Enum):
    """The life of an entry (decisions 23)."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    TO_COMPLETE = "to_complete"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    SCORED = "scored"
    PROMOTED = "promoted"
    RESERVE = "reserve"
    NOT_PROMOTED = "not_promoted"
    WITHDRAWN = "withdrawn"


class Entry(Base):
    """A result in a round; `blind_number` is random and given after conflicts are declared."""

    __tablename__ = "entries"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "result_id"),
        sa.UniqueConstraint("round_id", "number"),
        sa.UniqueConstraint("round_id", "blind_number"),
        sa.Index("ix_entries_round_state", "round_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    result_id: Mapped[int] = mapped_column(sa.ForeignKey("results.id"), index=True)
    from_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    number: Mapped[int]
    blind_number: Mapped[str | None] = mapped_column(sa.String(8))
    blind_key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    track_key: Mapped[str] = mapped_column(sa.String(40))
    unit_kind: Mapped[str] = mapped_column(sa.String(10))
    unit_id: Mapped[int]
    state: Mapped[EntryState] = mapped_column(default=EntryState.SUBMITTED)
    review_reason: Mapped[str] = mapped_column(sa.Text, default="")
    complete_by: Mapped[date | None]
    completion_note: Mapped[str] = mapped_column(sa.Text, default="")
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reviewed_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    submitted_at: Mapped[datetime]
    disqualified_at: Mapped[datetime | None]
    disqualified_reason: Mapped[str] = mapped_column(sa.Text, default="")

    round_: Mapped[Round] = relationship()
    result: Mapped[Result] = relationship()
    from_entry: Mapped["Entry | None"] = relationship(remote_side=[id])

    @property
    def public_state(self) -> EntryState:
        """The state as teams read it: that it was scored is told with the published list, not before."""
        if self.state is EntryState.SCORED and self.round_.published_at is None:
            return EntryState.ACCEPTED
        return self.state


class RoundJudge(Base):
    """A judge of a round: invited, accepted, conflicts declared."""

    __tablename__ = "round_judges"
    __table_args__ = (sa.UniqueConstraint("round_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    number: Mapped[int]
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    conflicts_declared_at: Mapped[datetime | None]

    round_: Mapped[Round] = relationship()
    person: Mapped[Person] = relationship()


class Conflict(Base):
    """A declared or detected reason why a judge may not see a company's or circle's entries."""

    __tablename__ = "conflicts"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    company_id: Mapped[int | None] = mapped_column(sa.ForeignKey("companies.id"))
    circle_id: Mapped[int | None] = mapped_column(sa.ForeignKey("circles.id"))
    ground: Mapped[str] = mapped_column(sa.String(40))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    declared_at: Mapped[datetime]


class SheetState(enum.Enum):
    """Where a score sheet stands; abstained and recused are not zero."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ABSTAINED = "abstained"
    RECUSED = "recused"


class ScoreSheet(Base):
    """One judge, one entry, one stage: assigned open, then submitted and locked.

    `points` maps criterion key to the text of a decimal; `total` is set at submission, before any scale;
    `spent_seconds` is how long the desk stood open before the judge, as the browser counted it. A sheet
    entered from paper names who typed it (`entered_by_id`) and its scan; at `agreed_at` the judge agreed.
    `earlier` holds what was handed in before each reopening, oldest first: `handed_in` (ISO time), `total`
    (text), `points`, `comments`, `comment`, `sha256`; from paper also `scan`, `scan_name`, `agreed` (ISO time
    or None).
    """

    __tablename__ = "score_sheets"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "judge_id", "stage"),
        sa.Index("ix_score_sheets_judge_state", "judge_id", "state"),
        sa.Index("ix_score_sheets_round", "round_id", "stage", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"))
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    stage: Mapped[str] = mapped_column(sa.String(20))
    rubric_edition_id: Mapped[int] = mapped_column(sa.ForeignKey("editions.id"))
    state: Mapped[SheetState] = mapped_column(default=SheetState.OPEN)
    points: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    comments: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    spent_seconds: Mapped[int] = mapped_column(default=0)
    total: Mapped[Decimal | None] = mapped_column(Exact(POINTS))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    reopened_at: Mapped[datetime | None]
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    scan_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"))
    scan_name: Mapped[str] = mapped_column(sa.String(160), default="")
    agreed_at: Mapped[datetime | None]
    earlier: Mapped[list[Any]] = mapped_column(sa.JSON, default=list, server_default="[]")

    entry: Mapped[Entry] = relationship()
    judge: Mapped[Person] = relationship(foreign_keys=[judge_id])
    seat: Mapped[RoundJudge | None] = relationship(
        primaryjoin=sa.and_(
            foreign(round_id) == RoundJudge.round_id, foreign(judge_id) == RoundJudge.person_id
        ),
        viewonly=True,
    )
    rubric_edition: Mapped[Edition] = relationship(viewonly=True)
    entered_by: Mapped[Person | None] = relationship(foreign_keys=[entered_by_id])


class Standing(Base):
    """One computed standing of a round: what every entry reached and why; replaced, never edited."""

    __tablename__ = "standings"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"), index=True)
    computed_at: Mapped[datetime]
    computed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    input_sha256: Mapped[str] = mapped_column(sa.String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    rows: Mapped[list["StandingRow"]] = relationship(
        back_populates="standing", order_by="StandingRow.track_key, StandingRow.place, StandingRow.id"
    )


class StandingRow(Base):
    """One entry's place: score, how it was reached (`working`) and what was decided (`why`)."""

    __tablename__ = "standing_rows"
    __table_args__ = (
        sa.UniqueConstraint("standing_id", "entry_id"),
        sa.Index("ix_standing_rows_order", "standing_id", "track_key", "place", "id", "decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    standing_id: Mapped[int] = mapped_column(sa.ForeignKey("standings.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    track_key: Mapped[str] = mapped_column(sa.String(40))
    place: Mapped[int]
    score: Mapped[Decimal] = mapped_column(Exact(POINTS))
    working: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    decision: Mapped[str] = mapped_column(sa.String(20))
    why: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    standing: Mapped[Standing] = relationship(back_populates="rows")
    entry: Mapped[Entry] = relationship()


class ObjectionState(enum.Enum):
    """The life of an objection (decisions 23)."""

    FILED = "filed"
    ADMITTED = "admitted"
    INADMISSIBLE = "inadmissible"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Objection(Base):
    """A real-name objection during the publicity period; while it is open, the clock stands still."""

    __tablename__ = "objections"
    __table_args__ = (sa.Index("ix_objections_round_state", "round_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(32), unique=True)
    filer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    evidence_sha256: Mapped[str | None] = mapped_column(sa.ForeignKey("blobs.sha256"))
    evidence_name: Mapped[str] = mapped_column(sa.String(160), default="")
    state: Mapped[ObjectionState] = mapped_column(default=ObjectionState.FILED)
    filed_at: Mapped[datetime]
    decider_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    effect: Mapped[str] = mapped_column(sa.String(20), default="none")
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    round_: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()
    filer: Mapped[Person] = relationship(foreign_keys=[filer_id])
