"""How much is measured: all of it in about half an hour, or a look in less than five minutes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`sizes` are numbers of resources, each with three prices. `initial_only` are sizes of which only the initial set
    is measured. `encodings` are what browsers ask for, and what needs the most bytes. Times are in seconds."""

    sizes: tuple[int, ...] = (10, 1_000, 10_000)
    initial_only: tuple[int, ...] = (200,)
    changes: int = 60
    earlier_changes: int = 5_000
    steps: int = 10
    redis_size: int = 1_000
    redis_changes: int = 2_000
    loads_at: tuple[int, ...] = (10, 1_000)
    encodings: tuple[str, ...] = ("br", "identity")
    load_seconds: int = 2
    load_rounds: int = 3
    publishing_seconds: int = 10
    acceptance_seconds: int = 10
    starts: int = 7
    browser_runs: int = 3
    patience: float = 600.0


FULL = Plan()
QUICK = Plan(
    sizes=(10, 1_000),
    initial_only=(),
    changes=12,
    earlier_changes=500,
    steps=4,
    redis_size=10,
    redis_changes=200,
    encodings=("br",),
    load_seconds=1,
    load_rounds=2,
    loads_at=(10,),
    publishing_seconds=4,
    acceptance_seconds=4,
    starts=3,
    browser_runs=0,
    patience=120.0,
)
