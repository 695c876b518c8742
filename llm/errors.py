"""What can go wrong when a model is asked. Every message is a sentence for people."""


class GatewayError(Exception):
    """A question was not answered."""


class UnknownModel(GatewayError):
    """A name that is no model: neither `offline` nor `openai:NAME`."""


class PriceUnknown(UnknownModel):
    """A budget in money for a model whose price nobody has said: it could not be kept."""


class ModelUnavailable(GatewayError):
    """The model could not be reached or would not answer now; nothing was answered, and nothing counted.

    `temporary` says whether waiting helps (`retry_after` seconds, where the server said so) or somebody has to act:
    set a key, correct a name, pay a bill.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, temporary: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.temporary = temporary


class AnswerUnusable(GatewayError):
    """The model answered, asked again where that could help, and no answer could be used: refusal or garbage."""


class BudgetExhausted(GatewayError):
    """The account may not spend what the next call needs."""
