import pytest

from shared.kernel.devices import Device, device_of

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("line", "browser", "system"),
    [
        (f"{ANDROID}Chrome/130.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
        (
            f"{ANDROID}SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (f"{ANDROID}Chrome/130.0 Mobile Safari/537.36 OPR/80.0", "Opera", "Android"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:131.0) Firefox/131.0", "Firefox", "Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Firefox/131.0", "Firefox", "Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/130.0 Safari/604.1",
            "Chrome",
            "iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge",
            "Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/18.0 Safari/605.1", "Safari", "Mac"),
        ("curl/8.5.0", "", ""),
        ("", "", ""),
        ("\x00\ud800" * 5_000, "", ""),
    ],
)
def test_a_browser_is_known_by_two_words(line, browser, system):
    assert device_of(line) == Device(browser=browser, system=system)
