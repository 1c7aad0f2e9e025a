"""Every error this project raises on purpose.

ExchangeError                what a person can act on; shown without a traceback
├── SourceError              a publisher's answer
│   ├── SourceUnavailable    no answer: worth another try
│   ├── KeyMissing           the key that a publisher asks for is not set, or was refused
│   └── SourceChanged        an answer we do not understand: look at it, do not retry
├── ContractError            schemas/ contradicts itself, or a table breaks its contract
├── DropError                a partner's file
├── WarehouseError           an edition cannot be built or read
│   ├── NoEdition            none has been made yet: make one
│   └── Busy                 another process is at the same thing: wait for it
├── ModelRefused             a model cannot answer from what it was given
└── UsageError               the command was asked for something it cannot do

A message says what was found, where, what is allowed, and what to do next. Errors about partners' files
read as a letter in the partner's vocabulary, without our paths.
"""


class ExchangeError(Exception):
    """Anything a person can act on. Its text is complete: no traceback is needed to understand it."""


class SourceError(ExchangeError):
    """A publisher's answer is missing or not what we know."""


class SourceUnavailable(SourceError):
    """The publisher did not answer; the same request may succeed later, after `wait_seconds` where it stated a wait."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class KeyMissing(SourceError):
    """The key that a publisher asks for is not set, or was refused; only a person can mend that."""


class SourceChanged(SourceError):
    """The publisher answered in a shape or vocabulary we do not know; a retry gives the same."""


class ContractError(ExchangeError):
    """A file in schemas/ contradicts another, or a table breaks its contract."""


class DropError(ExchangeError):
    """A partner's file cannot be accepted as it stands."""


class WarehouseError(ExchangeError):
    """An edition cannot be built, published or read."""


class NoEdition(WarehouseError):
    """No edition has been made yet."""


class Busy(WarehouseError):
    """Another process is at the same thing; it will be free again."""


class ModelRefused(ExchangeError):
    """A model cannot answer from what it was given; nothing is filled in to make it answer."""


class UsageError(ExchangeError):
    """The command was asked for something it cannot do."""
