"""The errors of the project, as a tree.

Exception
├── UserError                  the person can act on it; the message is shown as it is, in French
│   ├── ConfigurationError     config.toml or the environment
│   ├── AuthenticationRefused  the homeserver does not accept the account, and a person must act
│   ├── KnowledgeError         the programme's facts: every problem at once, with file and key
│   ├── UnreadableDocument     one document of the knowledge base, with the reason
│   ├── EmbedderUnavailable    the configured embedder cannot be used
│   ├── IndexUnavailable       the index can be neither opened nor built
│   ├── StoreUnusable          the bot's database is damaged, or of a newer version
│   ├── UnusableInput          a question, an amount or a date that cannot be used
│   └── NoRuleInForce          no rule in the facts for that edition or that day
└── anything else              a fault: it rises, one boundary logs it with a reference
"""

from collections.abc import Sequence

from bot.printable import printable


class UserError(Exception):
    """Something the person can act on; `str(error)` is one or more plain French sentences."""


class ConfigurationError(UserError):
    """The configuration cannot be used; names the keys."""


class AuthenticationRefused(UserError):
    """The homeserver accepts neither the token nor the password."""


class KnowledgeError(UserError):
    """The knowledge files are wrong; holds every problem found, each with its file and key."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class UnreadableDocument(UserError):
    """A document cannot be read; `reason` is a French clause without the file's name."""

    def __init__(self, document: str, reason: str) -> None:
        self.document = document
        self.reason = reason
        super().__init__(printable(f"{document} : {reason}"))


class EmbedderUnavailable(UserError):
    """The configured embedder is not installed, not found or not reachable."""


class IndexUnavailable(UserError):
    """There is no usable index, and none could be built."""


class StoreUnusable(UserError):
    """The bot's database is damaged, or of a newer version; nothing was written to it."""


class UnusableInput(UserError):
    """What was typed cannot be used."""


class NoRuleInForce(UserError):
    """The facts hold no rule for the edition, population or day asked."""
