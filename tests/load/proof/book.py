"""The ledger of a run as a book: one page for each key of each account, every station read at once.

The client comes first. Where it lacks answers its truth is an interval, and only there: acknowledged ≤ counted ≤
attempted; from the service on, every station must be exactly equal.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import httpx

from fixtures.errors import PlumblineError, Unmet
from fixtures.ledger import Entry, Page
from fixtures.polling import eventually
from tests.load.proof.accounts import ACCOUNTS, Account, Claim, Counts, Key

Reading = Mapping[str, Counts]
"""What one station says of each account, by account title; one that could not be read says nothing of any."""
FAILURES = (httpx.HTTPError, PlumblineError, OSError)
CLIENT = "client"


@dataclass(frozen=True)
class Place:
    """A station that tells all accounts at once."""

    name: str
    read: Callable[[], Awaitable[Reading]]


Readings = Sequence[tuple[str, Reading]]


async def read_all(places: Sequence[Place]) -> Readings:
    """Read every station once, side by side, so that one that is silent does not make the others' words old."""
    readings = await asyncio.gather(*(_read(each) for each in places))
    return [(each.name, reading) for each, reading in zip(places, readings, strict=True)]


async def _read(place: Place) -> Reading:
    try:
        return await place.read()
    except FAILURES:
        return {}


def page(account: Account, key: Key, claim: Claim | None, base: Counts, readings: Readings) -> Page:
    """Return what each station says that the key has grown by; the first of `readings` is the service's own.

    A series that the service does not have counts 0; one that a later station lacks counts nothing, which is not 0.
    """
    since, (service, told) = base.get(key, 0.0), readings[0]
    at_service = _said(told, account, key, 0.0) - since
    entries = []
    truth, name = at_service, CLIENT
    if claim is not None:
        least, most = claim.bounds(key)
        truth = least if math.isnan(at_service) else min(max(at_service, least), most)
        name = CLIENT if least == most else f"{CLIENT} ({least:g} answered, {most - least:g} without an answer)"
        entries.append(Entry(name, truth, agrees=True))
    entries.append(Entry(service, at_service, at_service == truth))
    missing = math.nan if key in told.get(account.title, ()) else since
    for station, reading in readings[1:]:
        value = _said(reading, account, key, missing) - since
        entries.append(Entry(station, value, value == truth))
    return Page(f"{account.title}: {' '.join(key)}", entries)


def _said(reading: Reading, account: Account, key: Key, missing: float) -> float:
    return reading[account.title].get(key, missing) if account.title in reading else math.nan


def pages(claims: Mapping[str, Claim], base: Reading, readings: Readings) -> list[Page]:
    """Return a page for every key that the client, the base or any station knows."""
    found = []
    for account in ACCOUNTS:
        claim, since = claims.get(account.title), base.get(account.title, {})
        keys = {key for _, reading in readings for key in reading.get(account.title, ())} | set(since)
        keys |= set(claim.certain) if claim else set()
        found += [page(account, key, claim, since, readings) for key in sorted(keys)]
        found += _attempts(account, claim, since, readings) if claim else []
    return found


def _attempts(account: Account, claim: Claim, base: Counts, readings: Readings) -> list[Page]:
    """One more page for each group with requests that had no answer: together they were counted once each at most."""

    def grown(reading: Reading, group: Key) -> float:
        keys = {key for key in {*reading.get(account.title, ()), *base} if key[: claim.group] == group}
        return math.fsum(_said(reading, account, key, 0.0) - base.get(key, 0.0) for key in keys)

    found = []
    for group in sorted(claim.unknown):
        certain = {group: math.fsum(count for key, count in claim.certain.items() if key[: claim.group] == group)}
        together = [(name, {account.title: {group: grown(each, group)}}) for name, each in readings]
        whole = Claim(certain, {group: claim.unknown[group]}, claim.group)
        found.append(page(account, group, whole, {}, together))
    return found


def broken(found: Sequence[Page]) -> list[Page]:
    """Return the pages on which a station disagrees."""
    return [each for each in found if each.broken_at is not None]


async def balanced(
    claims: Mapping[str, Claim], base: Reading, places: Sequence[Place], *, within: float
) -> Sequence[Page]:
    """Return all pages once no station disagrees, or as they were last after `within` seconds."""
    last: list[Page] = []

    async def probe() -> list[Page]:
        last[:] = pages(claims, base, await read_all(places))
        return broken(last)

    with suppress(Unmet):  # the pages say it better, each for itself
        await eventually(
            probe,
            lambda differing: not differing,
            expected="every page of the ledger equal at all its stations",
            of=places[-1].name,
            within=within,
            hint="look at the first station that differs",
            every=0.5,
        )
    return last


def is_blank(page: Page) -> bool:
    """Tell whether nothing happened on a page: all stations agree on 0."""
    return page.broken_at is None and not any(each.value for each in page.entries)
