"""What kind of browser asks: two words for the owner of a session, far too coarse to tell one machine from another."""

from typing import Final

# The first that fits: most browsers name others too, for old servers' sake.
BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("UCBrowser", "UC Browser"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def kind_of(user_agent: str) -> str | None:
    """Return such as ``Chrome, Android``; nothing for what is not in the lists, whatever it says of itself.

    Examples
    --------
    >>> kind_of("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile")
    'Chrome, Android'
    >>> kind_of("curl/8.5.0")
    """
    words = [next((name for sign, name in table if sign in user_agent), None) for table in (BROWSERS, SYSTEMS)]
    return ", ".join(word for word in words if word) or None
