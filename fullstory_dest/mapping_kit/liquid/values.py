"""Parser of values: literals, paths, ranges, operators and filters."""

from __future__ import annotations

from .scanner import Scanner
from .tree import Constant, Filter, Filtered, Operation, Path, Range, Scalar, Value

MAX_DEPTH = 20  # nested values

COMPARISONS = ("==", "!=", ">", "<", ">=", "<=", "contains")
CONNECTIVES = ("and", "or")
OPERATORS = (*COMPARISONS, *CONNECTIVES, "not")

_constants: dict[str, Value] = {
    "true": Scalar(True),
    "false": Scalar(False),
    "nil": Constant("nil"),
    "null": Constant("nil"),
    "empty": Constant("empty"),
    "blank": Constant("blank"),
}


class ValueParser:
    """Parser of the values in a tag or an output. ``filters`` collects the filters in them."""

    def __init__(self, scanner: Scanner, filters: list[Filter]) -> None:
        self.scanner = scanner
        self.filters = filters
        self.depth = 0

    def filtered(self) -> Value:
        """``expression ( "|" filter )*``, up to the end"""
        value = self.expression()
        filters: list[Filter] = []
        while self.scanner.take("|"):
            filters.append(self.filter())
        more = "an operator" if not filters else '","' if filters[-1].arguments else '":"'
        self.end(more, '"|"')
        return Filtered(value, tuple(filters)) if filters else value

    def expression(self) -> Value:
        """``condition ( ( "and" | "or" ) expression )?``, right-associative and of equal precedence"""
        operands: list[Value] = [self.condition()]
        operators: list[str] = []
        while operator := self.scanner.operator(CONNECTIVES):
            operators.append(operator)
            operands.append(self.condition())
        value = operands.pop()
        while operators:
            operator, operand = operators.pop(), operands.pop()
            same = isinstance(value, Operation) and value.operator == operator
            # Chains of one operator are kept flat, so that long ones aren't nested deeply.
            rest = value.operands if isinstance(value, Operation) and same else (value,)
            value = Operation(operator, (operand, *rest))
        return value

    def condition(self) -> Value:
        """``"not" condition | comparison``"""
        if self.scanner.operator(("not",)):
            with _Deeper(self):
                return Operation("not", (self.condition(),))
        return self.comparison()

    def comparison(self) -> Value:
        """``value ( operator comparison )?``, right-associative"""
        start = self.scanner.position
        if self.scanner.operator(OPERATORS):
            self.scanner.position = start
            self.scanner.fail_expecting("a value")
        left = self.value()
        if operator := self.scanner.operator(COMPARISONS):
            with _Deeper(self):
                return Operation(operator, (left, self.comparison()))
        return left

    def filter(self) -> Filter:
        """``name ( ":" argument ( "," argument )* )?``, where an argument is ``( name ":" )? value``"""
        scanner = self.scanner
        position = scanner.position
        name = scanner.name()
        if not name:
            scanner.fail_expecting("the name of a filter")
        scanner.skip_blank()
        arguments: list[Value] = []
        named: list[tuple[str, Value]] = []
        more = scanner.take(":")
        while more:
            start = scanner.position
            argument = self.value()
            if scanner.at(":"):
                key = scanner.source[start : scanner.position].strip()
                scanner.take(":")
                named.append((key, self.value()))
            else:
                arguments.append(argument)
            more = scanner.take(",")
        found = Filter(name, tuple(arguments), tuple(named), position)
        self.filters.append(found)
        return found

    def value(self) -> Value:
        """``( literal | range | name ) ( "." name | "[" value "]" )*``, and the whitespace after it"""
        with _Deeper(self):
            scanner = self.scanner
            root = self.root()
            start = scanner.position
            keys = self.keys(first=root is None)
            if root is None and not keys:
                scanner.position = start
                scanner.fail_expecting("a value")
            scanner.skip_blank()
            return Path(tuple(keys), root) if keys or root is None else root

    def values(self) -> tuple[Value, ...]:
        """``value ( ( "," | "or" ) value )*``, up to the end"""
        values = [self.value()]
        while self.scanner.take(",") or self.scanner.operator(("or",)):
            values.append(self.value())
        self.end('","', "or")
        return tuple(values)

    def root(self) -> Value | None:
        """Read a literal or a range. Returns None if there is neither, so that a name can follow."""
        scanner = self.scanner
        if constant := scanner.constant():
            return _constants[constant]
        if (text := scanner.quoted()) is not None:
            return Scalar(text)
        if (number := scanner.number()) is not None:
            return Scalar(number)
        if not scanner.take("("):
            return None
        low = self.value()
        if not scanner.take(".."):
            scanner.fail_expecting('".."')
        high = self.value()
        if not scanner.at(")"):
            scanner.fail_expecting('")"')
        scanner.position += 1
        return Range(low, high)

    def keys(self, *, first: bool) -> list[Value]:
        """Read the keys that come next. With ``first``, the first one doesn't need a dot."""
        scanner = self.scanner
        keys: list[Value] = []
        if first and (name := scanner.name()):
            keys.append(Scalar(name))
        while True:
            if scanner.at("["):
                scanner.take("[")
                keys.append(self.value())
                if not scanner.at("]"):
                    scanner.fail_expecting('"]"')
                scanner.position += 1
            elif scanner.at(".") and not scanner.at(".."):
                scanner.take(".")
                name = scanner.name()
                if not name:
                    scanner.fail_expecting("a name")
                keys.append(Scalar(name))
            else:
                return keys

    def end(self, *otherwise: str) -> None:
        """Raise LiquidError unless this is the end."""
        if not self.scanner.done:
            if self.scanner.at("=") and not self.scanner.at("=="):
                self.scanner.fail('expected "==", found "="', None, '"=="')
            self.scanner.fail_expecting(*otherwise, "the end")


class _Deeper:
    """Context manager that counts a nested level of the parser."""

    def __init__(self, parser: ValueParser) -> None:
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > MAX_DEPTH:
            self.parser.scanner.fail(f"expected at most {MAX_DEPTH} nested values")

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1
