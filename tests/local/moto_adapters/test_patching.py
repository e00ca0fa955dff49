"""The guard: nothing of moto is replaced unless it is what the adapters were written for, and all is put back."""

from __future__ import annotations

import importlib.metadata
import inspect
from types import SimpleNamespace
from typing import Any

import pytest

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.install import ADAPTERS, all_patches, install
from constructs_lib.local.moto_adapters.patching import ABSENT, VALUE, MotoChangedError, Patch, apply, check


@pytest.fixture
def emulation() -> Emulation:
    nothing: Any = SimpleNamespace()
    return Emulation(clock=nothing, training_jobs=nothing, client=nothing, access_key="")


class Owner:
    """Stands for a class of moto."""

    kind = 1

    def method(self, one: int, *rest: int, two: int = 2, **more: int) -> str:
        return f"original {one}"

    @staticmethod
    def static(one: int) -> int:
        return one

    @classmethod
    def of_class(cls, one: int) -> int:
        return one


class Child(Owner):
    """Has nothing of its own."""


SIGNATURES = {
    "method": "(self, one, *rest, two, **more)",
    "static": "(one)",
    "of_class": "(one)",
    "kind": VALUE,
    "missing": ABSENT,
}


def replacing(owner: type, name: str, signature: str, replacement: object = "new") -> Patch:
    return Patch(owner=owner, name=name, signature=signature, make=lambda _: replacement)


def test_moto_is_what_the_adapters_were_written_for(emulation: Emulation) -> None:
    check(all_patches(emulation))


def test_every_adapter_names_the_file_of_moto_that_it_reaches_into() -> None:
    for adapter in ADAPTERS:
        assert "Reaches into moto/" in (adapter.__doc__ or ""), adapter.__name__


def test_who_replaces_an_attribute_again_keeps_what_the_first_one_did(emulation: Emulation) -> None:
    seen = set()
    for patch in all_patches(emulation):
        if (patch.owner, patch.name) in seen:
            first = object()
            replacement = inspect.unwrap(patch.make(first))
            assert any(cell.cell_contents is first for cell in replacement.__closure__ or ()), patch.name
        seen.add((patch.owner, patch.name))


def test_everything_is_put_back(emulation: Emulation) -> None:
    def state() -> list[Any]:
        return [inspect.getattr_static(patch.owner, patch.name, ABSENT) for patch in all_patches(emulation)]

    before = state()
    with install(emulation):
        during = state()
    assert all(one is not other for one, other in zip(before, during, strict=True))
    assert all(one is other for one, other in zip(before, state(), strict=True))


def test_fails_with_another_version(emulation: Emulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "5.3.0")
    with pytest.raises(MotoChangedError, match=r"this moto, 5\.3\.0: it is 5\.3\.0, and must be >=5\.2\.5"):
        check(all_patches(emulation))


@pytest.mark.parametrize(("name", "signature"), SIGNATURES.items())
def test_an_unchanged_attribute_has_no_problem(name: str, signature: str) -> None:
    assert replacing(Owner, name, signature).problem() == ""


@pytest.mark.parametrize(("name", "signature"), SIGNATURES.items())
def test_fails_when_an_attribute_has_changed(name: str, signature: str) -> None:
    for expected in {*SIGNATURES.values()} - {signature}:
        with pytest.raises(MotoChangedError) as raised:
            apply([replacing(Owner, name, expected)])
        assert f"Owner.{name} is {signature}, not {expected}" in str(raised.value)
        assert "\n" not in str(raised.value)


def test_nothing_is_replaced_when_one_has_changed() -> None:
    with pytest.raises(MotoChangedError):
        apply([replacing(Owner, "kind", VALUE), replacing(Owner, "missing", VALUE)])
    assert Owner.kind == 1


def test_the_original_is_at_hand() -> None:
    def make(original: Any) -> Any:
        return lambda self, one: f"new and {original(self, one)}"

    with apply([Patch(owner=Owner, name="method", signature=SIGNATURES["method"], make=make)]):
        assert Owner().method(1) == "new and original 1"
    assert Owner().method(1) == "original 1"


@pytest.mark.parametrize("name", ["static", "of_class"])
def test_static_and_class_methods_stay_what_they_were(name: str) -> None:
    with apply([replacing(Owner, name, "(one)", staticmethod(lambda one: one + 1))]):
        assert getattr(Owner, name)(1) == 2
    assert getattr(Owner(), name)(1) == 1


def test_an_inherited_attribute_is_replaced_in_the_child_only() -> None:
    with apply([replacing(Child, "kind", VALUE, 2)]):
        assert (Owner.kind, Child.kind) == (1, 2)
    assert Child.kind == 1
    assert "kind" not in vars(Child)


def test_an_absent_attribute_is_absent_again() -> None:
    with apply([replacing(Owner, "missing", ABSENT, 1)]):
        assert Owner.missing == 1  # type: ignore[attr-defined]
    assert not hasattr(Owner, "missing")
