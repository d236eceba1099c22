"""Secrets are used and never shown."""

from __future__ import annotations

import re

import pytest

from rompy_hydra.core import secrets

SECRETS = """
    API_TOKEN password dbPassword AWS_SECRET_ACCESS_KEY api_key secret CDSAPI_KEY PGPASSWORD DBPASS MYSQL_PASS MYSQL_PWD
    APITOKEN GITHUB_TOKEN GITHUB_PAT CREDENTIALS aws-credential CLIENTSECRET OPENAI_APIKEY cdsapi_key TOKEN2 accessKey
    ssh.passphrase root_passwd SECRETS DB_PASSWORD_OLD apiKey SSH_PRIVATE_KEY
    Authorization auth proxy_authorization
"""
PLAIN = """
    keyboard key KEY sort_key primary_key OMP_NUM_THREADS monkey MONKEY tokenizer secretary bypass compass low_pass
    highpass_h passage passes PATH pattern spat PWD OLDPWD max_tokens keys depth_m passenger pressure
    author authority auth_method
"""


@pytest.mark.parametrize("name", SECRETS.split())
def test_names_of_secrets_are_recognised(name: str) -> None:
    assert secrets.looks_secret(name)


@pytest.mark.parametrize("name", PLAIN.split())
def test_other_names_are_not(name: str) -> None:
    assert not secrets.looks_secret(name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ann:hunter2@example.org/data@1", "https://ann:***@example.org/data@1"),
        ("https://ann:hun/ter2@example.org/data", "https://ann:***@example.org/data"),
        ("https://ann:hun@ter2@example.org/data", "https://ann:***@example.org/data"),
        ("s3://:hun/t@er@bucket", "s3://:***@bucket"),
        ("https://example.org:8080/data@1", "https://example.org:8080/data@1"),
        ("https://example.org/a:b@c", "https://example.org/a:b@c"),
        ('{"url": "https://x:y","mail": "ann@example.org"}', '{"url": "https://x:y","mail": "ann@example.org"}'),
    ],
)
def test_the_password_of_an_address_is_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert secrets.mask(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://x.org/wind.nc?token=abc&year=2023", "https://x.org/wind.nc?token=***&year=2023"),
        ("https://x.org?ApiKey=abc", "https://x.org?ApiKey=***"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=ab%2F#f", None),
        ("https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F2023&X-Amz-Security-Token=F", None),
        ("https://a.blob.core.windows.net/c/x.nc?sv=2022&sr=b&sig=a%3D", None),
        ("https://storage.googleapis.com/b/x?X-Goog-Signature=ab&Expires=1", None),
        ("no answer from url: /wind.nc.dds?u10[0:1:2]&signature=q (refused)", None),
        ("path='https://x.org/a?sig=q',time=3", "path='https://x.org/a?sig=***',time=3"),
    ],
)
def test_a_token_or_signature_in_an_address_is_hidden(text: str, shown: str | None) -> None:
    shown = shown or re.sub(r"((?:[Ss]ignature|Credential|Token|sig)=)[^&# ]+", r"\1***", text)
    assert secrets.mask(text) == shown
    assert secrets.mask(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://x.org/era5?year=2023&month=01&band_pass=3&station=key",
        "https://x.org/wind.nc?key=${oc.env:KEY}",
        "awk -F; x;key=3",
        "mount -o user=ann&password=b",
        "is it so? key=3",
    ],
)
def test_other_parts_of_an_address_and_other_texts_are_shown(text: str) -> None:
    assert secrets.mask(text) == text


def test_every_long_line_of_a_secret_is_masked_on_its_own() -> None:
    secrets.register("BEGIN KEY\nMIIEpAIBAAKCAQEA\nend\n", "${oc.env:SSH_KEY}")
    assert secrets.mask("key: BEGIN KEY\nMIIEpAIBAAKCAQEA\nend\n") == "key: ${oc.env:SSH_KEY}"
    assert secrets.mask("read MIIEpAIBAAKCAQEA") == "read ***"
    assert secrets.mask("the end") == "the end"


def test_a_registered_value_is_masked_wherever_it_appears() -> None:
    secrets.register("hunter2", "${oc.env:PASSWORD}")
    assert secrets.mask("mount -o pw=hunter2") == "mount -o pw=${oc.env:PASSWORD}"


def test_short_values_would_mask_half_the_text_and_are_left_alone() -> None:
    secrets.register("1")
    assert secrets.mask("11:10") == "11:10"


def test_the_longer_of_two_secrets_is_masked_first() -> None:
    secrets.register("abcd", "A")
    secrets.register("abcdef", "B")
    assert secrets.mask("abcdef") == "B"


def test_trees_are_masked_by_key_and_by_value() -> None:
    secrets.register("hunter2")
    tree = {"env": {"API_TOKEN": "xyz", "PATH": "/bin"}, "argv": ["run", "--pw=hunter2"]}
    assert secrets.mask_tree(tree) == {"env": {"API_TOKEN": "***", "PATH": "/bin"}, "argv": ["run", "--pw=***"]}


def test_secrets_in_a_list_are_hidden_and_known_where_they_appear_alone() -> None:
    tree = {
        "headers": {"Authorization": "Bearer s3cr3tvalue"},
        "auth": ["ann", "hunter22"],
        "tokens": ["first-token", "other-token"],
    }
    assert secrets.mask_tree(tree) == {
        "headers": {"Authorization": "***"},
        "auth": ["ann", "***"],
        "tokens": ["***"] * 2,
    }
    secrets.register_tree(tree)
    assert secrets.mask("ann: s3cr3tvalue hunter22 first-token") == "ann: *** *** ***"


def test_a_parameter_that_may_say_which_data_are_meant_tells_two_addresses_apart() -> None:
    one, other = (secrets.mask(f"https://x.org/d?key={k}&token=t{k}", secrets.tag) for k in ("perth", "sydny"))
    assert one != other
    assert one.endswith("&token=***")
    assert secrets.mask(one) == one
    assert "perth" not in one
