"""Tell phone, tablet and desktop apart, roughly, by what a browser says of itself."""


def device_class(user_agent: str) -> str:
    """Return "phone", "tablet" or "desktop", "" where nothing is said."""
    said = user_agent.lower()
    if not said:
        return ""
    if "ipad" in said or "tablet" in said or ("android" in said and "mobile" not in said):
        return "tablet"
    return "phone" if "mobi" in said or "iphone" in said else "desktop"
