#!/usr/bin/env python3
"""Refuses C++ coroutine code that g++ 12.1 and 12.2 miscompile (or reject).

    coroutine_lint.py PATH...      checks the C++ files in these files and folders; exit 1 with file:line on findings
    coroutine_lint.py --self-test  checks the good and bad snippets at the end of this file

What it finds (all of it is fine on clang, and on g++ 13 and later):

condition   `if (co_await x)`, and the like with while, do-while, switch and the condition of a for: where the coroutine
            has no local variable, the code traps (GCC PR 106188). Bind the value first:
            `bool b = co_await x; if (b)`, or declare it in the condition: `while (auto v = co_await x)`.
lambda      a lambda that captures by value in one full expression with co_await or co_yield: its captures are destroyed
            twice (PR 99576). Name the lambda first. Captures by reference, and of `this`, are fine.
braces      `{...}` that makes a value in one full expression with co_await or co_yield: an aggregate is destroyed twice
            (PR 99576), an initializer list does not compile (PR 98056). Name the value first, or use parentheses.

A finding that is harmless (say, a captured int) is marked on its line or the line before, with the reason:
    // lint: ok - captures an int
"""

import re
import sys
from pathlib import Path

SUFFIXES = {".hpp", ".h", ".ipp", ".cpp", ".cc", ".cxx", ".hxx"}
MARKER = re.compile(r"//\s*lint: ok - \S")
AWAITS = {"co_await", "co_yield"}

# Empty braces of these types make no aggregate.
HAVE_CONSTRUCTORS = {"use_awaitable_t", "deferred_t", "string", "string_view", "error_code", "nullopt_t"}

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)")
      | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*"|(?:u8|[uUL])?'(?:\\.|[^'\\\n])*')
      | (?P<number>\.?\d(?:'?[\w.]|[eEpP][+-])*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<symbol>->|::|\+\+|--|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line


class Group:
    """What stands between brackets: kind is "(", "[" or "{"; `block` tells statements from a list of values."""

    __slots__ = ("kind", "items", "line", "block")

    def __init__(self, kind, line):
        self.kind, self.line, self.items, self.block = kind, line, [], False

    @property
    def text(self):
        return self.kind


def blank_directives(source):
    """Preprocessor lines, with their continuations, are not looked at."""
    return re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\(?:\r?\n|.))*", lambda m: "\n" * m.group().count("\n"), source)


def tokens_of(source):
    line = 1
    for match in TOKEN.finditer(blank_directives(source)):
        kind = match.lastgroup if match.lastgroup != "delimiter" else "raw"
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), line)
        line += match.group().count("\n")


def grouped(tokens):
    """The tokens as a tree of brackets. Unbalanced ones (of macros) are left where they are."""
    root = Group("{", 1)
    root.block = True
    stack = [root]
    closing = {")": "(", "]": "[", "}": "{"}
    for token in tokens:
        if token.kind == "symbol" and token.text in "([{":
            group = Group(token.text, token.line)
            if token.text == "{":
                group.block = starts_block(stack[-1])
            stack[-1].items.append(group)
            stack.append(group)
        elif token.kind == "symbol" and token.text in closing:
            if len(stack) > 1 and stack[-1].kind == closing[token.text]:
                stack.pop()
        else:
            stack[-1].items.append(token)
    return root


def statement_so_far(items):
    """What stands before in the same statement."""
    start = len(items)
    while start > 0:
        item = items[start - 1]
        if item.text in (";",) or (isinstance(item, Group) and item.kind == "{" and item.block):
            break
        start -= 1
    return items[start:]


def starts_block(parent):
    """Whether a brace that opens here opens statements (or declarations), not a value."""
    before = statement_so_far(parent.items)
    if not before:
        return parent.block
    last = before[-1]
    if isinstance(last, Group):
        # f(...) {   [...] {   ctor() : member{...} {
        if last.kind == "[":
            return is_lambda_introducer(before, len(before) - 1)
        return True
    words = [item.text for item in before if isinstance(item, Token)]
    if last.text in ("else", "do", "try", "const", "noexcept", "override", "final", "mutable", "requires", "&&", "&"):
        return True
    if last.text == ":":  # case x: {   public: {
        return words[0] in ("case", "default")
    if parent.block and any(w in ("namespace", "class", "struct", "union", "enum", "extern", "concept") for w in words):
        return "=" not in words
    # f() -> type {   and   [] -> type {
    return trailing_return(before)


def trailing_return(before):
    """Whether the last thing in `before` belongs to `(...) -> type`."""
    for index in range(len(before) - 1, 0, -1):
        item = before[index]
        if item.text == "->":
            behind = before[index - 1]
            specifier = isinstance(behind, Token) and behind.text in ("const", "noexcept", "mutable")
            return specifier or (isinstance(behind, Group) and behind.kind in "([" and follows_signature(before, index - 1))
        if isinstance(item, Group) or (item.kind == "symbol" and item.text not in ("::", "<", ">", "*", "&", "&&", ",")):
            return False
    return False


def follows_signature(before, index):
    """`(...)` that `->` follows: of a lambda, or of a declaration, and not of a call as in `f()->member`."""
    if before[index].kind == "[":
        return is_lambda_introducer(before, index)
    if index > 0 and isinstance(before[index - 1], Group):
        return before[index - 1].kind == "[" and is_lambda_introducer(before, index - 1)
    return isinstance(before[0], Token) and before[0].text in ("auto", "inline", "static", "constexpr", "template", "virtual")


def is_lambda_introducer(items, index):
    """`[...]` that does not subscript anything, and is no attribute."""
    group = items[index]
    if group.items and isinstance(group.items[0], Group) and group.items[0].kind == "[":
        return False
    if index == 0:
        return True
    before = items[index - 1]
    if isinstance(before, Group):
        return before.kind == "{" and before.block
    if before.kind == "word":
        return before.text in ("return", "co_return", "co_yield", "co_await", "else", "case", "throw")
    return before.kind == "symbol"


def captures_by_value(group):
    """Whether the lambda introducer captures anything but references and `this`."""
    parts, current = [], []
    for item in group.items:
        if item.text == "," and isinstance(item, Token):
            parts.append(current)
            current = []
        else:
            current.append(item)
    parts.append(current)
    for part in parts:
        texts = [item.text for item in part]
        if texts and texts[0] != "&" and texts != ["this"]:
            return True
    return False


class Checker:
    def __init__(self):
        self.findings = []

    def report(self, line, rule, message):
        self.findings.append((line, rule, message))

    def block(self, group):
        """A list of statements."""
        statement = []
        for index, item in enumerate(group.items):
            if isinstance(item, Group):
                if item.kind == "{" and item.block and not self.is_lambda_body(statement):
                    self.statement(statement)
                    self.block(item)
                    statement = []
                    continue
            elif item.text == ";":
                self.statement(statement)
                statement = []
                continue
            statement.append(item)
        self.statement(statement)

    @staticmethod
    def is_lambda_body(before):
        """Whether a block that comes now is the body of a lambda: there is an introducer with nothing but its parts
        (parameters, specifiers, return type) behind it."""
        for index in range(len(before) - 1, -1, -1):
            item = before[index]
            if isinstance(item, Group) and item.kind == "[" and is_lambda_introducer(before, index):
                rest = before[index + 1:]
                groups = [r for r in rest if isinstance(r, Group)]
                if groups and not (rest[0] is groups[0] or (isinstance(rest[0], Token) and rest[0].text == "<")):
                    return False
                return all(isinstance(r, Group) and r.kind == "(" or isinstance(r, Token) and
                           (r.kind in ("word", "number") or r.text in ("->", "::", "<", ">", "*", "&", "&&", ",", "..."))
                           for r in rest)
            if isinstance(item, Token) and item.text in ("=", "return", "co_return") and index < len(before) - 1:
                continue
        return False

    def statement(self, items):
        """One statement without its blocks: `if (...)` up to its brace, or an expression with all that is in it."""
        while items:
            head = items[0]
            word = head.text if isinstance(head, Token) else ""
            if word in ("else", "do", "try"):
                items = items[1:]
                continue
            colon = next((i for i, item in enumerate(items) if item.text == ":"), 0)
            if colon and (word == "case" or colon == 1 and isinstance(head, Token) and head.kind == "word"):
                items = items[colon + 1:]  # behind a label
                continue
            if word in ("if", "while", "switch", "for"):
                skip = 1
                while skip < len(items) and isinstance(items[skip], Token) and items[skip].text in ("constexpr", "consteval", "!"):
                    skip += 1
                if skip < len(items) and isinstance(items[skip], Group) and items[skip].kind == "(":
                    self.condition(word, items[skip])
                    items = items[skip + 1:]
                    continue
            break
        self.expression(items)

    def condition(self, word, group):
        parts, current = [], []
        for item in group.items:
            if isinstance(item, Token) and item.text == ";":
                parts.append(current)
                current = []
            else:
                current.append(item)
        parts.append(current)
        for part in parts:
            self.expression(part)
        if word == "for":
            if len(parts) < 2:
                return  # for (x : range)
            decisive = parts[1]
        else:
            decisive = parts[-1]
        line = self.awaits(decisive)
        if line and not self.declares(decisive):
            self.report(line, "condition", f"co_await in the condition of `{word}`: bind its value to a variable first")

    @staticmethod
    def declares(items):
        """`auto v = ...`, `type<x> v = ...` and not `v = ...`, `a.b = ...`, `a == ...`."""
        texts = [item.text if isinstance(item, Token) else "(" for item in items]
        if "=" not in texts:
            return False
        left = texts[:texts.index("=")]
        return len(left) >= 2 and re.fullmatch(r"[A-Za-z_]\w*", left[-1]) is not None and \
            all(re.fullmatch(r"[A-Za-z_]\w*|::|<|>|,|\*|&|&&", text) for text in left) and \
            re.fullmatch(r"[A-Za-z_]\w*|>|\*|&|&&", left[-2]) is not None

    def awaits(self, items):
        """The line of the first co_await or co_yield of this expression, lambdas' bodies left out."""
        for item in items:
            if isinstance(item, Token):
                if item.text in AWAITS:
                    return item.line
            elif not item.block:
                line = self.awaits(item.items)
                if line:
                    return line
        return 0

    def expression(self, items):
        """A full expression. The bodies of lambdas in it are blocks of their own."""
        awaits = self.awaits(items) != 0
        self.inside(items, awaits, True)

    def inside(self, items, awaits, outermost):
        for index, item in enumerate(items):
            if not isinstance(item, Group):
                continue
            if item.kind == "{":
                if item.block:
                    self.block(item)
                    continue
                if awaits and not self.harmless_braces(items, index):
                    self.report(item.line, "braces",
                                "`{...}` in one expression with co_await or co_yield: name the value first, or use (...)")
            elif item.kind == "[" and awaits and is_lambda_introducer(items, index) and captures_by_value(item) \
                    and self.has_body(items, index):
                self.report(item.line, "lambda",
                            "a lambda that captures by value in one expression with co_await or co_yield: name it first")
            self.inside(item.items, awaits, False)

    @staticmethod
    def has_body(items, index):
        """A lambda, not a structured binding (`auto [a, b] = co_await x`)."""
        if index > 0 and isinstance(items[index - 1], Token) and items[index - 1].text in ("auto", "&", "&&"):
            behind = items[index + 1:index + 2]
            if behind and isinstance(behind[0], Token) and behind[0].text in ("=", ":"):
                return False
        return any(isinstance(item, Group) and item.block for item in items[index + 1:])

    @staticmethod
    def harmless_braces(items, index):
        if items[index].items:
            return False
        before = index - 1
        depth = 0
        while before >= 0:  # the template arguments of name<...>{}
            text = items[before].text
            depth += {">": 1, "<": -1}.get(text, 0)
            if depth == 0 and text != "<":
                break
            before -= 1
        return before >= 0 and isinstance(items[before], Token) and items[before].text in HAVE_CONSTRUCTORS


def check(source):
    """The findings in a file: (line, rule, message)."""
    checker = Checker()
    checker.block(grouped(tokens_of(source)))
    lines = source.split("\n")

    def marked(line):
        return any(MARKER.search(lines[i]) for i in (line - 1, line - 2) if 0 <= i < len(lines))

    return sorted(f for f in set(checker.findings) if not marked(f[0]))


def files_of(paths):
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        elif path.is_file():
            yield path
        else:
            sys.exit(f"coroutine_lint: there is no {path}")


GOOD = r"""
while (auto v = co_await g.next()) use(*v);
while (const std::optional<std::pair<int, long>> v = co_await g.next()) {}
if (bool b = co_await x; b) {}
for (auto v = co_await a(); v; v = co_await b()) {}
bool b = co_await x; if (b) co_return;
int k = co_await x ? a : b;
co_await f([&s] { use(s); });
co_await f([&] { return 1; }, [](int i) { return std::vector<int>{i, 2}; });
co_await f([this] { return opts{1}; });
co_await [](int p) -> net::awaitable<void> { co_return; }(1);
auto f = [s] { return opts{s}; }; co_await g(f);
net::co_spawn(ex, [s]() -> net::awaitable<void> { co_await h(s); }, net::detached);
net::co_spawn(ex, [s]() -> net::awaitable<std::vector<int>> { co_return std::vector<int>{1, 2}; }, net::detached);
auto run = [w = std::move(work)](auto token) mutable { return co_spawn(ex, std::move(w), token); };
co_yield rec(1, 2);
rec r{1, 2}; co_yield r;
co_await t.async_wait(net::use_awaitable_t<Executor>{});
std::vector<int> v{1, 2}; for (int i : v) { co_yield i; }
if (x) { co_await y; } else { z({1, 2}); }
for (int i : {1, 2, 3}) { co_await f(i); }
struct s { int a{1}; s() : a{2} {} void f() const { g({1}); } net::awaitable<void> h() { co_await i(); } };
net::awaitable<void> s::run() noexcept { if (x) co_await y(1); else co_await z(2); }
auto s::f() -> net::awaitable<void> { co_await g(); }
template <class T> requires std::copyable<T> net::awaitable<T> f(T t = {}) { co_return co_await g(t); }
auto r = co_await x; auto& [a, b] = r;
auto [a, b] = co_await x;
array[i] = co_await x(table[j]);
#define AWAIT_ALL(x) if (co_await x) {}
// while (co_await x) {}
const char* text = "if (co_await x) {}"; auto raw = R"(while (co_await x) {})";
co_await f([i] { return i; }); // lint: ok - captures an int
TEST(a, b) { run([]() -> net::awaitable<void> { auto x = co_await y(); EXPECT_EQ(x, (ints{1, 2})); }()); }
TEST(a, b) { run([](async_generator<int>& g) -> net::awaitable<void> { while (auto i = co_await g.next()) f({*i}); }(generator)); }
switch (x) { case 1: { co_await y; break; } case a::b: co_await w; break; default: co_await z; }
try { co_await y; } catch (const e& x) { f({1}); }
namespace a::b { enum class c { d, e }; class [[nodiscard]] f final : public g<h> { i j() { co_await k; } }; }
auto f = [](auto self) -> decltype(auto) { return g{1}; };
do { co_await x; } while (y);
auto executor = co_await net::this_coro::executor; nursery n{executor};
p->q(1)->r = 5; co_await s;
constexpr auto table = std::array{1, 2}; net::awaitable<int> f() { co_return co_await g(); }
char digit = '0'; co_await f(1'000, u8"x", '"');
""".strip().split("\n")

BAD = r"""
condition|if (co_await x) return;
condition|if (!co_await x) co_return;
condition|if (co_await x == y) {}
condition|if (v = co_await x) {}
condition|if (a.b = co_await x) {}
condition|if (int k = 0; co_await x) {}
condition|while (co_await x) {}
condition|do { y(); } while (co_await x);
condition|switch (co_await x) { default: break; }
condition|for (; co_await x;) {}
condition|for (;;) { try { if (f(co_await x)) break; } catch (...) {} }
condition|else if (co_await x) {}
condition|switch (a) { case b::c: if (co_await x) {} }
condition|switch (a) { default: if (co_await x) {} }
condition|if constexpr (a) { if (co_await x) {} }
condition|auto f = [&] { if (a) {} }; if (co_await x) {}
condition|net::co_spawn(ex, [s]() -> net::awaitable<void> { if (co_await h(s)) {} }, net::detached);
condition|template <class T> net::awaitable<void> f() { if (co_await x<T>()) co_return; }
lambda|co_await f([s] { use(s); });
lambda|co_await f([=] { use(s); });
lambda|co_await f([&a, s = std::move(s)]() mutable { use(s); });
lambda|co_await net::co_spawn(ex, [s]() -> net::awaitable<void> { co_await h(s); }, net::use_awaitable);
lambda|co_await [s]() -> net::awaitable<void> { co_return; }();
lambda|auto v = co_await async([s](int x) { return x; });
lambda|co_yield make([s] { return s; });
lambda|while (auto v = co_await next([s] { return s; })) {}
lambda|co_await f([*this] { g(); });
braces|co_await f(opts{1, 2});
braces|co_await f(opts{});
braces|co_await f({.a = 1});
braces|co_await f({a, b});
braces|co_await f({});
braces|co_yield rec{1, 2};
braces|co_yield {1, 2};
braces|co_yield std::vector<std::string>{"a", "b"};
braces|co_await f(std::map<int, int>{{1, 2}});
braces|auto v = co_await outer(inner{x});
braces|return_value(co_await f(x), opts{1});
braces|std::vector<int> v{co_await f(), 2};
braces|co_return result{co_await f()};
braces|for (auto& x : co_await f(opts{1})) {}
braces|if (auto v = co_await f({1})) {}
braces|co_await g([&] { return 1; }, opts{1});
braces|net::awaitable<void> s::f() const noexcept { co_await g(opts{1}); }
braces|auto f() -> net::awaitable<void> { co_await g(opts{1}); }
braces|s() : a{1}, b(2) {} net::awaitable<void> f() { co_await g(opts{1}); }
braces|co_await f(opts{1}); // lint: ok
""".strip().split("\n")


def self_test():
    failures = 0
    for snippet in GOOD:
        for line, rule, message in check(snippet):
            failures += 1
            print(f"self-test: found in good code: {rule}: {snippet}")
    for entry in BAD:
        rule, snippet = entry.split("|", 1)
        found = {f[1] for f in check(snippet)}
        if found != {rule}:
            failures += 1
            print(f"self-test: expected {rule}, found {', '.join(sorted(found)) or 'nothing'}: {snippet}")
    whole = "int a;\n\n// lint: ok - no such\nint b;\nnet::awaitable<void> f()\n{\n    co_await g(\n        opts{1});\n}\n"
    if [f[:2] for f in check(whole)] != [(8, "braces")]:
        failures += 1
        print(f"self-test: expected the finding in line 8: {check(whole)}")
    print(f"self-test: {len(GOOD)} good and {len(BAD)} bad snippets, {failures} failures")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    count = 0
    for path in files_of(arguments):
        for line, rule, message in check(path.read_text(encoding="utf-8", errors="replace")):
            print(f"{path}:{line}: {rule}: {message}")
            count += 1
    if count:
        print(f"{count} finding(s). Why, and how to mark an exception: {Path(__file__).name} --help")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
