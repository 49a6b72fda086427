"""How to start Rasa without TensorFlow, which none of our components uses.

Rasa 3.6.21 imports TensorFlow (with keras and jax) from `rasa.utils.train_utils`, on the way to every policy and
extractor: 4.6 of 7.3 s
of start-up and 300 MB, for models we do not have. A finder placed before all others answers `import tensorflow…` with
hollow modules:
any name in them is a class that can be subclassed, subscripted, called as a decorator or compared, which is all that
class bodies and signatures ask for. Using one for real (an instance of DIET, say) raises `TensorFlowLeftOut`.
A model that does need TensorFlow is run with `DENGHUO_TENSORFLOW=1`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import types
from typing import Any, ClassVar

LEFT_OUT = ("tensorflow", "tensorflow_hub", "tensorflow_text", "keras")


class TensorFlowLeftOut(RuntimeError):
    """Something in the model needs TensorFlow, which this process was started without."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is needed, but this process left TensorFlow out; start it with DENGHUO_TENSORFLOW=1")


class _HollowType(type):
    """A class any attribute of which is again a hollow class."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return hollow(f"{cls.__name__}.{name}")

    def __getitem__(cls, item: Any) -> Any:
        return cls


class _Hollow(metaclass=_HollowType):
    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        # `@tf.function` and `@register(...)` must hand back what they decorate.
        if len(args) == 1 and isinstance(args[0], types.FunctionType) and not kwargs:
            return args[0]
        raise TensorFlowLeftOut(cls.__name__)


def hollow(name: str) -> type:
    return _HollowType(name, (_Hollow,), {})


class _HollowModule(types.ModuleType):
    __path__: ClassVar[list[str]] = []  # type: ignore[misc]
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = hollow(f"{self.__name__}.{name}")
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".", 1)[0] in LEFT_OUT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _HollowModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None


def leave_tensorflow_out() -> None:
    """Install the finder, once, before `rasa` is imported. Does nothing with DENGHUO_TENSORFLOW=1."""
    if os.environ.get("DENGHUO_TENSORFLOW") == "1" or "tensorflow" in sys.modules:
        return
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
