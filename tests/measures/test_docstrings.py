"""The worked examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import measures

MODULES = sorted(module.name for module in pkgutil.iter_modules(measures.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    result = doctest.testmod(importlib.import_module(f"measures.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
