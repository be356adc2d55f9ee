"""Whose turn it is, and who has used up what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.query.fairness import Budgets, FairQueue


def test_clients_take_turns() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.push(item[0], item)
    assert [queue.pop() for _ in range(6)] == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert len(queue) == 0


def test_an_item_can_leave_the_queue() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "b1"):
        queue.push(item[0], item)
    queue.remove("a", "a1")
    assert [queue.pop() for _ in range(2)] == ["a2", "b1"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers())))
def test_nothing_is_lost_and_each_client_keeps_its_order(items: list[tuple[str, int]]) -> None:
    queue: FairQueue[tuple[str, int]] = FairQueue()
    for item in items:
        queue.push(item[0], item)
    taken = [queue.pop() for _ in range(len(queue))]
    for client in "abc":
        assert [i for i in taken if i[0] == client] == [i for i in items if i[0] == client]


def test_a_budget_is_used_up_and_comes_back() -> None:
    budgets = Budgets(10.0, 0.5)
    assert budgets.wait("a", 0.0) == 0.0
    budgets.charge("a", 12.0, 0.0)
    assert budgets.wait("a", 0.0) == pytest.approx(4.0)
    assert budgets.wait("a", 4.0) == 0.0
    assert budgets.wait("b", 0.0) == 0.0


def test_a_budget_does_not_grow_beyond_its_size() -> None:
    budgets = Budgets(10.0, 0.5)
    budgets.charge("a", 1.0, 0.0)
    budgets.charge("a", 11.0, 1000.0)
    assert budgets.wait("a", 1000.0) == pytest.approx(2.0)
