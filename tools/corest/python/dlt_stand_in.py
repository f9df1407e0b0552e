"""Runs a Python file with a stand-in for dlt, and writes down the dictionaries of its REST sources. Loads nothing.

    python3 dlt_stand_in.py FILE OUT [OPTIONS]

OPTIONS is a JSON object: "params", the values of parameters; "secrets", the names of the secrets that there are;
"answers", which secrets an earlier run was told that there are; "now", the time that the file is told, in seconds since
1970; "credentials", the environment variables that are credentials by their names; "values", the path of a JSON file
with what earlier runs asked for: of each name its "value", where there is one, whether it is a "credential", and
whether the file is "given" it in the place of a mark. OUT becomes a JSON object: "sources", each with its name,
section, line and dictionary, and what was done to it ("steps"); "fetched", where each secret and configuration value
comes from; "asked", which secrets decide by being there; "asks_clock", whether the file has asked for the time;
"failure" where the file ended with an exception, and "line" of it; "refusal" where it did what cannot be read: its
"line", "text" and "hint"; "wanted", the value that the file computes with, to be told in the next run: its "name",
"store", "source" and "section", and whether it is "given".

Secrets are never looked up. In the file's hands they are texts that hold their number between two marks, so that what
is put together of them still says which secret stands where. What is no credential has its value where it is computed
with.
"""

import ast
import builtins
import contextlib
import datetime
import dis
import importlib.abc
import importlib.machinery
import inspect
import json
import linecache
import math
import os
import re
import sys
import time
import types
from datetime import timedelta, timezone

sys.dont_write_bytecode = True
import pendulum_stand_in  # noqa: E402

# Lone surrogates: what makes bytes of a marked text (base64, a hash, quote) is an error of Python's own.
BEGIN, END = "\ud800", "\ud801"
MARK = re.compile(f"({BEGIN}aZ[0-9]+{END})")  # letters of both cases: upper() and its like make it something else
# A mark in a message, or in what was made by repr; and what is left of one that something was computed of.
SHOWN = re.compile(rf"(?:{BEGIN}|\\ud800)[ar]z([0-9]+)(?:{END}|\\ud801)", re.IGNORECASE)
LEFT = re.compile(rf"{BEGIN}|{END}|{SHOWN.pattern}", re.IGNORECASE)
FORMS = {
    "JSONLinkPaginator": ("json_link", ["next_url_path"]),
    "JSONResponsePaginator": ("json_link", ["next_url_path"]),
    "HeaderLinkPaginator": ("header_link", ["links_next_key"]),
    "HeaderCursorPaginator": ("header_cursor", ["cursor_key", "cursor_param"]),
    "JSONResponseCursorPaginator": ("cursor", ["cursor_path", "cursor_param", "cursor_body_path"]),
    "OffsetPaginator": ("offset", ["limit", "offset", "offset_param", "limit_param", "total_path", "maximum_offset",
                                   "stop_after_empty_page", "has_more_path", "offset_body_path", "limit_body_path"]),
    "PageNumberPaginator": ("page_number", ["base_page", "page", "page_param", "total_path", "maximum_page",
                                            "stop_after_empty_page", "has_more_path", "page_body_path"]),
    "SinglePagePaginator": ("single_page", []),
    "BearerTokenAuth": ("bearer", ["token"]),
    "APIKeyAuth": ("api_key", ["name", "api_key", "location"]),
    "HttpBasicAuth": ("http_basic", ["username", "password"]),
    "OAuth2ClientCredentials": ("oauth2_client_credentials", ["access_token_url", "client_id", "client_secret",
                                                              "access_token_request_data",
                                                              "default_token_expiration", "session"]),
    "OAuthJWTAuth": ("oauth2_jwt", ["client_id", "private_key", "auth_endpoint", "scopes", "headers",
                                    "private_key_passphrase", "default_token_expiration", "session"]),
    "incremental": ("incremental", ["cursor_path", "initial_value", "last_value_func", "primary_key", "end_value",
                                    "row_order", "allow_external_schedulers", "on_cursor_value_missing", "lag",
                                    "range_start", "range_end"]),
}
OWN = {"function", "name", "section", "spec", "_impl_cls"}  # what is said of a source itself, not of what it loads
LIBRARY = os.path.dirname(os.path.realpath(os.__file__)) + os.sep
HERE = os.path.dirname(os.path.realpath(__file__)) + os.sep
CHANGES = {"with_resources", "add_limit", "add_map", "add_yield_map", "add_filter", "apply_hints", "bind", "with_name"}
DICTIONARY_CHANGES = {"clear", "pop", "popitem", "setdefault", "update"}
LISTS = {"resources", "selected_resources", "parts"}


class Recorder:
    """What was found."""

    def __init__(self, file, options):
        self.file, self.shown = os.path.realpath(file), file
        self.params = options.get("params", {})
        self.secrets = set(options.get("secrets", []))
        self.sources = []
        self.functions = []
        self.running = []
        self.used = set()
        self.fetched = {}
        self.asked = dict(options.get("answers", {}))
        self.refusal = None
        self.marks, self.numbers = [], {}  # what stands for a mark's number, and the other way round
        self.credentials = set(options.get("credentials", []))
        self.asks_always = options.get("asks_always", False)
        self.values = {}
        if "values" in options:
            with open(options["values"], encoding="utf-8") as told:
                self.values = json.load(told)
        self.wanted = None

    def note(self, name, store):
        """Where a secret or configuration value is fetched from."""
        known = self.fetched.setdefault(name, {"line": self.line(), "store": store})
        if store == "secrets":  # what is a secret anywhere is one
            known["store"] = store

    def is_given(self, name):
        """Whether there is a secret of that name: for a condition, which is written down."""
        if name not in self.asked:
            self.asked[name] = self.has_secret(name)
        return self.asked[name]

    def has_secret(self, name):
        upper = re.sub(r"\W", "_", name.replace(".", "__")).upper()
        single = re.sub(r"\W", "_", name).upper()
        return (any(ENVIRONMENT.get(key) for key in (single, upper, name)) or name in self.secrets
                or any(known.endswith("." + name) for known in self.secrets))

    def place_in(self, failure):
        """The last line of the file that an exception went through."""
        line, trace = 0, failure.__traceback__
        while trace is not None:
            if os.path.realpath(trace.tb_frame.f_code.co_filename) == self.file:
                line = trace.tb_lineno
            trace = trace.tb_next
        return line

    def line(self):
        """The line of the file that is being run."""
        frame = sys._getframe(1)
        while frame is not None:
            if os.path.realpath(frame.f_code.co_filename) == self.file:
                return frame.f_lineno
            frame = frame.f_back
        return 0


class Refused(BaseException):
    """Ends the file at what cannot be read. No `except Exception` of the file catches it."""

    def __init__(self, text, hint, line=None):
        super().__init__(text)
        if RECORDER.refusal is None and not RECORDER.sources:
            RECORDER.refusal = {"line": RECORDER.line() if line is None else line, "text": text, "hint": hint}


class Wanted(BaseException):
    """Ends the file at what it computes with: it is run again with the value."""

    def __init__(self, name, store, given=False):
        super().__init__(name)
        running = RECORDER.running[-1] if RECORDER.running else {}
        if RECORDER.wanted is None:
            RECORDER.wanted = {"name": name, "store": store, "given": given, "section": running.get("section") or "",
                               "source": running.get("name") or running.get("function") or ""}


def refuse_computing(name, line=None):
    raise Refused(f"the value of the secret '{name}' is computed with, which --python does not do: its value would "
                  "stand in the dictionary",
                  "Let the dictionary have it as it is, or as a part of a text (for 'Basic ...': auth of the type "
                  "http_basic), or write what is computed as a text, and give --set PLACE=VALUE",
                  line)


def known_value(name, store):
    """What stands there of what is no credential; None where there is nothing."""
    told = RECORDER.values.get(name)
    if is_credential(name, store):
        refuse_computing(name)
    RECORDER.is_given(name)
    if told:
        return told.get("value")
    if store == "environment" and name in ENVIRONMENT:
        return ENVIRONMENT[name]
    if RECORDER.has_secret(name) or RECORDER.asks_always:
        raise Wanted(name, store)
    return None


def real_text(text):
    """The text with the values of what stands in it."""
    def value(mark):
        name, default, store = RECORDER.marks[int(mark[3:-1])]
        found = known_value(name, store)
        if found is None and default is None:
            kind = "configuration value" if store == "config" else "environment variable"
            raise Refused(f"the {kind} '{name}' is computed with, and is not there",
                          "Set the environment variable " + (name if store == "environment" else variable_of(name)))
        return found if found is not None else str(default)

    made = "".join(value(piece) if MARK.fullmatch(piece) else piece for piece in MARK.split(text))
    ask_for_values(made)
    for name in computed_of(made):
        refuse_computing(name)
    return made


def computed_of(text):
    """The names of the secrets and values that something was computed of."""
    return list(dict.fromkeys(name for name, _, _ in marks_in(text)))


def marks_in(text):
    """What a text was computed of: where its marks cannot be read any more, it may be each of them."""
    numbers = [int(number) for number in SHOWN.findall(text)]
    return [RECORDER.marks[number] for number in numbers] or (RECORDER.marks if LEFT.search(text) else [])


def is_credential(name, store):
    told = RECORDER.values.get(name)
    return store == "secrets" or name in RECORDER.credentials or bool(told and told.get("credential"))


def variable_of(name):
    return re.sub(r"\W", "_", name.replace(".", "__")).upper()


def readable(text):
    """For messages."""
    return SHOWN.sub(lambda mark: f"(the value of '{RECORDER.marks[int(mark[1])][0]}')", text)


def marked(text):
    """A text that something has made, of marked ones too."""
    return Marked(text) if type(text) is str and BEGIN in text else text


class Marked(str):
    """A text that secrets stand in. It may be put together with others; what else is done needs their values."""

    def __str__(self):
        return self

    def __repr__(self):  # messages show it, the dictionary must not have it
        return "'" + MARK.sub(lambda mark: mark[1].replace("aZ", "rZ"), self) + "'"

    def __format__(self, form):
        return format(real_text(self), form) if form else self

    def __add__(self, other):
        return marked(str.__add__(self, other))

    def __radd__(self, other):
        return marked(str.__add__(other, self)) if isinstance(other, str) else NotImplemented

    def __rmod__(self, form):
        is_plain = isinstance(form, str) and not re.search("%[^s%]", form)
        return marked(str.__mod__(form, self)) if is_plain else str.__mod__(form, real_text(self))

    def __bool__(self):
        return any(not MARK.fullmatch(piece) or bool(Secret.of(piece)) for piece in MARK.split(self) if piece)

    def __eq__(self, other):
        if isinstance(other, Marked) and str.__eq__(self, other):
            return True
        if not other:
            return self.is_empty(other)
        return self.compared(other) == (real_text(other) if isinstance(other, Marked) else other)

    def __ne__(self, other):
        return not self == other

    def is_empty(self, other):
        """Whether it is that empty text, or None."""
        return False

    def compared(self, other=""):
        return real_text(self)

    def __hash__(self):
        return hash(self.compared())

    def __int__(self):
        return int(real_text(self))

    def __float__(self):
        return float(real_text(self))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce_ex__(self, protocol):
        return (str, (real_text(self),))


class Secret(Marked):
    """A text that is nothing but a secret."""

    def __new__(cls, name, default=None, store="secrets"):
        RECORDER.note(name, store)
        key = (name, str.__str__(default) if isinstance(default, str) else repr(default), store)
        number = RECORDER.numbers.setdefault(key, len(RECORDER.marks))
        if number == len(RECORDER.marks):
            RECORDER.marks.append((name, default, store))
        made = super().__new__(cls, f"{BEGIN}aZ{number}{END}")
        made.name, made.default, made.store = name, default, store
        return made

    @staticmethod
    def of(mark):
        return Secret(*RECORDER.marks[int(mark[3:-1])])

    def __bool__(self):
        return bool(self.default) or RECORDER.is_given(self.name)

    def __getitem__(self, key):
        return Secret(f"{self.name}.{key}", None, self.store) if isinstance(key, str) else real_text(self)[key]

    def get(self, key, default=None):
        return Secret(f"{self.name}.{key}", default, self.store)

    def is_empty(self, other):  # a secret that is there is no empty text
        if is_credential(self.name, self.store):
            return self.default == other and not RECORDER.is_given(self.name)
        return self.compared(other) == other

    def compared(self, other=""):
        found = known_value(self.name, self.store)
        if found is not None and self.store == "config" and isinstance(other, (bool, int, float)):
            with contextlib.suppress(ValueError):
                return json.loads(found.lower())  # the configuration has numbers and truth values
        return self.default if found is None else found


def forward(name, is_kept):
    """Has a method of texts see the values. is_kept: without arguments it changes nothing that counts (strip)."""
    plain = getattr(str, name)

    def called(self, *arguments, **named):
        if is_kept and not arguments:
            return self
        return plain(real_text(self), *arguments, **named)

    setattr(Marked, name, called)


for method in dir(str):
    if method in ("__contains__", "__getitem__", "__iter__", "__len__", "__mod__", "__mul__", "__rmul__", "__lt__",
                  "__le__", "__gt__", "__ge__") or not method.startswith("_") and method != "maketrans":
        forward(method, method in ("strip", "lstrip", "rstrip"))


def looked_up(name, default, store):
    """A secret or other value as the file has it: a mark, or what it was found to need itself."""
    told = RECORDER.values.get(name, {})
    if told.get("given") and not told.get("credential") and store != "secrets":
        RECORDER.is_given(name)
        found = told.get("value")
        return default if found is None else found
    return Secret(name, default, store)


class Injected:
    """dlt.secrets.value: named by the parameter or key that it is given to."""

    def __init__(self, store):
        self.store = store


class Store:
    """dlt.secrets, dlt.config."""

    def __init__(self, name):
        self._name = name
        self.value = Injected(name)

    def __getitem__(self, name):
        return looked_up(name, None, self._name)

    def get(self, name, expected_type=None, *_, default=None):
        """dlt takes the type second; what is no type is meant as a default."""
        if expected_type is not None and not isinstance(expected_type, type):
            default = expected_type
        return looked_up(name, default, self._name)

    def __setitem__(self, name, value):
        pass

    def __contains__(self, name):
        return RECORDER.is_given(name)

    def __getattr__(self, name):
        return Nothing(f"dlt.{self._name}.{name}")


class Environment:
    """os.environ: for the file itself, what is looked up in it is a secret."""

    def __init__(self, real):
        object.__setattr__(self, "_real", real)

    def __getitem__(self, name):
        return looked_up(name, None, "environment") if by_the_file() else self._real[name]

    def get(self, name, default=None):
        return looked_up(name, default, "environment") if by_the_file() else self._real.get(name, default)

    def __getattr__(self, name):
        return getattr(self._real, name)

    def __setitem__(self, name, value):
        self._real[name] = str(value)

    def __delitem__(self, name):
        del self._real[name]

    def __contains__(self, name):
        return name in self._real

    def __iter__(self):
        return iter(self._real)

    def __len__(self):
        return len(self._real)


def is_own(path):
    """Whether it is the file, or one of its project: not Python itself, nor a package."""
    if path.startswith("<"):  # "<frozen os>": Python's own library
        return False
    path = os.path.realpath(path)
    is_package = "site-packages" in path or "dist-packages" in path or path.startswith((LIBRARY, HERE))
    return path.startswith(os.path.dirname(RECORDER.file) + os.sep) and not is_package


def by_the_file():
    return is_own(sys._getframe(2).f_code.co_filename)


def getenv(name, default=None):
    return looked_up(name, default, "environment") if by_the_file() else ENVIRONMENT.get(name, default)


class Clock:
    """One time for all that the file does, so that the same can be made again as of then.

    What the file and its project import as datetime and time says this time; everybody else has the real ones.
    """

    def __init__(self, now):
        self._now = time.time() if now is None else now
        self.was_asked = False
        self._modules = {"datetime": self._dates(), "time": self._times()}
        self._import = builtins.__import__

    def now(self):
        self.was_asked = True
        return self._now

    def find(self, name, globals=None, locals=None, fromlist=(), level=0):
        """In the place of `__import__`."""
        if level == 0 and is_own((globals or {}).get("__file__") or ""):
            if name in self._modules:
                return self._modules[name]
            if name == "pendulum":
                return pendulum_module()
        return self._import(name, globals, locals, fromlist, level)

    @staticmethod
    def _copy(module, **changed):
        made = types.ModuleType(module.__name__, module.__doc__)
        made.__dict__.update(module.__dict__)
        made.__dict__.update(changed)
        return made

    def _dates(self):
        clock = self

        class Told(type):
            """The file's classes know the dates that others have made as their own."""

            def __instancecheck__(cls, value):
                is_told = "is_told" in cls.__dict__
                return isinstance(value, cls.__base__) if is_told else type.__instancecheck__(cls, value)

        class Date(datetime.date, metaclass=Told):
            is_told = True

            @classmethod
            def today(cls):
                return cls.fromtimestamp(clock.now())

        class DateTime(datetime.datetime, metaclass=Told):
            is_told = True

            @classmethod
            def now(cls, tz=None):
                return cls.fromtimestamp(clock.now(), tz)

            @classmethod
            def today(cls):
                return cls.fromtimestamp(clock.now())

            @classmethod
            def utcnow(cls):
                return cls.fromtimestamp(clock.now(), timezone.utc).replace(tzinfo=None)

        Date.__name__ = Date.__qualname__ = "date"
        DateTime.__name__ = DateTime.__qualname__ = "datetime"
        return self._copy(datetime, date=Date, datetime=DateTime)

    def _times(self):
        def parts(function):
            return lambda seconds=None: function(self.now() if seconds is None else seconds)

        def strftime(form, *moment):
            return time.strftime(form, *(moment or (time.localtime(self.now()),)))

        return self._copy(time, time=self.now, time_ns=lambda: int(self.now()) * 10**9, strftime=strftime,
                          **{name: parts(getattr(time, name)) for name in ("gmtime", "localtime", "ctime")})


class Nothing:
    """Anything else of dlt: does nothing, whatever it is asked for."""

    def __init__(self, name):
        self._name = name

    def __call__(self, *arguments, **named):
        for one in list(arguments) + list(named.values()):
            exhaust(one)
        if self._name.endswith((".run", ".extract")):
            note_run(self._name.rsplit(".", 1)[1], arguments[0] if arguments else named.pop("data", None), named)
        return Nothing(self._name + "()")

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return attribute(self._name, name)

    def __getitem__(self, key):
        return Nothing(self._name + "[]")

    def __or__(self, other):
        return self

    __ror__ = __or__

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __mro_entries__(self, bases):
        return (object,)


class Source:
    """What rest_api_source gives back: writes down what is done to it."""

    def __init__(self, entry, selects=False):
        self.__dict__.update(_entry=entry, _selects=selects)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name in CHANGES:
            return lambda *arguments, **named: self._call(name, arguments)
        return SourcePart(self, None if name in LISTS else name)

    def __setattr__(self, name, value):
        self._step("assignment", name, named={name: value})

    def __getitem__(self, name):
        return SourcePart(self, name if isinstance(name, str) else None)

    def __iter__(self):
        return iter([SourcePart(self, None)])

    def _parts(self, what):
        """The resources as a dictionary has them: its keys, values or items."""
        dictionary = self._entry["dictionary"]
        written = dictionary.get("resources") if isinstance(dictionary, dict) else None
        names = [one.get("name") if isinstance(one, dict) else one for one in written or []]
        parts = {name: SourcePart(self, name) for name in names if isinstance(name, str)}
        return list(getattr(parts, what)())

    def _call(self, name, arguments):
        self._step("call", name, arguments=[real_text(one) for one in arguments if isinstance(one, str)],
                   is_plain=all(isinstance(one, str) for one in arguments))
        return Source(self._entry, selects=True) if name == "with_resources" else self  # dlt makes a copy

    def _step(self, kind, method, arguments=(), is_plain=True, named=None, resources=None):
        step = {"type": kind, "method": method, "line": RECORDER.line(), "arguments": list(arguments),
                "is_plain": is_plain, "named": {key: to_json(value, key) for key, value in (named or {}).items()},
                "resources": resources}
        if step not in self._entry["steps"]:
            self._entry["steps"].append(step)
        return self


class SourcePart(Nothing):
    """A resource of a source, or its list of them."""

    def __init__(self, source, resource):
        self.__dict__.update(_name="source", _source=source, _resource=resource)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self._resource is None and name in ("keys", "values", "items"):
            return lambda: self._source._parts(name)
        if self._resource is None and name in DICTIONARY_CHANGES:
            return lambda *arguments, **named: self._source._call(name, arguments)
        return getattr(self._source, name) if name in CHANGES else self

    def __setattr__(self, name, value):
        resources = None if self._resource is None else [self._resource]
        self._source._step("assignment", name, named={name: value}, resources=resources)

    def __getitem__(self, key):
        return SourcePart(self._source, key) if self._resource is None and isinstance(key, str) else self

    def __setitem__(self, key, value):
        self._source._step("assignment", "[...]", named={"[...]": value})

    def __delitem__(self, key):
        self._source._step("assignment", "[...]", named={"[...]": None})

    def __iter__(self):
        return iter(self._source._parts("keys") if self._resource is None else ())

    def __call__(self, *arguments, **named):
        return self


def note_run(method, data, named):
    """Writes down which sources, and what of them, a pipeline is given."""
    run = {}
    for one in data if isinstance(data, (list, tuple)) else [data]:
        if isinstance(one, (Source, SourcePart)):
            source = one if isinstance(one, Source) else one._source
            some = run.setdefault(id(source._entry), (source, []))[1]
            some.append(one._resource if isinstance(one, SourcePart) else None)
    for source, resources in run.values():
        source._step("run", method, named=named, resources=None if None in resources else resources)
        source._entry["runs"].append(source._selects)


class Object:
    """A paginator, an authenticator, an incremental: the same as a dictionary."""

    form = None

    def __init__(self, *arguments, **named):
        self._arguments, self._named = arguments, named

    def __class_getitem__(cls, item):
        return cls

    def as_dictionary(self):
        kind, parameters = FORMS[self.form]
        out = {"type": kind}
        out.update(zip(parameters, self._arguments))
        out.update(self._named)
        function = out.get("last_value_func")
        if function in (max, min):
            out["last_value_func"] = function.__name__
        return out


OBJECTS = {name: type(name, (Object,), {"form": name}) for name in FORMS}


class RESTClient:
    """dlt's client of a program's own requests."""

    def __new__(cls, *arguments, **named):
        raise Refused("RESTClient(...) is a program that asks an API, not a dictionary, and is not read: only what "
                      "rest_api_source and rest_api_resources are given is",
                      "Write what it asks for as a dictionary, in rest_api_source({...})")


def exhaust(value):
    """Lets generators make what they make."""
    if inspect.isgenerator(value):
        for one in value:
            exhaust(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            exhaust(one)


def unknown(reason):
    return {"$unknown": {"place": f"{RECORDER.shown}:{RECORDER.line()}", "reason": reason, "option": "",
                         "reader": "python"}}


def text_json(text):
    """A text, or what is made of texts and secrets."""
    parts = []
    text = str.__str__(text)
    for piece in MARK.split(text):
        if MARK.fullmatch(piece):
            name, default, _ = RECORDER.marks[int(piece[3:-1])]
            part = {"$secret": name}
            if isinstance(default, Marked):
                return unknown(f"'{name}', whose default is a secret or a value from elsewhere itself")
            if default is not None:
                part["default"] = default if isinstance(default, str) else str(default)
            parts.append(part)
        elif LEFT.search(piece):
            ask_for_values(piece)
            names = " or ".join(f"'{name}'" for name in computed_of(piece))
            return unknown(f"a text that is computed of the value of the secret {names}, which --python does not do")
        elif piece:
            parts.append(piece)
    if not any(isinstance(part, dict) for part in parts):
        return "".join(parts)
    return parts[0] if len(parts) == 1 else {"$secret": parts}


def to_json(value, key=None):
    """The value as JSON; what is no data is marked."""
    if isinstance(value, float) and not math.isfinite(value):
        return unknown(f"the number {value}, which JSON does not have")
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return text_json(value)
    if isinstance(value, Injected):
        if not key:
            return unknown("a secret without a name")
        RECORDER.note(key, value.store)
        return {"$secret": key}
    if isinstance(value, dict):
        return {real_text(str(name)): to_json(one, name) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(one) for one in value]
    if type(value) in OBJECTS.values():
        return to_json(value.as_dictionary())
    if isinstance(value, Nothing):
        return unknown(f"'{value._name}'")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, types.LambdaType):
        return unknown("a lambda" if value.__name__ == "<lambda>" else f"the function '{value.__name__}'")
    return unknown(f"an object of the class '{type(value).__name__}'")


def name_of_call():
    """The function of the file that makes the source, or the variable that it is assigned to."""
    if RECORDER.running:
        return RECORDER.running[-1]["function"]
    frame = sys._getframe(2)
    while frame is not None and os.path.realpath(frame.f_code.co_filename) != RECORDER.file:
        frame = frame.f_back
    if frame is None:
        return ""
    if frame.f_code.co_name != "<module>":
        return frame.f_code.co_name
    line = linecache.getline(RECORDER.file, frame.f_lineno)
    assigned = re.match(r"\s*(\w+)\s*(?::[^=]*)?=\s*(?:\w+\.)*(\w+)\(", line)
    makes_source = assigned and (assigned[2].startswith("rest_api_")
                                 or frame.f_globals.get(assigned[2]) in (rest_api_source, rest_api_resources))
    return assigned[1] if makes_source else ""


def rest_api_source(config=None, name=None, section=None, **named):
    given = RECORDER.running[-1] if RECORDER.running else {}
    entry = {"name": given.get("name") or (real_text(name) if isinstance(name, str) else name_of_call()),
             "section": given.get("section") or section or "", "line": RECORDER.line(),
             "dictionary": to_json(config), "steps": [], "runs": []}
    for known in RECORDER.sources:
        if (known["line"], known["dictionary"]) == (entry["line"], entry["dictionary"]):
            return Source(known)
    RECORDER.sources.append(entry)
    source = Source(entry)
    source._step("options", "source", named={key: one for key, one in given.items() if key not in OWN})
    return source._step("options", "rest_api_source", named={key: one for key, one in named.items() if key not in OWN})


def rest_api_resources(config=None, **named):
    return [rest_api_source(config, **named)]


def decorate(function, options=None):
    """@dlt.source and @dlt.resource: calls get their secrets by the names of parameters.

    options: what @dlt.source(...) says of the source."""
    if not callable(function) or isinstance(function, type):
        return function
    signature = inspect.signature(function)

    def fill(arguments, named):
        bound = signature.bind_partial(*arguments, **named)
        for parameter in signature.parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if parameter.name in RECORDER.params:
                bound.arguments[parameter.name] = RECORDER.params[parameter.name]
                RECORDER.used.add(parameter.name)
            elif parameter.name not in bound.arguments and parameter.default is not parameter.empty:
                bound.arguments[parameter.name] = parameter.default
            if isinstance(bound.arguments.get(parameter.name), Injected):
                bound.arguments[parameter.name] = looked_up(
                    parameter.name, None, bound.arguments[parameter.name].store)
        return bound

    def called(*arguments, **named):
        bound = fill(arguments, named)
        before = len(RECORDER.sources)
        RECORDER.running.append({**(options or {}), "function": function.__name__})
        try:
            result = function(*bound.args, **bound.kwargs)
            exhaust(result)
        finally:
            RECORDER.running.pop()
        called.was_called = True
        if isinstance(result, Source):
            return result
        made = RECORDER.sources[before:]
        return Source(made[0]) if made else Nothing(function.__name__ + "()")

    called.was_called = False
    called.__name__ = function.__name__
    called.__doc__ = function.__doc__
    called.function = function
    called.clone = called.with_args = lambda **changed: decorate(
        function, None if options is None else {**options, **changed})
    return called


def decorator(*arguments, **named):
    return decorator_with(None, arguments)


def source_decorator(*arguments, **named):
    return decorator_with(named, arguments)


def decorator_with(options, arguments):
    if arguments and isinstance(arguments[0], types.FunctionType):
        made = decorate(arguments[0], options)
        RECORDER.functions.append(made)
        return made

    def with_options(function):
        made = decorate(function, options)
        if callable(made):
            RECORDER.functions.append(made)
        return made

    return with_options if not arguments else Nothing("dlt.resource()")


class Passes(dict):
    """RESTAPIConfig and its like, which are types: as a call they give back the dictionary."""

    def __class_getitem__(cls, item):
        return cls


def attribute(module, name):
    """What a module of dlt has by that name."""
    if name in OBJECTS:
        return OBJECTS[name]
    if name == "RESTClient":
        return RESTClient
    known = {"rest_api_source": rest_api_source, "rest_api_resources": rest_api_resources, "secrets": SECRETS,
             "config": CONFIG, "source": source_decorator, "resource": decorator, "transformer": decorator,
             "TSecretValue": str, "TSecretStrValue": str}
    if name in known and (module == "dlt" or name.startswith("rest_api_")):
        return known[name]
    if name in ("RESTAPIConfig", "ClientConfig", "Endpoint", "EndpointResource", "EndpointResourceBase"):
        return Passes
    if name == "pendulum":
        return pendulum_module()
    if module == "dlt.common.pendulum" or module == "dlt.common.time":
        date_names = {"timedelta": timedelta, "timezone": timezone}
        return date_names[name] if name in date_names else getattr(pendulum_module(), name)
    if name[:1].isupper():
        return type(name, (), {"__class_getitem__": classmethod(lambda cls, item: cls)})
    return Nothing(f"{module}.{name}")


def pendulum_module():
    """The package itself, which dlt brings with it, or where it is not there what stands for it."""
    import pendulum
    if not hasattr(pendulum, "clock"):  # the package: its today, yesterday and tomorrow ask its now
        pendulum.clock = CLOCK.now
        pendulum.now = lambda tz=None: pendulum.from_timestamp(CLOCK.now(), tz or pendulum.local_timezone())
    return pendulum


class PendulumFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds pendulum for the file's own `import pendulum`, where nobody else has."""

    def find_spec(self, fullname, path=None, target=None):
        return importlib.machinery.ModuleSpec(fullname, self) if fullname == "pendulum" else None

    def create_module(self, spec):
        return pendulum_stand_in.module()

    def exec_module(self, module):
        pass


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds dlt and everything below it, and the older rest_api that people copy into their projects."""

    def find_spec(self, fullname, path=None, target=None):
        root = fullname.split(".")[0]
        if root not in ("dlt", "rest_api"):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        made = types.ModuleType(spec.name)
        made.__path__ = []

        def get(name):
            if name.startswith("__") and name.endswith("__"):
                raise AttributeError(name)
            return attribute(spec.name, name)

        made.__getattr__ = get
        made.__all__ = ["rest_api_source", "rest_api_resources", "RESTAPIConfig", "ClientConfig", "Endpoint",
                        "EndpointResource", *OBJECTS]
        return made

    def exec_module(self, module):
        if module.__name__ == "dlt":
            module.__version__ = "1.0.0"


class Watching(ast.NodeTransformer):
    """Has what f-strings, calls and `%` make go through `marked`: a text that is made of marked ones is one too."""

    @staticmethod
    def _watched(node):
        called = ast.Name("__corest_marked__", ast.Load())
        return ast.fix_missing_locations(ast.copy_location(ast.Call(called, [node], []), node))

    def visit_Call(self, node):
        return self._watched(self.generic_visit(node))

    def visit_BinOp(self, node):
        made = self.generic_visit(node)
        return self._watched(made) if isinstance(node.op, ast.Mod) else made

    def visit_JoinedStr(self, node):
        return self._watched(self.generic_visit(node))

    def visit_FormattedValue(self, node):
        node.value = self.visit(node.value)
        if node.format_spec is not None:  # is an f-string that must stay one
            node.format_spec = self.generic_visit(node.format_spec)
        return node

    visit_Interpolation = visit_FormattedValue


def watched_code(source, path):
    try:
        return compile(Watching().visit(ast.parse(source, path)), path, "exec", dont_inherit=True)
    except RecursionError:  # of an expression that is deeper than what walks it can be
        return compile(source, path, "exec", dont_inherit=True)


def watch_modules():
    """So it is with the modules of the file's project."""
    loader = importlib.machinery.SourceFileLoader
    get_code = loader.get_code

    def watched(self, fullname):
        path = self.get_filename(fullname)
        return watched_code(self.get_data(path), path) if is_own(path) else get_code(self, fullname)

    loader.get_code = watched


def run_file():
    """Runs the file as Python's own command does. Returns its variables."""
    module = types.ModuleType("__main__")
    module.__file__, module.__package__ = RECORDER.file, ""
    with open(RECORDER.file, "rb") as opened:
        source = opened.read()
    sys.modules["__main__"] = module
    exec(watched_code(source, RECORDER.file), module.__dict__)
    return module.__dict__


def call_what_was_not_called():
    """Functions with @dlt.source that the file only defines."""
    for function in RECORDER.functions:
        if function.was_called:
            continue
        missing = [p.name for p in inspect.signature(function.function).parameters.values()
                   if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
                   and p.name not in RECORDER.params]
        if missing:
            RECORDER.missing = (function.__name__, missing)
            continue
        function()


def ask_for_values(text):
    """Where something was computed of the mark of what is no credential, the file gets the value in its next run."""
    for name, _, store in marks_in(text):
        if not is_credential(name, store) and not RECORDER.values.get(name, {}).get("given"):
            raise Wanted(name, store, given=True)


def is_raised_by_the_file(failure):
    """Whether it is the file's own `raise`, and no complaint of what it has called."""
    trace = failure.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return is_own(code.co_filename) and dis.opname[code.co_code[trace.tb_lasti]] == "RAISE_VARARGS"


class Output:
    """Where the file prints to: names in the place of marks."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        return self._stream.write(readable(text))

    def __getattr__(self, name):
        return getattr(self._stream, name)


def note_marks_of(failure):
    """What a function says of a mark that it had in the place of a value."""
    text, document = getattr(failure, "object", None), getattr(failure, "doc", None)
    text = "\n".join(one for one in (text, document, str(failure)) if isinstance(one, str))
    if not is_raised_by_the_file(failure):
        ask_for_values(text)
    if isinstance(failure, UnicodeEncodeError) or document:
        for name in computed_of(text):
            refuse_computing(name, RECORDER.place_in(failure))


def escaping(function):
    """A function that writes texts as JSON, which has their values."""
    return lambda text: function(real_text(text))


def without_marks(value):
    if isinstance(value, str):
        return readable(str.__str__(value)).encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {without_marks(key): without_marks(one) for key, one in value.items()}
    return [without_marks(one) for one in value] if isinstance(value, (list, tuple)) else value


def main():
    global RECORDER, ENVIRONMENT, SECRETS, CONFIG, CLOCK
    file, out = sys.argv[1:3]
    options = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
    RECORDER, ENVIRONMENT = Recorder(file, options), os.environ
    SECRETS, CONFIG = Store("secrets"), Store("config")
    RECORDER.missing = None
    os.environ, os.getenv = Environment(os.environ), getenv
    CLOCK = Clock(options.get("now"))
    builtins.__import__ = CLOCK.find
    for name in ("encode_basestring", "encode_basestring_ascii"):
        setattr(json.encoder, name, escaping(getattr(json.encoder, name)))
    pendulum_stand_in.clock = CLOCK.now
    builtins.__corest_marked__ = marked
    watch_modules()
    sys.meta_path.insert(0, Finder())
    sys.meta_path.append(PendulumFinder())
    sys.path[0] = os.path.dirname(RECORDER.file)
    sys.argv = [file]
    result = {}
    try:
        sys.stderr = Output(sys.stderr)
        with contextlib.redirect_stdout(sys.stderr):
            for value in list(run_file().values()):
                exhaust(value)
            if not RECORDER.sources:
                call_what_was_not_called()
    except SystemExit:
        pass
    except BaseException as failure:  # whatever ends the file
        with contextlib.suppress(Refused, Wanted):
            note_marks_of(failure)
        result["failure"] = f"{type(failure).__name__}: {failure}"
        result["line"] = RECORDER.place_in(failure)
        if isinstance(failure, SyntaxError) and failure.lineno:
            result["line"] = failure.lineno
    if RECORDER.missing and not RECORDER.sources:
        result["missing"] = {"function": RECORDER.missing[0], "parameters": RECORDER.missing[1]}
    result["sources"], result["used"], result["asked"] = RECORDER.sources, sorted(RECORDER.used), RECORDER.asked
    if RECORDER.wanted:
        result["wanted"] = RECORDER.wanted
    if RECORDER.refusal:
        result["refusal"] = RECORDER.refusal
    result["asks_clock"] = CLOCK.was_asked
    result["fetched"] = RECORDER.fetched
    with open(out, "w", encoding="utf-8") as target:
        json.dump(without_marks(result), target, default=lambda value: None)


if __name__ == "__main__":
    main()
