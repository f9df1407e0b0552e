"""A small stand-in for pendulum, which dlt brings with it: used where pendulum is not installed.

It has what dictionaries make dates with: now, today, yesterday, tomorrow, datetime, parse, duration; of a date add,
subtract, start_of, the to_*_string methods, int_timestamp. What it has not ends with an AttributeError that names it.
"""

import calendar
import datetime as standard
import time
import types

UTC = standard.timezone.utc
clock = time.time  # seconds since 1970


def zone(tz):
    if tz is None or tz == "local":
        return standard.datetime.now().astimezone().tzinfo
    if isinstance(tz, str) and tz.upper() == "UTC":
        return UTC
    if isinstance(tz, str):
        import zoneinfo
        return zoneinfo.ZoneInfo(tz)
    return tz


class DateTime(standard.datetime):
    """A time with a zone."""

    def _shifted(self, sign, years=0, months=0, weeks=0, days=0, hours=0, minutes=0, seconds=0, microseconds=0):
        month = self.year * 12 + self.month - 1 + sign * (years * 12 + months)
        year, month = divmod(month, 12)
        day = min(self.day, calendar.monthrange(year, month + 1)[1])
        return self.replace(year=year, month=month + 1, day=day) + sign * standard.timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)

    def add(self, **units):
        return self._shifted(1, **units)

    def subtract(self, **units):
        return self._shifted(-1, **units)

    def start_of(self, unit):
        if unit == "week":
            return self.subtract(days=self.weekday()).start_of("day")
        order = ["year", "month", "day", "hour", "minute", "second"]
        first = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0}
        later = order[order.index(unit) + 1:]
        return self.replace(**{name: first[name] for name in later}, microsecond=0)

    def in_timezone(self, tz):
        return self.astimezone(zone(tz))

    in_tz = in_timezone

    def to_date_string(self):
        return self.strftime("%Y-%m-%d")

    def to_time_string(self):
        return self.strftime("%H:%M:%S")

    def to_datetime_string(self):
        return self.strftime("%Y-%m-%d %H:%M:%S")

    def to_rfc3339_string(self):
        return self.isoformat()

    def to_iso8601_string(self):
        text = self.isoformat()
        return text[:-6] + "Z" if text.endswith("+00:00") else text

    @property
    def int_timestamp(self):
        return int(self.timestamp())


def made_of(moment):
    return DateTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second,
                    moment.microsecond, moment.tzinfo, fold=moment.fold)


def now(tz=None):
    return made_of(standard.datetime.fromtimestamp(clock(), zone(tz)))


def today(tz=None):
    return now(tz).start_of("day")


def yesterday(tz=None):
    return today(tz).subtract(days=1)


def tomorrow(tz=None):
    return today(tz).add(days=1)


def datetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tz=UTC):
    return DateTime(year, month, day, hour, minute, second, microsecond, zone(tz))


def parse(text, tz=UTC):
    moment = standard.datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    return made_of(moment if moment.tzinfo else moment.replace(tzinfo=zone(tz)))


def duration(years=0, months=0, **units):
    if years or months:
        raise AttributeError("pendulum.duration of years or months: install pendulum")
    return standard.timedelta(**units)


def module():
    """What stands for the package."""
    made = types.ModuleType("pendulum")
    for name in ("UTC", "DateTime", "now", "today", "yesterday", "tomorrow", "datetime", "parse", "duration",
                 "clock"):
        setattr(made, name, globals()[name])
    made.timezone = zone
    made.Duration = standard.timedelta
    return made
