"""Whether two areas deal more with each other than their sizes explain: trade intensity, in both of its forms.

Both are 0 and more, 1 is what the sizes alone explain. They are apart by far where few areas are counted, so the set
is always said beside them. The first form is the World Bank's (WITS), which leaves the
sender in the world; the second takes it out, since nobody sends to itself.
"""

from typing import Final

FORMS: Final = ("intensity", "intensity_without_origin")


def measure_intensity(flow: float, sent: float, received: float, world: float) -> dict[str, float | None]:
    """(flow / sent) / (received / world), and the same with the sender taken out of received and world.

    Args:
        flow: x, from the one to the other.
        sent: X, all that the first sends.
        received: M, all that the second receives.
        world: W, all flows of the set.

    Returns:
        Form to its value; None where it is 0/0 or divides by zero.
    """
    return {
        "intensity": _ratio(flow * world, sent * received),
        "intensity_without_origin": _ratio(flow * (world - sent), sent * (received - flow)),
    }


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None
