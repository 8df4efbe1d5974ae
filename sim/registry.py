"""Names of behaviours: a name maps to a class, found in the modules of a package on first use."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, TypeVar

from sim.errors import UnknownBehaviourError, did_you_mean

__all__ = ["Registry"]

T = TypeVar("T")


class Registry:
    """Classes of behaviours by name.

    Parameters
    ----------
    kind
        Word for messages, for example ``"negotiator"``.
    package
        Package whose modules are imported on first use, and name of the entry-point group
        through which other distributions add behaviours.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._classes: dict[str, type[Any]] = {}
        self._loaded = False

    def register(self, name: str) -> Callable[[type[T]], type[T]]:
        """Return a class decorator that files a class under a name.

        The same class twice is fine, as when a notebook cell runs again; another class of
        another name is an error.
        """

        def file(cls: type[T]) -> type[T]:
            known = self._classes.get(name)
            if known is not None and known.__qualname__ != cls.__qualname__:
                message = (
                    f"{self.kind} {name!r} is already {known.__qualname__}; choose another name"
                )
                raise ValueError(message)
            self._classes[name] = cls
            return cls

        return file

    def available(self) -> tuple[str, ...]:
        """Return all names, sorted."""
        self._load()
        return tuple(sorted(self._classes))

    def find(self, name: str) -> type[Any]:
        """Return the class of a name.

        Raises
        ------
        UnknownBehaviourError
            If no class has this name; the message lists those that do.
        """
        self._load()
        if name not in self._classes:
            message = f"unknown {self.kind} {name!r}; {did_you_mean(name, self.available())}"
            raise UnknownBehaviourError(message)
        return self._classes[name]

    def parameters(self, name: str) -> dict[str, Any]:
        """Return the parameters of a behaviour and their defaults, its own before inherited ones."""
        cls = self.find(name)
        if dataclasses.is_dataclass(cls):
            own = inspect.get_annotations(cls)
            stated = sorted(dataclasses.fields(cls), key=lambda item: item.name not in own)
            return {item.name: _default(item) for item in stated if item.init}
        items = list(inspect.signature(cls).parameters.values())
        return {item.name: item.default for item in items}

    def counts(self, name: str, parameter: str) -> bool:
        """Return whether a parameter of a behaviour is declared a whole number."""
        cls = self.find(name)
        if dataclasses.is_dataclass(cls):
            stated = {item.name: item.type for item in dataclasses.fields(cls)}
        else:
            items = inspect.signature(cls).parameters.values()
            stated = {item.name: item.annotation for item in items}
        return stated.get(parameter) in (int, "int")

    def describe(self, name: str) -> dict[str, str]:
        """Return what a behaviour is: its rule in one sentence, parameters and source."""
        cls = self.find(name)
        known = self.parameters(name).items()
        text = (cls.__doc__ or "").strip().splitlines()
        return {
            "name": name,
            "rule": text[0] if text else "",
            "parameters": ", ".join(f"{key}={value}" for key, value in known),
            "source": getattr(cls, "source", ""),
        }

    def create(self, name: str, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Make a behaviour.

        Raises
        ------
        ValueError
            If a parameter is unknown or out of range; the message names the known ones.
        """
        cls = self.find(name)
        known = list(self.parameters(name))
        for key in parameters:
            if key not in known:
                message = (
                    f"{self.kind} {name!r} has no parameter {key!r}; {did_you_mean(key, known)}"
                )
                raise ValueError(message)
        return cls(**parameters)

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self.package}.{module.name}")
        for point in entry_points(group=self.package):
            self.register(point.name)(point.load())


def _default(item: dataclasses.Field[Any]) -> Any:  # noqa: ANN401 - any default
    made = item.default_factory
    return item.default if made is dataclasses.MISSING else made()
