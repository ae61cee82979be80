"""Reads the imports of a source tree with `ast`: nothing is executed, so what is written is what counts."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LATE = "# noqa: PLC0415 -- "
"""What an import inside of a function carries, followed by the reason."""


@dataclass(frozen=True)
class Import:
    """Module `importer` imports `imported`. `hidden`: inside of a function, a class, an `if` or a `try`, and without
    the reason beside it. For type checkers alone (`if TYPE_CHECKING:`) nothing is hidden: that is never executed."""

    importer: str
    imported: str
    line: int
    hidden: bool

    def __str__(self) -> str:
        return f"{self.importer} (line {self.line}) imports {self.imported}"


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, its path and what it is written in."""

    name: str
    path: Path
    source: str
    tree: ast.Module


def modules_below(root: Path, package: str) -> dict[str, Module]:
    """All modules of `package`, a folder in `root`, by dotted name."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        source = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, source, ast.parse(source))
    return found


def imports_of(module: Module, known: dict[str, Module]) -> Iterator[Import]:
    """Every import of `module`. `from package import part` counts as `package.part` where that is a module."""
    open_ones = {id(statement) for block in (module.tree.body, *_for_type_checkers(module)) for statement in block}
    lines = module.source.splitlines()
    for node in ast.walk(module.tree):
        for name in _names(node, module, known):
            line: int = node.lineno  # type: ignore[attr-defined]
            yield Import(module.name, name, line, id(node) not in open_ones and LATE not in lines[line - 1])


def _for_type_checkers(module: Module) -> Iterator[list[ast.stmt]]:
    for statement in module.tree.body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            yield statement.body


def _names(node: ast.AST, module: Module, known: dict[str, Module]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _base(node, module)
        for alias in node.names:
            part = f"{base}.{alias.name}"
            yield part if part in known else base


def _base(node: ast.ImportFrom, module: Module) -> str:
    """What comes after `from`, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    up = node.level - 1 if module.path.name == "__init__.py" else node.level
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def uses_of(module: Module, owner: str, *attributes: str) -> Iterator[int]:
    """Lines with `owner.attribute`, or `attribute` imported from `owner`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == owner and node.attr in attributes:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == owner:
            yield from (node.lineno for alias in node.names if alias.name in attributes)


def cycle_in(edges: dict[str, set[str]]) -> list[str]:
    """The modules of one import cycle, or nothing."""
    left = {name: set(targets) & set(edges) for name, targets in edges.items()}
    while free := [name for name, targets in left.items() if not targets]:
        for name in free:
            del left[name]
        for targets in left.values():
            targets.difference_update(free)
    return sorted(left)
