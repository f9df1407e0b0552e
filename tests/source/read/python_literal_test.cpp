#include <corest/error.hpp>
#include <corest/source/read/python_literal.hpp>

#include <source/read/unread_python.hpp>
#include <support/what_of.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace {

namespace json = boost::json;
using corest::errc;

std::string read_literal(std::string_view text)
{
    return json::serialize(corest::source::read_python_literal(text));
}

std::string why_no_literal(std::string_view text)
{
    return what_of(errc::invalid_source, [&] { (void)corest::source::read_python_literal(text, "f.py"); });
}

TEST(PythonLiteral, ReadsTexts)
{
    EXPECT_EQ(read_literal(R"("a'b")"), R"("a'b")");
    EXPECT_EQ(read_literal(R"('a"b')"), R"("a\"b")");
    EXPECT_EQ(read_literal("''"), "\"\"");
    EXPECT_EQ(read_literal("\"\"\"a\n\"b\" c\"\"\""), R"("a\n\"b\" c")");
    EXPECT_EQ(read_literal("'''a\r\nb'''"), R"("a\nb")") << "line ends are read as Python reads them";
    EXPECT_EQ(read_literal(R"('a' "b" '''c''')"), R"("abc")");
    EXPECT_EQ(read_literal("('a'\n 'b')"), R"("ab")");
    EXPECT_EQ(read_literal("'a' # one\n 'b'"), R"("ab")");
    EXPECT_EQ(read_literal(R"(r'a\n\'b' R"\d" u'x' U"y")"), R"("a\\n\\'b\\dxy")");
    EXPECT_EQ(read_literal("'a\\\nb'"), R"("ab")") << "a backslash joins lines";
    EXPECT_EQ(read_literal("'a\\\r\nb'"), R"("ab")");
    EXPECT_EQ(read_literal("'\xC3\xA4\xF0\x9F\x98\x80'"), "\"\xC3\xA4\xF0\x9F\x98\x80\"");
}

TEST(PythonLiteral, ReadsEscapes)
{
    EXPECT_EQ(read_literal(R"('\\ \' \" \a\b\f\n\r\t\v')"), R"("\\ ' \" \u0007\b\f\n\r\t\u000b")");
    EXPECT_EQ(read_literal(R"('\x41\101\0\60')"), R"("AA\u00000")");
    EXPECT_EQ(read_literal(R"('\xe4 \u20ac \U0001F600')"), "\"\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
    EXPECT_EQ(read_literal(R"('\ud83d\ude00')"), "\"\xF0\x9F\x98\x80\"");
    EXPECT_EQ(read_literal(R"('\d\.')"), R"("\\d\\.")")
        << "Python keeps the backslash of an escape that it does not know";
    EXPECT_EQ(why_no_literal(R"('\ud83d')"), "f.py:1:2: the escape is no character of Unicode.");
    EXPECT_EQ(why_no_literal(R"('\udc00')"), "f.py:1:2: the escape is no character of Unicode.");
    EXPECT_EQ(why_no_literal(R"('\U00110000')"), "f.py:1:2: the escape is no character of Unicode.");
    EXPECT_EQ(why_no_literal(R"('\x4')"), "f.py:1:2: the escape needs 2 hexadecimal digits.");
    EXPECT_EQ(why_no_literal(R"('\u12')"), "f.py:1:2: the escape needs 4 hexadecimal digits.");
    EXPECT_EQ(why_no_literal(R"('\x-1')"), "f.py:1:2: the escape needs 2 hexadecimal digits.");
    EXPECT_EQ(why_no_literal(R"('\N{BULLET}')"),
        R"(f.py:1:2: named characters (\N{...}) are not supported. Write the character itself.)");
}

TEST(PythonLiteral, ReadsNumbers)
{
    EXPECT_EQ(read_literal("0"), "0");
    EXPECT_EQ(read_literal("00"), "0");
    EXPECT_EQ(read_literal("-7"), "-7");
    EXPECT_EQ(read_literal("+7"), "7");
    EXPECT_EQ(read_literal("--7"), "7");
    EXPECT_EQ(read_literal("1_000_000"), "1000000");
    EXPECT_EQ(read_literal("0xFF"), "255");
    EXPECT_EQ(read_literal("0x_ff"), "255");
    EXPECT_EQ(read_literal("0o17"), "15");
    EXPECT_EQ(read_literal("-0b101"), "-5");
    EXPECT_EQ(read_literal("9223372036854775807"), "9223372036854775807");
    EXPECT_EQ(read_literal("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(read_literal("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(corest::source::read_python_literal("1.5").as_double(), 1.5);
    EXPECT_EQ(corest::source::read_python_literal(".5").as_double(), 0.5);
    EXPECT_EQ(corest::source::read_python_literal("2.").as_double(), 2.0);
    EXPECT_EQ(corest::source::read_python_literal("-1_0.5e-1_0").as_double(), -10.5e-10);
    EXPECT_EQ(corest::source::read_python_literal("1E3").as_double(), 1000.0);
    EXPECT_EQ(corest::source::read_python_literal("012.5").as_double(), 12.5);

    const std::string too_large = "f.py:1:1: the number does not fit into 64 bits. Write it as text, in quotes.";
    EXPECT_EQ(why_no_literal("18446744073709551616"), too_large);
    EXPECT_EQ(why_no_literal("-9223372036854775809"),
        "f.py:1:2: the number does not fit into 64 bits. Write it as text, in quotes.");
    EXPECT_EQ(why_no_literal("1e999"), too_large);
    const std::string bad = "f.py:1:1: this is not a number that is understood. Write an integer, a decimal number or "
                            "0x...; text needs quotes.";
    for (const char* text : {"012", "1_", "1__0", "0x", "0b2", "1.2.3", "1e", "3j", "12abc", "1_.5"}) {
        EXPECT_EQ(why_no_literal(text), bad) << text;
    }
    EXPECT_EQ(why_no_literal("- x"), unread("f.py:1:1", "the operator '-'"));
}

TEST(PythonLiteral, ReadsConstantsListsAndTuples)
{
    EXPECT_EQ(read_literal("[True, False, None]"), "[true,false,null]");
    EXPECT_EQ(read_literal("[]"), "[]");
    EXPECT_EQ(read_literal("()"), "[]");
    EXPECT_EQ(read_literal("(1,)"), "[1]");
    EXPECT_EQ(read_literal("(1, 2)"), "[1,2]");
    EXPECT_EQ(read_literal("(1)"), "1");
    EXPECT_EQ(read_literal("((1,))"), "[1]");
    EXPECT_EQ(read_literal("[1, 2,]"), "[1,2]");
    EXPECT_EQ(read_literal("[ # one\n 1, // two\n 2\n]"), "[1,2]");
}

TEST(PythonLiteral, ReadsDictionariesInOrder)
{
    EXPECT_EQ(read_literal("{}"), "{}");
    EXPECT_EQ(read_literal("{'b': 1, \"a\": {'c': []},}"), R"({"b":1,"a":{"c":[]}})");
    EXPECT_EQ(read_literal("{'a' 'b': 1, r'\\d': 2}"), R"({"ab":1,"\\d":2})");
    EXPECT_EQ(read_literal("{'url': 'http://x//y#z'}"), R"({"url":"http://x//y#z"})")
        << "comments begin outside of texts only";
}

TEST(PythonLiteral, ReadsSecrets)
{
    EXPECT_EQ(read_literal(R"(dlt.secrets["a"])"), R"({"$secret":"a"})");
    EXPECT_EQ(read_literal(R"(dlt.secrets['a.b'])"), R"({"$secret":"a.b"})");
    EXPECT_EQ(read_literal(R"(dlt.secrets["a"]["b"])"), R"({"$secret":"a.b"})");
    EXPECT_EQ(read_literal(R"(dlt . secrets [ "a" ])"), R"({"$secret":"a"})");
    EXPECT_EQ(read_literal(R"(dlt.secrets.get("a"))"), R"({"$secret":"a"})");
    EXPECT_EQ(read_literal(R"(dlt.config["a"])"), R"({"$secret":"a"})");
    EXPECT_EQ(read_literal(R"({"token": dlt.secrets.value})"), R"({"token":{"$secret":"token"}})");
    EXPECT_EQ(read_literal(R"(os.environ["A_B"])"), R"({"$secret":"A_B"})");
    EXPECT_EQ(read_literal(R"(os.environ.get('A_B'))"), R"({"$secret":"A_B"})");
    EXPECT_EQ(read_literal(R"(os.getenv('A_B'))"), R"({"$secret":"A_B"})");
    EXPECT_EQ(read_literal(R"({"token": {"$secret": "a"}})"), R"({"token":{"$secret":"a"}})");

    EXPECT_EQ(read_literal("dlt.secrets.get('a', 'b')"), R"({"$secret":"a","default":"b"})");
    EXPECT_EQ(read_literal("os.getenv('A', 5)"), R"({"$secret":"A","default":"5"})");
    EXPECT_EQ(read_literal("os.environ.get('A', None)"), R"({"$secret":"A"})");

    EXPECT_EQ(why_no_literal("dlt.secrets[name]"), unread("f.py:1:13", "a name that this file does not assign"));
    EXPECT_EQ(why_no_literal("dlt.secrets[\"\"]"), unread("f.py:1:1", "a secret without a name"));
    EXPECT_EQ(why_no_literal("dlt.secrets"), unread("f.py:1:1", "the attribute 'secrets'"));
    EXPECT_EQ(why_no_literal("dlt.secrets.value"), unread("f.py:1:1", "a secret without a name"));
    EXPECT_EQ(why_no_literal("dlt.state['x']"), unread("f.py:1:1", "an element of something"));
    EXPECT_EQ(why_no_literal("os.getcwd()"), unread("f.py:1:1", "a call of 'os.getcwd'"));
}

TEST(PythonLiteral, ReadsTextsWithFields)
{
    EXPECT_EQ(read_literal("f'a{1}b{True}{None}{1.0}'"), R"("a1bTrueNone1.0")");
    EXPECT_EQ(read_literal("f'{{id}}/{\"x\"}' 'y{z}'"), R"("{id}/xy{z}")");
    EXPECT_EQ(read_literal("f'plain'"), R"("plain")");
    EXPECT_EQ(read_literal("rf'\\d{1}'"), R"("\\d1")");
    EXPECT_EQ(read_literal("f'Bearer {dlt.secrets[\"a\"]}'"), R"({"$secret":["Bearer ",{"$secret":"a"}]})");
    EXPECT_EQ(read_literal("f'{dlt.secrets[\"a\"]}'"), R"({"$secret":"a"})");
    EXPECT_EQ(read_literal("'Bearer ' + os.environ['A'] + '/' + os.getenv('B', 'c')"),
        R"({"$secret":["Bearer ",{"$secret":"A"},"/",{"$secret":"B","default":"c"}]})");
    EXPECT_EQ(why_no_literal("f'{1:03}'"), unread("f.py:1:4", "a format in an f-string"));
    EXPECT_EQ(why_no_literal("f'{x!r}'"), unread("f.py:1:4", "a format in an f-string"));
    EXPECT_EQ(why_no_literal("f'{len(x)}'"), unread("f.py:1:4", "a call of 'len' in an f-string"));
    EXPECT_EQ(why_no_literal("f'{[1]}'"), unread("f.py:1:4", "a value in an f-string that is no text"));
    EXPECT_EQ(why_no_literal("f'{'"),
        "f.py:1:1: a brace of this f-string has no counterpart. Write {{ or }} for a brace itself.");
    EXPECT_EQ(why_no_literal("f'}'"),
        "f.py:1:1: a brace of this f-string has no counterpart. Write {{ or }} for a brace itself.");
}

TEST(PythonLiteral, JoinsListsAndDictionaries)
{
    EXPECT_EQ(read_literal("[1] + [2] + [*[3], 4]"), "[1,2,3,4]");
    EXPECT_EQ(read_literal("{'a': 1, **{'a': 2, 'b': 3}}"), R"({"a":2,"b":3})");
    EXPECT_EQ(read_literal("{'a': 1} | {'a': 2} | {'b': {}}"), R"({"a":2,"b":{}})");
    EXPECT_EQ(read_literal("dict(a=1, **{'b': 2})"), R"({"a":1,"b":2})");
    EXPECT_EQ(read_literal("dict({'a': 1}, a=2)"), R"({"a":2})");
    EXPECT_EQ(read_literal("cast(RESTAPIConfig, RESTAPIConfig({'a': 1}))"), R"({"a":1})");
    EXPECT_EQ(
        why_no_literal("1 + 2"), unread("f.py:1:1", "the operator '+' of something that is neither text nor list"));
    EXPECT_EQ(why_no_literal("[*1]"), unread("f.py:1:2", "a spread of something that is no list"));
    EXPECT_EQ(why_no_literal("{**[1]}"), unread("f.py:1:2", "a spread of something that is no dictionary"));
    EXPECT_EQ(why_no_literal("{} | 1"), unread("f.py:1:1", "the operator '|' of something that is no dictionary"));
}

TEST(PythonLiteral, ReadsObjectsOfDlt)
{
    EXPECT_EQ(
        read_literal("OffsetPaginator(100, total_path=None)"), R"({"type":"offset","limit":100,"total_path":null})");
    EXPECT_EQ(
        read_literal("JSONLinkPaginator(next_url_path='next')"), R"({"type":"json_link","next_url_path":"next"})");
    EXPECT_EQ(read_literal("JSONResponseCursorPaginator('c.next', cursor_param='c')"),
        R"({"type":"cursor","cursor_path":"c.next","cursor_param":"c"})");
    EXPECT_EQ(read_literal("PageNumberPaginator(base_page=1, page_param='p')"),
        R"({"type":"page_number","base_page":1,"page_param":"p"})");
    EXPECT_EQ(read_literal("HeaderLinkPaginator()"), R"({"type":"header_link"})");
    EXPECT_EQ(read_literal("HeaderCursorPaginator('X', 'c')"),
        R"({"type":"header_cursor","cursor_key":"X","cursor_param":"c"})");
    EXPECT_EQ(read_literal("SinglePagePaginator()"), R"({"type":"single_page"})");
    EXPECT_EQ(read_literal("BearerTokenAuth(dlt.secrets['a'])"), R"({"type":"bearer","token":{"$secret":"a"}})");
    EXPECT_EQ(
        read_literal("BearerTokenAuth(token=dlt.secrets.value)"), R"({"type":"bearer","token":{"$secret":"token"}})");
    EXPECT_EQ(read_literal("APIKeyAuth(name='X', api_key='k', location='query')"),
        R"({"type":"api_key","name":"X","api_key":"k","location":"query"})");
    EXPECT_EQ(read_literal("HttpBasicAuth('u', 'p')"), R"({"type":"http_basic","username":"u","password":"p"})");
    EXPECT_EQ(read_literal("OAuth2ClientCredentials('https://t', 'i', 's')"),
        R"({"type":"oauth2_client_credentials","access_token_url":"https://t","client_id":"i","client_secret":"s"})");
    EXPECT_EQ(read_literal("dlt.sources.incremental('id', 0, max, 'n')"),
        R"({"type":"incremental","cursor_path":"id","initial_value":0,"last_value_func":"max","primary_key":"n"})");
    EXPECT_EQ(read_literal("dlt.sources.incremental[int]('id', initial_value=0, last_value_func=min)"),
        R"({"type":"incremental","cursor_path":"id","initial_value":0,"last_value_func":"min"})");
    EXPECT_EQ(why_no_literal("SinglePagePaginator(1)"), unread("f.py:1:21", "an argument without a name"));
}

TEST(PythonLiteral, RefusesWhatWouldHaveToBeRun)
{
    const std::string no_name = "a name that this file does not assign";
    EXPECT_EQ(why_no_literal("{'a': token}"), unread_key("f.py:1:7", "a", no_name));
    EXPECT_EQ(why_no_literal("{\n  'a': get_token(1)}"), unread_key("f.py:2:8", "a", "a call of 'get_token'"));
    EXPECT_EQ(why_no_literal("{'a': datetime.now()}"), unread_key("f.py:1:7", "a", "a call of 'datetime.now'"));
    EXPECT_EQ(why_no_literal("{'a': lambda x, y=1: x}"), unread_key("f.py:1:7", "a", "a lambda"));
    EXPECT_EQ(why_no_literal("{'a': [x for x in y if x]}"), unread_key("f.py:1:7", "a", "a list comprehension"));
    EXPECT_EQ(why_no_literal("{'a': {x: 1 for x, z in y}}"), unread_key("f.py:1:7", "a", "a dictionary comprehension"));
    EXPECT_EQ(why_no_literal("{'a': (x for x in y)}"), unread_key("f.py:1:7", "a", "a generator expression"));
    EXPECT_EQ(why_no_literal("{'a': {'x', 'y'}}"), unread_key("f.py:1:7", "a", "a set"));
    EXPECT_EQ(why_no_literal("{'a': x['y'][0]}"), unread_key("f.py:1:7", "a", "an element of something"));
    EXPECT_EQ(why_no_literal("{'a': 'x'[1:2]}"), unread_key("f.py:1:7", "a", "an element of something"));
    EXPECT_EQ(why_no_literal("{'a': not 1}"), unread_key("f.py:1:7", "a", "the operator 'not'"));
    EXPECT_EQ(why_no_literal("{'a': 2 * 3}"), unread_key("f.py:1:9", "a", "the operator '*'"));
    EXPECT_EQ(why_no_literal("{'a': 7 // 3}"), unread_key("f.py:1:9", "a", "the operator '//'"));
    EXPECT_EQ(why_no_literal("{'a': 3 - 2}"), unread_key("f.py:1:7", "a", "the operator '-'"));
    EXPECT_EQ(why_no_literal("{'a': '%s' % 1}"), unread_key("f.py:1:12", "a", "the operator '%'"));
    EXPECT_EQ(why_no_literal("{'a': x or 'y'}"), unread_key("f.py:1:9", "a", "the operator 'or'"));
    EXPECT_EQ(
        why_no_literal("{'a': 1 if x else 2}"), unread_key("f.py:1:12", "a", "a condition whose value is not known"));
    EXPECT_EQ(why_no_literal("{'a': (x := 1)}"), unread_key("f.py:1:8", "a", "an assignment in an expression"));
    EXPECT_EQ(why_no_literal("{'a': 'x' + y}"), unread_key("f.py:1:13", "a", no_name));
    EXPECT_EQ(why_no_literal("{'a': true}"), "f.py:1:7: Python spells true as True. Write True.");
    EXPECT_EQ(why_no_literal("{'a': false}"), "f.py:1:7: Python spells false as False. Write False.");
    EXPECT_EQ(why_no_literal("{'a': null}"), "f.py:1:7: Python spells null as None. Write None.");
    EXPECT_EQ(why_no_literal("{'a': f'{x}'}"), unread_key("f.py:1:10", "a", no_name));
    EXPECT_EQ(why_no_literal("b'x'"), "f.py:1:1: bytes are not text. Remove the prefix b.");
    EXPECT_EQ(why_no_literal("[1 2]"), "f.py:1:4: expected ',' or ']' after the value, found a number.");
    EXPECT_EQ(why_no_literal("(1 2)"), "f.py:1:4: expected ',' or ')' after the value, found a number.");
    EXPECT_EQ(why_no_literal("{'a': 1 'b': 2}"), "f.py:1:9: expected ',' or '}' after the value of 'a', found a text.");
    EXPECT_EQ(why_no_literal("{**defaults}"), unread("f.py:1:4", no_name));
    EXPECT_EQ(why_no_literal("{1: 2}"), unread("f.py:1:2", "a key that is no text"));
    EXPECT_EQ(why_no_literal("{'a': }"), "f.py:1:7: expected a value, found '}'.");
    EXPECT_EQ(why_no_literal("{'a': ?}"), "f.py:1:7: expected a value, found the character '?'.");
    EXPECT_EQ(why_no_literal("[,]"), "f.py:1:2: expected a value, found ','.");
    EXPECT_EQ(why_no_literal("..."), unread("f.py:1:1", "..."));
    EXPECT_EQ(why_no_literal(""), "f.py:1:1: expected a value, found the end of the file.");
    EXPECT_EQ(why_no_literal("1 2"), "f.py:1:3: expected the end of the text after the value.");
    EXPECT_EQ(why_no_literal("{'a': x, 'b': [f()]}"),
        "2 places cannot be read:\n  f.py:1:7: a: a name that this file does not assign; give --set a=VALUE\n"
        "  f.py:1:16: b[0]: a call of 'f'; give --set b[0]=VALUE\nOr let Python run the file with --python.");
}

TEST(PythonLiteral, RefusesAKeyThatStandsTwice)
{
    EXPECT_EQ(why_no_literal("{'a': 1,\n 'b': 2,\n 'a': 3}"),
        "f.py:3:2: the key 'a' stands twice in one dictionary. Remove one of them.");
}

TEST(PythonLiteral, SaysWhereSomethingIsNotEnded)
{
    EXPECT_EQ(why_no_literal("{'a': [1, 2"), "f.py:1:7: the '[' is never closed.");
    EXPECT_EQ(why_no_literal("{'a': [1,"), "f.py:1:7: the '[' is never closed.");
    EXPECT_EQ(why_no_literal("{'a': (1, 2"), "f.py:1:7: the '(' is never closed.");
    EXPECT_EQ(why_no_literal("{\n 'a': 1"), "f.py:1:1: the '{' is never closed.");
    EXPECT_EQ(why_no_literal("{'a': 1,"), "f.py:1:1: the '{' is never closed.");
    EXPECT_EQ(why_no_literal("{'a': 'x"), "f.py:1:7: the text that begins here is never ended.");
    EXPECT_EQ(why_no_literal("{'a': 'x\\"), "f.py:1:7: the text that begins here is never ended.");
    EXPECT_EQ(why_no_literal("{'a': r'x\\"), "f.py:1:7: the text that begins here is never ended.");
    EXPECT_EQ(why_no_literal("{'a': '''x''"), "f.py:1:7: the text that begins here is never ended.");
    EXPECT_EQ(why_no_literal("{'a': 'x\n'}"),
        "f.py:1:7: the text that begins here does not end on its line. Use triple quotes for several lines.");
}

TEST(PythonLiteral, CountsColumnsInCharacters)
{
    EXPECT_EQ(why_no_literal("{'\xC3\xA4\xC3\xA4': x}"),
        unread_key("f.py:1:8", "\xC3\xA4\xC3\xA4", "a name that this file does not assign"));
    EXPECT_EQ(why_no_literal("{\r\n  'a': x}"), unread_key("f.py:2:8", "a", "a name that this file does not assign"));
}

TEST(PythonLiteral, RefusesHostileInput)
{
    EXPECT_EQ(why_no_literal(std::string("'a\0b'", 5)), "f.py:1:3: a NUL byte in a text. Save the file as UTF-8 text.");
    EXPECT_EQ(why_no_literal(std::string("{'a': \0}", 8)), "f.py:1:7: expected a value, found the character '\\x00'.");
    EXPECT_EQ(why_no_literal("'\xFF'"), "f.py:1:2: the text that begins here is not UTF-8. Save the file as UTF-8.");
    EXPECT_EQ(why_no_literal("'\xC3'"), "f.py:1:2: the text that begins here is not UTF-8. Save the file as UTF-8.");
    EXPECT_EQ(why_no_literal(std::string(100'000, '[')), "f.py:1:65: nested deeper than 64 levels.");
    EXPECT_EQ(why_no_literal(std::string(100'000, '(')), "f.py:1:65: nested deeper than 64 levels.");
    std::string deep;
    for (int i = 0; i < 1000; ++i) {
        deep += "{'a':";
    }
    EXPECT_EQ(why_no_literal(deep), "f.py:1:321: nested deeper than 64 levels.");
    EXPECT_EQ(read_literal(std::string(64, '[') + std::string(64, ']')), std::string(64, '[') + std::string(64, ']'));
}

TEST(PythonLiteral, ShowsNothingOfAText)
{
    for (const char* text : {"{'token': 'CANARY}", "{'token': CANARY}", "{'token': 'x'CANARY'}",
             "{'token': CANARY + x}", "{'token': 'CANARY' + x}", "{'token': 'CANARY\n'}", "{'token': 0CANARY}",
             "{'token': f'CANARY'}", "{'token': '\\ud800CANARY'}", "{CANARY: 1}", "['CANARY' 5]"})
    {
        EXPECT_EQ(why_no_literal(text).find("CANARY"), std::string::npos) << why_no_literal(text);
    }
}

TEST(PythonLiteral, EveryBeginningOfADictionaryIsAnError)
{
    const std::string whole = R"({"a": [1, -2.5e3, ('x', "y"), True], 'b': dlt.secrets["c"]["d"], "e": r'\n' """q"""})";
    EXPECT_EQ(read_literal(whole), R"({"a":[1,-2.5E3,["x","y"],true],"b":{"$secret":"c.d"},"e":"\\nq"})");
    for (std::size_t n = 0; n < whole.size(); ++n) {
        EXPECT_NE(why_no_literal(whole.substr(0, n)), "no error") << whole.substr(0, n);
    }
}

// A random value as a Python literal, and as the value that it stands for.
class random_literal {
public:
    explicit random_literal(std::uint32_t seed) : random_(seed) {}

    json::value make(std::string& out, int depth)
    {
        space(out);
        switch (below(depth > 0 ? 9 : 6)) {
        case 0:
            out += "None";
            return nullptr;
        case 1:
            return boolean(out);
        case 2:
            return integer(out);
        case 3: {
            const double d = static_cast<double>(static_cast<int>(below(2'000'001)) - 1'000'000) / 64;
            out += std::to_string(d); // six decimals are exact
            return d;
        }
        case 4:
        case 5:
            return json::value(text(out));
        case 6:
            return list(out, depth, '[', ']');
        case 7:
            return list(out, depth, '(', ')');
        default:
            return dictionary(out, depth);
        }
    }

private:
    std::uint32_t below(std::uint32_t n) { return std::uniform_int_distribution<std::uint32_t>(0, n - 1)(random_); }

    void space(std::string& out)
    {
        constexpr std::string_view kinds[] = {
            "", "", " ", "\n", "\t\r\n", " # it's {a} comment\n", "\n // and 'another\n"};
        out += kinds[below(std::size(kinds))];
    }
    json::value boolean(std::string& out)
    {
        const bool b = below(2) == 0;
        out += b ? "True" : "False";
        return b;
    }
    json::value integer(std::string& out)
    {
        const std::int64_t i = static_cast<std::int64_t>((std::uint64_t{random_()} << 32U | random_()) >> below(64));
        if (i >= 0 && below(3) == 0) {
            char digits[32];
            std::snprintf(digits, sizeof digits, "0x%llX", static_cast<unsigned long long>(i));
            out += digits;
        } else {
            out += std::to_string(i);
        }
        return i;
    }
    std::string text(std::string& out)
    {
        std::string whole;
        for (std::uint32_t pieces = 1 + below(2); pieces > 0; --pieces) {
            out += ' '; // '' and 'a' without a space would begin with triple quotes
            constexpr std::string_view quotes[] = {"'", "\"", "'''", "\"\"\""};
            const std::string_view quote = quotes[below(4)];
            out += quote;
            for (std::uint32_t n = below(8); n > 0; --n) {
                constexpr std::string_view parts[][2] = {{"a", "a"}, {"\\n", "\n"}, {"\\'", "'"}, {"\\\"", "\""},
                    {"#", "#"}, {"//", "//"}, {"{", "{"}, {"\xC3\xA9", "\xC3\xA9"}, {"\\x7f", "\x7f"},
                    {"\\u20ac", "\xE2\x82\xAC"}, {"\\\\", "\\"}, {"]", "]"}};
                const auto& part = parts[below(std::size(parts))];
                out += part[0];
                whole += part[1];
            }
            out += quote;
            space(out);
        }
        return whole;
    }
    json::value list(std::string& out, int depth, char open, char close)
    {
        json::array items;
        out += open;
        const std::uint32_t size = below(4);
        for (std::uint32_t i = 0; i < size; ++i) {
            items.push_back(make(out, depth - 1));
            space(out);
            if (i + 1 < size || size == 1 || below(2) == 0) {
                out += ',';
            }
        }
        space(out);
        out += close;
        return items;
    }
    json::value dictionary(std::string& out, int depth)
    {
        json::object members;
        out += '{';
        const std::uint32_t size = below(4);
        for (std::uint32_t i = 0; i < size; ++i) {
            space(out);
            const std::string key = "k" + std::to_string(i);
            out += "'" + key + "'";
            space(out);
            out += ':';
            members.emplace(key, make(out, depth - 1));
            space(out);
            if (i + 1 < size || below(2) == 0) {
                out += ',';
            }
        }
        space(out);
        out += '}';
        return members;
    }

    std::mt19937 random_;
};

TEST(PythonLiteral, ReadsRandomNestingBack)
{
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        std::string text;
        const json::value expected = random_literal(seed).make(text, 5);
        const json::value got = corest::source::read_python_literal(text);
        ASSERT_EQ(got, expected) << "seed " << seed << "\n" << text << "\n" << json::serialize(got);
    }
}

TEST(PythonLiteral, SurvivesDamage)
{
    // Whatever is changed in a literal: a value or an error, and nothing that the sanitizers object to.
    std::mt19937 random(7);
    const std::string_view bytes("'\"\\{}[](),:#/rfu0x1_.e-+ \n\0\xFF"
                                 "aT",
        30);
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        std::string text;
        (void)random_literal(seed).make(text, 4);
        for (int changes = 0; changes < 3 && !text.empty(); ++changes) {
            text[random() % text.size()] = bytes[random() % bytes.size()];
        }
        try {
            (void)corest::source::read_python_literal(text);
        } catch (const corest::error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_source);
        }
    }
}

} // namespace
