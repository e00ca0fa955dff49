"""What a run may go by: the rule of the library, what was published, and what people do today."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from benchmarks.deadline.world import Job, Policy, Seen
from constructs_lib.workflow.deadline.rule import Parameters, State, decide

BLIND_STINT, LOOKOUT_STINT = 25, 10
"""The shortest on-demand attempt, in changeovers."""

GREEDY = "Greedy (hold 0)"


@dataclass(frozen=True)
class Ruled:
    """The library's rule, with a `hold`; with none it is the safety net alone, the Greedy of the literature.

    Attributes:
        name: What it is called.
        job: What it is told of the run.
        hold: The rule's parameter.
        lookout: Whether it sends a look-out.
        given: All parameters of the rule, where they do not follow from the job.
    """

    name: str
    job: Job
    hold: float = 0.2
    lookout: bool = False
    given: Parameters | None = None
    ends_at_deadline: bool = False

    @cached_property
    def parameters(self) -> Parameters:
        """What the rule reckons with."""
        return self.given or Parameters(
            on_demand_start=self.job.changeover if self.job.start is None else self.job.start,
            changeover=self.job.changeover,
            loss=self.job.lost,
            hold=self.hold,
            stint=(LOOKOUT_STINT if self.lookout else BLIND_STINT) * self.job.changeover,
            poll=self.job.poll,
        )

    def spot(self, seen: Seen) -> bool:
        """Ask the rule."""
        state = State(
            market=seen.market,
            time_left=self.job.deadline - seen.now,
            work_left=seen.left,
            whole_work=self.job.work,
            first_slack=self.job.deadline - self.job.work,
            waiting=seen.waiting,
            waited=seen.waited,
            ran=seen.ran,
            sighted=seen.sighted or not self.lookout,
        )
        move = decide(state, self.parameters)
        return seen.market == "spot" if move == "stay" else move == "spot"


@dataclass(frozen=True)
class UniformProgress:
    """As published (Wu et al., NSDI'24): keep to an even pace, on spot if there is any. It is told when there is."""

    job: Job
    name: str = "Uniform Progress, told of capacity"
    lookout: bool = False
    ends_at_deadline: bool = False

    def spot(self, seen: Seen) -> bool:
        """Be on on-demand while behind the pace, and until two changeovers ahead of it."""
        if seen.market == "spot" and not seen.waiting:
            return True
        if seen.slack < self.job.margin:
            return False
        done = self.job.work - seen.left
        if seen.market == "spot":
            return seen.capacity or done >= self.pace(seen.now)
        return seen.capacity and done >= self.pace(seen.now + 2 * self.job.changeover)

    def pace(self, at: int) -> float:
        """Return the work that is due at a time."""
        return min(self.job.work, at * self.job.work / self.job.deadline)


@dataclass(frozen=True)
class Fallback:
    """Spot until one wait is longer than the patience, then on-demand for good: what `capacity_patience` does."""

    patience: int
    lookout: bool = False
    ends_at_deadline: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return f"patience {self.patience / 3600:g} h, then on-demand"

    def spot(self, seen: Seen) -> bool:
        """Wait no longer than that."""
        return seen.market == "spot" and not (seen.waiting and not seen.capacity and seen.waited >= self.patience)


@dataclass(frozen=True)
class Always:
    """One market for good; spot alone ends at the deadline, as `MaxWaitTimeInSeconds` ends a job."""

    name: str
    on_spot: bool
    lookout: bool = False

    @property
    def ends_at_deadline(self) -> bool:
        """Only spot."""
        return self.on_spot

    def spot(self, seen: Seen) -> bool:
        """Stay."""
        return self.on_spot


def all_policies(job: Job) -> list[Policy]:
    """Return what is compared, for a job."""
    return [
        Always("on-demand only", on_spot=False),
        Always("bare spot", on_spot=True),
        Fallback(2 * 3600),
        Ruled(GREEDY, job, hold=0),
        UniformProgress(job),
        Ruled("Paced", job),
        Ruled("Paced with look-out", job, lookout=True),
    ]
