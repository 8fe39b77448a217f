"""What the notebook of logins answers over real logs is what their README says, or what a count of raw lines gives."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.case import open_case
from siemlib.investigate import access
from siemlib.investigate.access.common import sums

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siemlib.case import Case

pytestmark = pytest.mark.xdist_group("real")


@pytest.fixture(scope="module")
def opened(real_archive: Callable[[str], Path]) -> Callable[[str], Case]:
    """Gives a case over all of an incident, the same one each time."""
    cases: dict[str, Case] = {}

    def over(name: str) -> Case:
        if name not in cases:
            cases[name] = open_case(engine=f"local:{real_archive(name)}", start="", end="")
        return cases[name]

    return over


def _raw_openssh(shared: Path) -> list[str]:
    packed = shared / "data" / "auth" / "loghub_openssh_2k" / "OpenSSH_2k.log.gz"
    return gzip.decompress(packed.read_bytes()).decode().splitlines()


def test_every_failed_password_is_counted_and_repeated_ones_as_often_as_they_were(
    opened: Callable[[str], Case], shared: Path
) -> None:
    # 520 lines say "Failed password", two of them that it was repeated five times; four more say "Failed none".
    lines = [line for line in _raw_openssh(shared) if re.search(r"Failed (?:password|none) for ", line)]
    raw: Counter[str] = Counter()
    for line in lines:
        raw[line.rpartition(" from ")[2].split()[0]] += 5 if "message repeated 5 times" in line else 1
    assert raw.total() == 520 + 2 * 4 + 4

    frame = access.by_address(opened("openssh")).frame

    failed = frame[frame["failures"] > 0]
    assert dict(zip(failed["address"], failed["failures"], strict=True)) == dict(raw)
    assert list(failed["failures"][:3]) == [286, 80, 46]
    assert list(failed["address"][:3]) == ["183.62.140.253", "187.141.143.180", "103.99.0.122"]


def test_the_one_login_is_no_success_of_the_attack(opened: Callable[[str], Case]) -> None:
    case = opened("openssh")

    passed = access.by_user(case).frame
    assert list(passed.loc[passed["successes"] > 0, "user"]) == ["fztu"]
    assert access.after_failures(case).frame.empty
    assert access.after_failures(case).reading.startswith("No login succeeded after failures of the same address")
    assert "119.137.62.142" not in set(access.guessing(case).frame["address"].dropna())
    first = sums(case, "address").set_index("address").loc["119.137.62.142", "first"]
    assert f"{first:%H:%M:%S}" == "09:32:20"


def test_the_three_loudest_addresses_guess_fast(opened: Callable[[str], Case]) -> None:
    frame = access.guessing(opened("openssh")).frame.dropna(subset=["address"]).set_index("address")

    for address in ("183.62.140.253", "187.141.143.180", "103.99.0.122"):
        assert frame.loc[address, "how"] == "fast, spraying"
        assert frame.loc[address, "successes"] == 0


def test_the_console_login_of_a_created_user_is_named_and_that_of_another_address_is_not_blamed(
    opened: Callable[[str], Case],
) -> None:
    case = opened("invictus")

    frame = access.without_mfa(case).frame
    entered = frame[frame["kind"] == "console login"]
    assert list(entered["address"]) == ["192.168.10.20"]
    assert f"{entered['first'].iloc[0]:%H:%M}" == "12:23"
    assert not {"10.8.8.10", "10.248.16.43"} & set(frame["address"].dropna())
    assert "benjamin" not in set(frame["user"].dropna())


def test_users_and_keys_of_the_simulation_are_counted(opened: Callable[[str], Case]) -> None:
    answer = access.new_identities(opened("invictus"))

    users = answer.frame[answer.frame["what"] == "CreateUser"]
    keys = answer.frame[answer.frame["what"] == "CreateAccessKey"]
    assert len(users) == 4
    assert users["time"].min() == pd.Timestamp("2023-07-10 12:23:05", tz="UTC")
    assert len(keys) == 2
    assert keys["time"].min() == pd.Timestamp("2023-07-10 12:24:29", tz="UTC")
    assert set(answer.frame["address"]) == {"192.168.10.20"}
    assert "Logins of these afterwards" in answer.reading
    assert "from 192.168.10.20" in answer.reading


def test_the_mail_servers_attacker_is_found_and_nobody_else(opened: Callable[[str], Case], shared: Path) -> None:
    case = opened("insect")
    folder = shared / "data" / "mixed" / "ait_insect_2020"
    text = "".join(_unpacked(path) for path in sorted(folder.rglob("*")) if path.is_file())
    # HORDE writes two lines about each attempt: one of its mail reader, one of itself.
    raw = len(re.findall(r"HORDE: \[horde\] FAILED LOGIN for violet to horde \(192\.168\.10\.18\)", text))

    frame = access.guessing(case).frame

    assert frame[["address", "failures", "successes", "how"]].to_numpy().tolist() == [["192.168.10.18", raw, 0, "fast"]]
    assert frame["first"].iloc[0] >= pd.Timestamp("2020-03-04 14:14:00", tz="UTC")
    assert frame["last"].iloc[0] < pd.Timestamp("2020-03-04 14:18:00", tz="UTC")
    assert access.by_user(case).frame["user"].tolist() == ["violet"]
    assert access.after_failures(case).frame.empty
    alerts = access.by_source(case).frame.set_index("source").loc["OSSEC alerts"]
    assert alerts["counted"].startswith("not counted")


def _unpacked(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "replace")


def test_the_databases_refusals_are_found_in_their_zone(opened: Callable[[str], Case]) -> None:
    row = access.by_user(opened("postgres")).frame.iloc[0]

    assert (row["failures"], row["successes"]) == (2, 0)
    assert row["first"] == pd.Timestamp("2020-03-11 19:40:50", tz="UTC")


def test_forms_of_the_loudest_address_are_counted_and_not_called_successes(opened: Callable[[str], Case]) -> None:
    case = opened("web")

    answer = access.web_logins(case)

    by_address = answer.frame.groupby("address")["requests"].sum()
    assert by_address.idxmax() == "216.244.81.34"
    assert by_address.max() == 21
    assert "no success and no failure is counted" in answer.reading
    assert access.by_user(case).reading.startswith("Not examined: no log group holds SSH server")


def test_logins_that_only_the_audit_daemon_tells_are_counted(opened: Callable[[str], Case], shared: Path) -> None:
    folder = shared / "data" / "auth" / "ait_audit_2k"
    text = "".join(_unpacked(path) for path in sorted(folder.rglob("*")) if path.is_file())
    raw = re.findall(r"^type=USER_LOGIN .*addr=(\S+) .*res=(\w+)", text, re.MULTILINE)

    frame = access.by_address(opened("audit")).frame

    assert int(frame["successes"].sum()) == sum(result == "success" for _, result in raw)
    assert set(frame["address"]) == {address for address, _ in raw}
