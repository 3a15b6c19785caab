"""Settings: what starts, and which half-configured combinations are refused by name."""

import pytest

from survey import config
from survey.errors import SetupError

PRIVATE = [
    "http://10.0.0.1",
    "http://172.16.3.4:8000",
    "http://172.31.255.254",
    "http://192.168.1.10:8000",
    "http://169.254.7.7",
    "http://[fd12:3456::1]:8000",
    "http://[fe80::1]",
    "http://hall.local",
    "http://gongping.hall-2.local:8000",
]
NOT_PRIVATE = [
    "http://cp.example.gov.cn",
    "http://8.8.8.8",
    "http://172.32.0.1",
    "http://192.169.1.10",
    "http://100.64.0.1",
    "http://[2001:db8::1]",
    "http://[::ffff:10.0.0.1]",
    "http://10.0.0.1.evil.example",
    "http://hall.local.evil.example",
    "http://.local",
    "http://local",
    "http://evil.example#.local",
    "http://hall.local@evil.example",
    "http://10.0.0.1@evil.example",
    "http://0x0a000001",
    "http://167772161",
    "https://192.168.1.10",
    "https://hall.local",
    "ftp://192.168.1.10",
    "",
]


def load(**settings):
    return config.load({f"GONGPING_{name.upper()}": value for name, value in settings.items()})


def refusal(**settings):
    with pytest.raises(SetupError) as caught:
        load(**settings)
    return str(caught.value)


def test_the_defaults_start():
    assert load() == config.Settings()
    assert load().secure_cookies is True


@pytest.mark.parametrize("address", PRIVATE)
def test_a_halls_network_may_do_without_https_on_private_addresses(address):
    settings = load(public_address=address, hall_network="1")

    assert (settings.hall_network, settings.secure_cookies) == (True, False)
    assert not settings.loopback_address()


@pytest.mark.parametrize("address", NOT_PRIVATE)
def test_a_halls_network_is_refused_for_any_other_address(address):
    said = refusal(public_address=address, hall_network="1")

    assert "GONGPING_HALL_NETWORK" in said
    assert "GONGPING_PUBLIC_ADDRESS" in said


@pytest.mark.parametrize("address", [*PRIVATE, "http://cp.example.gov.cn", "http://8.8.8.8"])
@pytest.mark.parametrize("demonstration", ["0", "1"])
def test_an_address_without_https_is_refused_where_nobody_said_that_it_is_a_halls(address, demonstration):
    said = refusal(public_address=address, demonstration=demonstration)

    assert "GONGPING_HALL_NETWORK=1" in said
    assert address in said


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]"])
def test_this_machine_needs_no_https(address):
    assert load(public_address=address, secure_cookies="0").loopback_address()


def test_cookies_over_https_are_always_secure():
    assert load(public_address="https://cp.example.gov.cn").secure_cookies
    assert "GONGPING_SECURE_COOKIES" in refusal(public_address="https://cp.example.gov.cn", secure_cookies="0")


def test_secure_cookies_and_a_halls_network_exclude_each_other_by_name():
    said = refusal(public_address="http://10.0.0.1", hall_network="1", secure_cookies="1")

    assert "GONGPING_SECURE_COOKIES" in said
    assert "GONGPING_HALL_NETWORK" in said


@pytest.mark.parametrize(
    "address",
    ["cp.example.gov.cn", "https://", "https://a?b", "https://a#b", "https://u@a", "https://a:99999", "https://[::1"],
)
def test_an_address_that_is_none_is_refused_by_name(address):
    assert "GONGPING_PUBLIC_ADDRESS" in refusal(public_address=address)


@pytest.mark.parametrize(
    ("name", "value"),
    [("hall_network", "yes"), ("demonstration", "2"), ("proxies", "-1"), ("locale", "fr"), ("timezone", "Mars")],
)
def test_a_value_of_the_wrong_form_is_refused_by_name(name, value):
    assert f"GONGPING_{name.upper()} is {value}" in refusal(**{name: value})


def test_a_name_that_is_no_setting_is_refused_with_those_that_are():
    said = refusal(hall_networks="1")

    assert said.startswith("GONGPING_HALL_NETWORKS is not a setting")
    assert "HALL_NETWORK" in said.partition("Known:")[2]
