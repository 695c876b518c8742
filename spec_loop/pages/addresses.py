"""What stands in addresses: the beginning of a version's hash."""

from django.urls import register_converter


class HashConverter:
    """Twelve and more hex digits."""

    regex = "[0-9a-f]{12,64}"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the first twelve digits, which name a version well enough."""
        return value[:12]


register_converter(HashConverter, "hash")
