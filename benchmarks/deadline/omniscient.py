"""The least cost that any rule could reach: what it would be with the whole market known beforehand."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from benchmarks.deadline.markets import Market
from benchmarks.deadline.world import Job

Costs = NDArray[np.float64]
NO_WAY = 1e18


def least_cost(market: Market, job: Job, ratio: float) -> float:
    """Return the least cost, as `Played.cost` counts it, of ending by the deadline.

    Dynamic programming, from the deadline backwards, over the time, the slack and the market. Moves are made whenever
    a policy could make one: at a poll, and when capacity comes or goes.
    """
    step = math.gcd(job.poll, market.trace.gap)
    unit = math.gcd(step, job.changeover, job.deadline, job.work)
    start = -(-job.changeover // step)  # steps: to leave before there is any training helps nobody
    spent = start * step - job.changeover  # what a start has trained by then
    slack = np.arange((job.deadline - job.work) // unit + 1, dtype=np.float64) * unit
    last = -(-job.deadline // step)
    ahead: deque[tuple[Costs, Costs, Costs]] = deque(maxlen=start)  # waiting, on spot, on on-demand; at later steps
    for tick in range(last + start, -1, -1):
        left = job.deadline - tick * step - slack
        over = left <= 0
        if tick >= last:
            ends = np.where(over, 0.0, NO_WAY)
            ahead.appendleft((ends, ends, ends))
            continue
        now = tick * step
        wait, spot, demand = ahead[0]
        _, spot_then, demand_then = ahead[-1]
        one, first = np.minimum(step, np.maximum(left, 0)), np.minimum(spent, np.maximum(left, 0))
        idle = _later(wait, step // unit)
        to_demand = ratio * (job.changeover + first) + _later(demand_then, job.changeover // unit)
        to_spot = job.changeover + first + _later(spot_then, job.changeover // unit)
        if not market.up(now) or market.next_change(now) < now + start * step:
            to_spot = np.full_like(slack, NO_WAY)
        here = np.minimum(np.minimum(idle, to_demand), to_spot)
        on_spot = np.minimum(one + spot, here) if market.up(now) else here
        on_demand = np.minimum(np.minimum(ratio * one + demand, idle), to_spot)
        ahead.appendleft((np.where(over, 0, here), np.where(over, 0, on_spot), np.where(over, 0, on_demand)))
    return float(ahead[0][0][-1]) / (job.work * ratio)


def _later(costs: Costs, units: int) -> Costs:
    """Return the costs with so much less slack: entry n has n units of it."""
    found = np.full_like(costs, NO_WAY)
    if units < len(costs):
        found[units:] = costs[: len(costs) - units]
    return found
