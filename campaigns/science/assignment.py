"""Who falls where: stable hashing into 10,000 buckets, in Python and as the same SQL.

bucket = sha256(salt | public id), read as one big number, mod 10,000. It depends on nothing else, so that drawing
again, or drawing from a larger crowd, moves nobody (Kohavi, Tang, Xu: Trustworthy Online Controlled Experiments,
2020, chapter 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

BUCKETS = 10_000
_DIGITS = 15  # hexadecimal digits that a bigint holds without a sign


def bucket_of(salt: str, public_id: UUID) -> int:
    """The bucket of one customer, 0 … 9,999."""
    return int(sha256(f"{salt}|{public_id}".encode()).hexdigest(), 16) % BUCKETS


def bucket_sql(salt: str, public_id: str) -> str:
    """The same as an SQL expression; both arguments are SQL: a text and a uuid. It holds no bare per cent sign.

    The number has 256 bits and a bigint 64: it is taken apart into pieces, each with its place value mod 10,000.
    """
    starts = range(0, 64, _DIGITS)
    terms = []
    for start in starts:
        digits = min(_DIGITS, 64 - start)
        weight = pow(16, 64 - start - digits, BUCKETS)
        piece = f"('x' || lpad(substr(h.digits, {start + 1}, {digits}), 16, '0'))::bit(64)::bigint"
        terms.append(f"mod({piece}, {BUCKETS}) * {weight}")
    text = f"{salt} || '|' || ({public_id})::text"
    return (
        f"(SELECT mod({' + '.join(terms)}, {BUCKETS})::integer"
        f" FROM (SELECT encode(sha256(convert_to({text}, 'UTF8')), 'hex') AS digits OFFSET 0) AS h)"
    )


def bounds_of(shares: Sequence[int]) -> list[int]:
    """The first bucket above each arm, arms in their order; ValueError unless the shares fill all buckets."""
    if any(share < 0 for share in shares) or sum(shares) != BUCKETS:
        raise ValueError(f"shares must be parts of {BUCKETS}: {list(shares)}")
    return [sum(shares[: place + 1]) for place in range(len(shares))]


def place_of(bucket: int, bounds: Sequence[int]) -> int:
    """The place of the arm that holds `bucket`."""
    return next(place for place, bound in enumerate(bounds) if bucket < bound)


def split_rest(rest: int, weights: Sequence[int]) -> list[int]:
    """`rest` buckets over arms by whole-number weights; what does not divide goes to the first arms, one each."""
    total = sum(weights)
    parts = [rest * weight // total for weight in weights]
    for place in range(rest - sum(parts)):
        parts[place] += 1
    return parts
