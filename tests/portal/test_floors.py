"""Each module has its floor: what is not on the list, nobody holds to it."""

import tomllib

from portal.prepare import BASE_DIR

FLOORLESS = {"migrations"}


def floors():
    contracts = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    return {name.strip(" ()") for layer in layers for name in layer.replace("|", ":").split(":")}


def test_every_module_of_the_portal_has_a_floor():
    modules = {
        f"portal.{path.stem}"
        for path in (BASE_DIR / "portal").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists())
        and not path.stem.startswith("_")
        and path.stem not in FLOORLESS
    }
    assert modules - floors() == set()
