import inspect

import pytest

from compact_pipelines import errors
from compact_pipelines.errors import ExchangeError, SourceChanged, SourceError, SourceUnavailable

CLASSES = dict(inspect.getmembers(errors, inspect.isclass))
BRANCHES = ("├── ", "└── ")
INDENT = 4


def drawn_tree() -> dict[str, str | None]:
    """Each name of the drawn tree with the name it hangs on."""
    parents: dict[str, str | None] = {}
    open_names: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        depth = next((line.index(branch) // INDENT + 1 for branch in BRANCHES if branch in line), 0)
        if depth == 0 and not line.startswith("ExchangeError"):
            continue
        name = line.lstrip("│├└─ ").split()[0]
        parents[name] = open_names[depth - 1] if depth else None
        open_names[depth:] = [name]
    return parents


def test_the_drawn_tree_is_the_real_one() -> None:
    real = {name: None if found is ExchangeError else found.__base__.__name__ for name, found in CLASSES.items()}
    assert drawn_tree() == real


def test_the_drawing_tells_what_each_error_is_about() -> None:
    for name in CLASSES:
        line = next(line for line in (errors.__doc__ or "").splitlines() if f"{name} " in line)
        assert line.split(name, 1)[1].strip()


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_can_be_caught_as_one_that_a_person_can_act_on(name: str) -> None:
    with pytest.raises(ExchangeError, match=r"^what was found, what to do$"):
        raise CLASSES[name]("what was found, what to do")


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_says_when_it_is_raised(name: str) -> None:
    assert (CLASSES[name].__doc__ or "").endswith(".")


def test_a_changed_source_is_not_an_unavailable_one() -> None:
    assert issubclass(SourceUnavailable, SourceError)
    assert issubclass(SourceChanged, SourceError)
    assert not issubclass(SourceChanged, SourceUnavailable)
    assert not issubclass(SourceUnavailable, SourceChanged)
