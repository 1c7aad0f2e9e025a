"""What every figure that we state, rather than measure, says of itself: where it is from and how it came to us."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Evidence = Literal["read in the source", "measured in the edition", "general knowledge, to be checked", "choice"]


class Strict(BaseModel):
    """A field that is not known is an error, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
