"""Checks of a policy's parameters: unused ones, and units that differ or are left unsaid."""

from collections.abc import Iterator, Mapping, Sequence

from underwriting.policy.document import Parameter, Policy
from underwriting.policy.findings import Finding
from underwriting.policy.inputs import Input


def parameter_findings(policy: Policy, uses: Mapping[str, Sequence[Input]]) -> Iterator[Finding]:
    """What is doubtful about parameters; a unit that contradicts a field's is an error of its cell.

    `uses` are the inputs that each parameter is compared with.
    """
    for name, parameter in sorted(policy.parameters.items()):
        where = f"/parameters/{name}"
        met = uses.get(name, ())
        if not met:
            yield Finding("warning", "unused_parameter", where, f"${name} is not used")
        for message in _units(name, parameter, met):
            yield Finding("warning", "parameter_unit", f"{where}/unit", message)


def _units(name: str, parameter: Parameter, met: Sequence[Input]) -> Iterator[str]:
    units = sorted({item.unit for item in met if item.unit})
    if parameter.unit is None and len(units) > 1:
        yield f"${name} is compared with fields in {' and in '.join(units)}"
    elif parameter.unit is None and units:
        yield f"${name} says no unit; it is compared with a field in {units[0]}"
