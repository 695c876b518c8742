"""What models cost, as far as the operator has said.

The table is the setting LLM_PRICES, in US dollars for a million tokens:

    {"gpt-5": {"input": 1.25, "cached_input": 0.125, "output": 10}}

Without `cached_input`, input read from a provider's cache costs what other input costs. A model that is not in the
table has no price, and its calls no cost: null, which is not the same as nothing.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

MILLION = Decimal(1_000_000)


class PriceTableInvalid(ValueError):
    """A price table of another form."""


class Price(BaseModel):
    """The price of one model, in US dollars for a million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Decimal = Field(ge=0, allow_inf_nan=False)
    output: Decimal = Field(ge=0, allow_inf_nan=False)
    cached_input: Decimal | None = Field(default=None, ge=0, allow_inf_nan=False)

    def cost(self, *, tokens_in: int, tokens_out: int, cached: int = 0) -> Decimal:
        """Return the cost of a call in US dollars; `cached` of `tokens_in` came from the provider's cache."""
        cached_price = self.input if self.cached_input is None else self.cached_input
        total = self.input * (tokens_in - cached) + cached_price * cached + self.output * tokens_out
        return (total / MILLION).quantize(Decimal("0.000001"))


_TABLE = TypeAdapter(dict[str, Price])


def read_table(table: Mapping[str, Any]) -> dict[str, Price]:
    """Return a price table checked. Raises `PriceTableInvalid` with a sentence on the first entry that is wrong."""
    try:
        return _TABLE.validate_python(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = " → ".join(str(part) for part in first["loc"])
        raise PriceTableInvalid(f"{where}: {first['msg']}" if where else first["msg"]) from error


def price_of(model: str) -> Price | None:
    """Return the price of a model by the provider's name for it, or None if it has none."""
    entry = settings.LLM_PRICES.get(model)
    return None if entry is None else read_table({model: entry})[model]
