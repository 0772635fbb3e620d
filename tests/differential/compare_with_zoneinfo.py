"""Holds the engine's time zones and schedules against CPython's `zoneinfo`, for every zone of the system.

Instants are drawn from 1900 to 2100, and around every change of the clocks from 2015 to 2045; schedules are worked
out minute by minute over years, in zones whose clocks change in different ways.
"""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1)
DATABASE = Path("/usr/share/zoneinfo")
SCHEDULE_ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu",
                  "America/Nuuk", "Pacific/Chatham", "Europe/Dublin", "America/Sao_Paulo", "Asia/Gaza"]
# Schedule, and what it means: minutes, hours, and whether a day counts.
SCHEDULES = {
    "*/15 * * * *": (range(0, 60, 15), range(24), lambda day: True),
    "30 2 * * *": ([30], [2], lambda day: True),
    "0,30 0-3 * * *": ([0, 30], range(4), lambda day: True),
    "5 23 * * 1-5": ([5], [23], lambda day: day.isoweekday() <= 5),
    "45 1 1,15 * sun": ([45], [1], lambda day: day.day in (1, 15) or day.isoweekday() == 7),
    "0 0 29 feb,mar *": ([0], [0], lambda day: day.day == 29 and day.month in (2, 3)),
}


def seconds(time: datetime) -> int:
    return round((time - EPOCH).total_seconds())


def offset_at(zone: ZoneInfo, instant: int) -> int:
    time = datetime.fromtimestamp(instant, UTC) if instant >= 0 else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        seconds=instant)
    offset = time.astimezone(zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds())


def first_instant(zone: ZoneInfo, local: int) -> int:
    """When clocks show a time first, or the instant at which they skip it; by nothing but offset_at()."""
    shown = [local - offset for offset in {offset_at(zone, local + hours * 3600) for hours in range(-26, 27, 2)}]
    fitting = [instant for instant in shown if instant + offset_at(zone, instant) == local]
    if fitting:
        return min(fitting)
    low, high = local - 26 * 3600, local + 26 * 3600
    while high - low > 1:
        middle = (low + high) // 2
        if middle + offset_at(zone, middle) < local:
            low = middle
        else:
            high = middle
    return high


@cache
def changes(name: str, first_year: int, last_year: int) -> list[int]:
    """Instants at which the offset is another than a second before."""
    zone = ZoneInfo(name)
    step = 6 * 3600
    found = []
    start, end = seconds(datetime(first_year, 1, 1)), seconds(datetime(last_year, 1, 1))
    before = offset_at(zone, start)
    for instant in range(start + step, end, step):
        offset = offset_at(zone, instant)
        if offset != before:
            low, high = instant - step, instant
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset_at(zone, middle) == before else (low, middle)
            found.append(high)
        before = offset
    return found


def questions_about_zones() -> list[tuple[str, int]]:
    rng = random.Random(20261129)
    start, end = seconds(datetime(1900, 1, 1)), seconds(datetime(2100, 1, 1))
    questions = []
    names = sorted(available_timezones())
    files = [name for name in names if (DATABASE / name).is_file()]
    assert len(files) > 300, f"{len(files)} zones"
    for name in files:
        zone = ZoneInfo(name)
        for _ in range(150):
            instant = rng.randrange(start, end)
            questions.append((f"offset\t{name}\t{instant}", offset_at(zone, instant)))
    for name in [*SCHEDULE_ZONES, *rng.sample(files, 20)]:
        zone = ZoneInfo(name)
        for change in changes(name, 2015, 2045):
            for distance in (-7200, -1, 0, 1, 7200):
                instant = change + distance
                questions.append((f"offset\t{name}\t{instant}", offset_at(zone, instant)))
            local = change + offset_at(zone, change)
            for distance in (-5400, -1800, -1, 0, 1, 1800, 5400):
                questions.append((f"instant\t{name}\t{local + distance}", first_instant(zone, local + distance)))
    return questions


def times_of(name: str, schedule: str, start: int, end: int) -> list[int]:
    zone = ZoneInfo(name)
    minutes, hours, counts = SCHEDULES[schedule]
    day = EPOCH + timedelta(seconds=start) - timedelta(days=2)
    day = day.replace(hour=0, minute=0, second=0)
    near = changes(name, 2015, 2045)
    found = set()
    while seconds(day) < end + 2 * 86400:
        if counts(day):
            is_near = any(abs(seconds(day) - change) < 3 * 86400 for change in near)
            offset = offset_at(zone, seconds(day))
            for hour in hours:
                for minute in minutes:
                    local = seconds(day) + hour * 3600 + minute * 60
                    found.add(first_instant(zone, local) if is_near else local - offset)
        day += timedelta(days=1)
    return sorted(instant for instant in found if start < instant < end)


def questions_about_schedules() -> list[tuple[str, str]]:
    start, end = seconds(datetime(2025, 12, 1, 7, 3)), seconds(datetime(2029, 3, 1))
    questions = []
    for name in SCHEDULE_ZONES:
        for schedule in SCHEDULES:
            times = times_of(name, schedule, start, end)
            assert times
            for word, expected in (("times", times), ("back", times[::-1])):
                questions.append((f"{word}\t{name}\t{start}\t{end}\t{schedule}", " ".join(map(str, expected))))
    return questions


def main() -> int:
    program = sys.argv[1]
    questions = [*questions_about_zones(), *questions_about_schedules()]
    text = "".join(question + "\n" for question, _ in questions)
    result = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
    answers = [answer.strip() for answer in result.stdout.splitlines()]
    assert len(answers) == len(questions), f"{len(answers)} answers to {len(questions)} questions"
    wrong = [(question, answer, str(expected))
             for (question, expected), answer in zip(questions, answers, strict=True) if answer != str(expected)]
    for question, answer, expected in wrong[:10]:
        print(f"{question}\n  here:   {answer[:300]}\n  python: {expected[:300]}")
    print(f"{len(questions)} questions, {len(wrong)} answered otherwise than by CPython")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
