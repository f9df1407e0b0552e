#include <api_server/apis.hpp>

#include <api_server/gzip.hpp>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>

namespace example_api {

namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

std::string_view view(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

int hexadecimal_digit(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Undoes percent-encoding; nothing if it is not well formed.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space)
{
    std::string decoded;
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            decoded.push_back(' ');
        } else if (text[i] != '%') {
            decoded.push_back(text[i]);
        } else {
            const int high = i + 2 < text.size() ? hexadecimal_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexadecimal_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return std::nullopt;
            }
            decoded.push_back(static_cast<char>(16 * high + low));
            i += 2;
        }
    }
    return decoded;
}

/// The segments of a path, decoded one by one; nothing if the path has characters that RFC 3986 (3.3) does not
/// let stand for themselves.
std::optional<std::vector<std::string>> path_segments(std::string_view path)
{
    constexpr std::string_view allowed = "-._~!$&'()*+,;=:@%/";
    const auto is_allowed = [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || allowed.find(c) != std::string_view::npos;
    };
    if (path.empty() || path.front() != '/' || !std::all_of(path.begin(), path.end(), is_allowed)) {
        return std::nullopt;
    }
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        auto segment = percent_decoded(path.substr(0, end), false);
        if (!segment) {
            return std::nullopt;
        }
        segments.push_back(std::move(*segment));
        path.remove_prefix(end);
    }
    return segments;
}

/// The names and values of a query or a form (application/x-www-form-urlencoded).
std::multimap<std::string, std::string, std::less<>> form_values(std::string_view text)
{
    std::multimap<std::string, std::string, std::less<>> values;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto pair = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true);
        if (name && value) {
            values.emplace(std::move(*name), std::move(*value));
        }
    }
    return values;
}

template <class Map>
std::string value_of(const Map& values, std::string_view name)
{
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

/// A whole number from the query: the default where it is absent, nothing where it is not a number.
template <class Map>
std::optional<std::size_t> number_of(const Map& values, std::string_view name, std::size_t otherwise)
{
    const auto found = values.find(name);
    if (found == values.end()) {
        return otherwise;
    }
    std::size_t number = 0;
    const char* const end = found->second.data() + found->second.size();
    const auto [stop, error] = std::from_chars(found->second.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// What follows the scheme in an Authorization header (RFC 9110, 11.4); empty for another scheme.
std::string authorization(const http_request& request, std::string_view scheme)
{
    const auto value = view(request[http::field::authorization]);
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    if (value.size() <= scheme.size() || value[scheme.size()] != ' '
        || !std::equal(scheme.begin(), scheme.end(), value.begin(), same))
    {
        return {};
    }
    return std::string(value.substr(scheme.size() + 1));
}

/// User name and password of a Basic header (RFC 7617).
std::optional<std::pair<std::string, std::string>> basic_credentials(const http_request& request)
{
    const std::string encoded = authorization(request, "Basic");
    std::string decoded(encoded.size(), '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
        reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
    if (encoded.empty() || length < 0) {
        return std::nullopt;
    }
    const auto padding = std::count(encoded.end() - 2, encoded.end(), '=');
    decoded.resize(static_cast<std::size_t>(length - padding));
    const auto colon = decoded.find(':');
    if (colon == std::string::npos) {
        return std::nullopt;
    }
    return std::pair(decoded.substr(0, colon), decoded.substr(colon + 1));
}

/// What base64url without padding stands for (RFC 4648, section 5); empty where it is none.
std::string from_base64url(std::string_view text)
{
    std::string encoded(text);
    std::replace(encoded.begin(), encoded.end(), '-', '+');
    std::replace(encoded.begin(), encoded.end(), '_', '/');
    const std::size_t padding = (4 - encoded.size() % 4) % 4;
    encoded.append(padding, '=');
    std::string decoded(encoded.size(), '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
        reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
    decoded.resize(length < 0 ? 0 : static_cast<std::size_t>(length) - padding);
    return decoded;
}

http_response respond_with(unsigned status, std::string type, std::string body)
{
    http_response r{static_cast<http::status>(status), 11};
    r.set(http::field::content_type, std::move(type));
    r.body() = std::move(body);
    return r;
}

http_response respond_with(unsigned status, const json::object& body)
{
    return respond_with(status, "application/json; charset=utf-8", json::serialize(body));
}

http_response respond_with_error(unsigned status, std::string_view message)
{
    json::object fault;
    fault["code"] = status;
    fault["message"] = message;
    json::object body;
    body["error"] = std::move(fault);
    return respond_with(status, body);
}

/// A page of the API "library", which says where the next one is.
/// \param next how many records come before it
/// \param more whether there is one
/// \param url of it, where it has one
http_response respond_with_mark(
    const collection& c, json::object body, std::size_t next, bool more, const std::string& url)
{
    const std::string mark = "m" + std::to_string(next);
    if (c.pages == paging::cursor) {
        body["next"] = more ? json::value(mark) : json::value();
    } else if (c.pages == paging::next_url) {
        body["paging"].emplace_object()["next"] = more ? json::value(url) : json::value();
    }
    http_response r = respond_with(200, body);
    if (more && c.pages == paging::header_link) {
        r.set(http::field::link, "<" + url + ">; rel=\"next\"");
    } else if (more && c.pages == paging::header_cursor) {
        r.set("X-Next-Cursor", mark);
    }
    return r;
}

http_response respond_unauthorized(std::string_view api)
{
    http_response r = respond_with_error(401, "The credentials are missing, wrong or expired.");
    if (api == "seed004") {
        r.set(http::field::www_authenticate, "Basic realm=\"example\", charset=\"UTF-8\"");
    } else if (api != "seed001") {
        r.set(http::field::www_authenticate, "Bearer realm=\"example\", error=\"invalid_token\"");
    }
    return r;
}

/// Puts the records where a selector such as "Response.Items" looks for them.
void put(json::object& body, std::string_view selector, json::array records)
{
    const auto dot = selector.find('.');
    if (dot == std::string_view::npos) {
        body[selector] = std::move(records);
        return;
    }
    json::object& inner = body[selector.substr(0, dot)].emplace_object();
    inner[selector.substr(dot + 1)] = std::move(records);
}

std::uint64_t milliseconds_now()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// One number for all APIs of the process: a token that one of them gave out is understood by the others, so that
// the token endpoint can be at another origin than the API.
std::atomic<std::uint64_t> last_token{0};

/// What tells a token that was given out from one that was made up.
std::string token_seal(std::string_view token)
{
    return std::to_string(std::hash<std::string>()("example_api:" + std::string(token)));
}

} // namespace

/// The list that a URL stands for, or the record.
struct apis::place {
    dataset::index collection;
    dataset::index parent; ///< whose list it is; of a record its own index
};

apis::apis(api_options options) : options_(std::move(options)), data_(options_.data) {}

void apis::expire_tokens() noexcept
{
    refused_tokens_ = last_token.load();
}

answer apis::handle(const http_request& request, std::string_view origin)
{
    const auto target = view(request.target());
    const effects effect = rules_.apply(target.substr(0, target.find('?')));

    answer a;
    a.latency = effect.latency;
    a.drop = effect.drop;
    a.cut = effect.cut;
    a.message = respond(request, origin, effect);
    if (effect.gzip && view(request[http::field::accept_encoding]).find("gzip") != std::string_view::npos) {
        a.message.body() = gzip_compressed(a.message.body());
        a.message.set(http::field::content_encoding, "gzip");
    }
    a.message.set(http::field::server, "corest example API");
    a.message.set(http::field::date, http_date(std::chrono::system_clock::now()));
    a.message.keep_alive(request.keep_alive());
    a.message.prepare_payload();
    return a;
}

http_response apis::respond(const http_request& request, std::string_view origin, const effects& effect)
{
    if (effect.html) {
        return respond_with(effect.status == 0 ? 200 : effect.status, "text/html; charset=utf-8",
            "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n");
    }
    if (effect.status != 0) {
        http_response r = respond_with_error(effect.status, "The example API misbehaves, as it was told to.");
        if (!effect.retry_after.empty()) {
            r.set(http::field::retry_after, effect.retry_after);
        }
        if (!effect.location.empty()) {
            r.set(http::field::location, effect.location);
        }
        return r;
    }

    const auto target = view(request.target());
    const auto question = std::min(target.find('?'), target.size());
    const auto segments = path_segments(target.substr(0, question));
    if (!segments) {
        return respond_with_error(400, "The path is not well formed: RFC 3986, section 3.3.");
    }
    const std::string_view api = segments->front();
    const std::vector<std::string> path(std::next(segments->begin()), segments->end());

    const bool is_token_url = (api == "seed000" && path == std::vector<std::string>{"oauth", "token"})
        || (api == "library" && path == std::vector<std::string>{"oauth", "token"})
        || (api == "seed002" && path == std::vector<std::string>{"getAccess"});
    if (is_token_url) {
        return give_token(request, api);
    }
    const bool is_patch = request.method() == http::verb::patch;
    const auto refuse_method = [] {
        http_response r = respond_with_error(405, "Only GET is understood here, and PATCH of a single record.");
        r.set(http::field::allow, "GET");
        return r;
    };
    if (request.method() != http::verb::get && !is_patch) {
        return refuse_method();
    }
    if (api.empty() && path.empty()) {
        json::object body;
        for (const collection& c : data_.collections()) {
            auto& names = body[c.api];
            (names.is_object() ? names.get_object() : names.emplace_object())[c.name] = "/" + c.api + c.path;
        }
        return respond_with(200, body);
    }
    const bool is_known = std::any_of(
        data_.collections().begin(), data_.collections().end(), [&](const collection& c) { return c.api == api; });
    if (!is_known) {
        return respond_with_error(404, "There is no such API; GET / lists those that there are.");
    }
    const auto parameters = form_values(target.substr(std::min(question + 1, target.size())));
    const auto asked = locate(api, path);
    const credential how = asked ? data_.collections()[asked->collection].signed_with : credential::of_api;
    if (effect.refuse_token || !is_authorized(request, api, parameters, how)) {
        return respond_unauthorized(api);
    }
    const auto record = asked ? std::nullopt : locate_record(api, path);
    if (is_patch) {
        return record ? change(*record, request) : refuse_method();
    }
    if (record) {
        return respond_with(200, shown(record->collection, record->parent));
    }
    if (!asked) {
        return respond_with_error(404, "There is no such list; GET / shows the paths.");
    }
    return list(*asked, parameters, target.substr(0, question), origin, effect);
}

http_response apis::give_token(const http_request& request, std::string_view api) const
{
    // RFC 6749, sections 2.3.1, 4.4 and 5.
    const auto refuse = [](unsigned status, std::string_view error) {
        json::object body;
        body["error"] = error;
        http_response r = respond_with(status, body);
        if (status == 401) {
            r.set(http::field::www_authenticate, "Basic realm=\"token\"");
        }
        return r;
    };
    if (request.method() != http::verb::post) {
        http_response r = refuse(405, "invalid_request");
        r.set(http::field::allow, "POST");
        return r;
    }
    if (!view(request[http::field::content_type]).starts_with("application/x-www-form-urlencoded")) {
        return refuse(400, "invalid_request");
    }
    const auto form = form_values(request.body());
    const bool by_assertion = value_of(form, "grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer";
    if (!by_assertion && value_of(form, "grant_type") != "client_credentials") {
        return refuse(400, "unsupported_grant_type");
    }
    if (by_assertion && !is_own_assertion(value_of(form, "assertion"))) {
        return refuse(400, "invalid_grant");
    }
    std::string id = value_of(form, "client_id");
    std::string secret = value_of(form, "client_secret");
    if (const auto basic = basic_credentials(request)) {
        id = percent_decoded(basic->first, true).value_or("");
        secret = percent_decoded(basic->second, true).value_or("");
    }
    const credentials& known = options_.secrets;
    const bool is_client =
        id == known.client_id && secret == (api == "seed002" ? known.secret_key : known.client_secret);
    if (!by_assertion && !is_client) {
        return refuse(401, "invalid_client");
    }

    const auto lifetime = options_.token_lifetime;
    std::string token = std::string(api) + '.' + std::to_string(++last_token) + '.'
        + std::to_string(milliseconds_now() + static_cast<std::uint64_t>(lifetime.count()));
    token += '.' + token_seal(token);
    json::object body;
    body["access_token"] = std::move(token);
    body["token_type"] = "Bearer";
    body["expires_in"] =
        options_.announced_lifetime.value_or(std::chrono::ceil<std::chrono::seconds>(lifetime)).count();
    http_response r = respond_with(200, body);
    r.set(http::field::cache_control, "no-store");
    return r;
}

bool apis::is_own_assertion(std::string_view assertion) const
{
    const auto first = assertion.find('.');
    const auto last = assertion.rfind('.');
    if (first == std::string_view::npos || first == last || options_.secrets.assertion_key.empty()) {
        return false;
    }
    const std::string claims = from_base64url(assertion.substr(first + 1, last - first - 1));
    boost::system::error_code ec;
    const json::value told = json::parse(claims, ec);
    const auto* issuer = ec || !told.is_object() ? nullptr : told.get_object().if_contains("iss");
    if (issuer == nullptr || *issuer != json::value(options_.secrets.client_id)) {
        return false;
    }
    const std::string signature = from_base64url(assertion.substr(last + 1));
    const std::string& pem = options_.secrets.assertion_key;
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    return key && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1
        && EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
               reinterpret_cast<const unsigned char*>(assertion.data()), last)
        == 1;
}

bool apis::is_authorized(
    const http_request& request, std::string_view api, const query& parameters, credential how) const
{
    const credentials& known = options_.secrets;
    switch (how) {
    case credential::bearer:
        return authorization(request, "Bearer") == known.access_token;
    case credential::basic:
        return basic_credentials(request) == std::pair(known.api_token, known.api_secret);
    case credential::api_key:
        return view(request["X-Api-Key"]) == known.api_key;
    case credential::of_api:
    case credential::oauth2:
        break;
    }
    if (api == "seed001") {
        return value_of(parameters, "api_key") == known.api_key;
    }
    if (api == "seed003") {
        return authorization(request, "Bearer") == known.access_token;
    }
    if (api == "seed004") {
        return basic_credentials(request) == std::pair(known.api_token, known.api_secret);
    }
    return is_valid_token(authorization(request, "Bearer"), api);
}

bool apis::is_valid_token(std::string_view token, std::string_view api) const
{
    const auto dot = token.rfind('.');
    if (dot == std::string_view::npos || token_seal(token.substr(0, dot)) != token.substr(dot + 1)) {
        return false;
    }
    if (!token.starts_with(std::string(api) + '.')) {
        return false;
    }
    token = token.substr(api.size() + 1, dot - api.size() - 1);
    const auto serial_end = token.find('.');
    const std::uint64_t serial = std::stoull(std::string(token.substr(0, serial_end)));
    const std::uint64_t expires = std::stoull(std::string(token.substr(serial_end + 1)));
    return serial > refused_tokens_ && milliseconds_now() < expires;
}

std::optional<apis::place> apis::locate(std::string_view api, const std::vector<std::string>& path) const
{
    for (dataset::index n = 0; n != data_.collections().size(); ++n) {
        const collection& c = data_.collections()[n];
        if (c.api != api) {
            continue;
        }
        // Segment by segment. Records that placeholders name must be descendants of one another.
        std::string_view rest = c.path;
        dataset::index bound = dataset::none;
        dataset::index record = 0;
        bool same = true;
        std::size_t i = 0;
        for (; same && !rest.empty() && i != path.size(); ++i) {
            rest.remove_prefix(1);
            const auto segment = rest.substr(0, rest.find('/'));
            rest.remove_prefix(segment.size());
            if (segment == "{workspace}") {
                same = path[i] == options_.workspace;
            } else if (segment.starts_with('{')) {
                const auto next = data_.find(api, segment.substr(1, segment.size() - 2));
                const auto found = data_.find_key(next, path[i]);
                same = found != dataset::none && (bound == dataset::none || data_.parent_of(next, found) == record);
                bound = next;
                record = found;
            } else {
                same = path[i] == segment;
            }
        }
        if (same && rest.empty() && i == path.size()) {
            return place{n, record};
        }
    }
    return std::nullopt;
}

std::optional<apis::place> apis::locate_record(std::string_view api, const std::vector<std::string>& path) const
{
    if (path.empty()) {
        return std::nullopt;
    }
    const auto within = locate(api, std::vector<std::string>(path.begin(), std::prev(path.end())));
    if (!within) {
        return std::nullopt;
    }
    const dataset::index found = data_.find_key(within->collection, path.back());
    if (found == dataset::none || data_.parent_of(within->collection, found) != within->parent) {
        return std::nullopt;
    }
    return place{within->collection, found};
}

json::object apis::shown(dataset::index collection, dataset::index record) const
{
    json::object all = data_.record(collection, record, revision_);
    if (const auto changed = changes_.find({collection, record}); changed != changes_.end()) {
        for (const auto& member : changed->second) {
            if (member.value().is_null()) {
                all.erase(member.key());
            } else {
                all[member.key()] = member.value();
            }
        }
    }
    return all;
}

http_response apis::change(const place& asked, const http_request& request)
{
    const std::string_view type = view(request[http::field::content_type]);
    if (!type.starts_with("application/json") && !type.starts_with("application/merge-patch+json")) {
        return respond_with_error(415, "A record is changed by application/merge-patch+json: RFC 7396.");
    }
    boost::system::error_code ec;
    const json::value sent = json::parse(request.body(), ec);
    if (ec || !sent.is_object()) {
        return respond_with_error(400, "The body is a JSON object with the members to change.");
    }
    for (const auto& member : sent.get_object()) {
        changes_[{asked.collection, asked.parent}][member.key()] = member.value();
    }
    return respond_with(200, shown(asked.collection, asked.parent));
}

http_response apis::list(const place& asked, const query& parameters, std::string_view self, std::string_view origin,
    const effects& effect) const
{
    const collection& c = data_.collections()[asked.collection];
    const auto wanted = parameters.find("modified_since");
    const std::string since = wanted == parameters.end() ? std::string() : wanted->second;
    const auto chosen = since.empty() ? std::nullopt : std::optional(modified_since(asked, since));
    const std::size_t total = chosen ? chosen->size() : data_.children(asked.collection, asked.parent);
    const bool by_offset = c.pages == paging::offset;
    const bool capital = c.api == "seed003";

    const auto page = number_of(parameters, "page", 1);
    const auto offset = number_of(parameters, capital ? "Offset" : "offset", 0);
    const auto limit = number_of(parameters, "limit", capital ? 10 * options_.default_limit : options_.default_limit);
    if (by_offset ? !offset || !limit || *limit == 0 : !page || *page == 0) {
        return respond_with_error(400, "offset is a number, limit and page are numbers from 1.");
    }
    // A mark says how many records come before it.
    const std::string mark = value_of(parameters, c.pages == paging::cursor ? "after" : "cursor");
    const bool by_mark = c.pages == paging::cursor || c.pages == paging::header_cursor;
    const auto marked = number_of(query{{"mark", mark.empty() ? "0" : mark.substr(1)}}, "mark", 0);
    if (by_mark && !marked) {
        return respond_with_error(400, "There is no such mark.");
    }
    const std::size_t size = by_offset ? std::min(*limit, limit_cap(c))
        : c.pages == paging::whole     ? total
                                       : options_.page_size;
    std::size_t begin = std::min(by_offset ? *offset : by_mark ? *marked : (*page - 1) * size, total);
    if (effect.repeat_last_page && begin == total && total != 0) {
        begin = (total - 1) / size * size;
    }
    const std::size_t count = std::min(size, total - begin);
    json::array records;
    records.reserve(count);
    for (std::size_t i = 0; i != count; ++i) {
        records.emplace_back(shown(asked.collection,
            chosen ? (*chosen)[begin + i] : data_.first_child(asked.collection, asked.parent) + begin + i));
    }
    json::object body;
    put(body, c.selector, std::move(records));

    if (capital) {
        auto& response = body["Response"].get_object();
        response["DisplayedCount"] = count;
        response["TotalCount"] = total;
        response["Offset"] = begin;
        response["Limit"] = size;
        response["SortDir"] = "Asc";
        body["ResponseStatus"] = json::object();
        body["Notifications"] = json::array();
    } else if (by_offset) {
        if (c.says_total) {
            body["total"] = total;
        }
    } else if (c.api == "library") {
        return respond_with_mark(c, std::move(body), begin + count, begin + count < total,
            std::string(origin) + std::string(self) + "?page=" + std::to_string(*page + 1));
    } else if (c.pages == paging::page_number) {
        json::object pagination;
        pagination["page"] = *page;
        pagination["per_page"] = size;
        pagination["count"] = count;
        body["pagination"] = std::move(pagination);
    } else {
        // The first link is relative to the server, the second absolute, and so on.
        const auto link_to = [&](std::size_t number) {
            json::object link;
            link["href"] = (number % 2 == 0 ? std::string() : std::string(origin)) + std::string(self)
                + "?page=" + std::to_string(number) + (since.empty() ? "" : "&modified_since=" + since);
            return link;
        };
        json::object links;
        links["self"] = link_to(*page);
        if (begin + count < total || (effect.repeat_last_page && total != 0)) {
            links["next"] = link_to(*page + 1);
        }
        body["_links"] = std::move(links);
    }
    return respond_with(200, body);
}

/// The records of a list that were modified at that moment or later. All moments are written alike, so that they are
/// ordered as texts.
std::vector<dataset::index> apis::modified_since(const place& asked, const std::string& since) const
{
    std::vector<dataset::index> chosen;
    const dataset::index first = data_.first_child(asked.collection, asked.parent);
    for (std::size_t i = 0; i != data_.children(asked.collection, asked.parent); ++i) {
        const json::object record = shown(asked.collection, first + i);
        const json::value* const modified = record.if_contains("date_modified");
        if (modified != nullptr && modified->is_string() && std::string_view(modified->get_string()) >= since) {
            chosen.push_back(first + i);
        }
    }
    return chosen;
}

std::size_t apis::limit_cap(const collection& c) const
{
    const auto& caps = options_.limit_caps;
    for (const std::string& name : {c.api + "/" + c.name, c.name, std::string("*")}) {
        if (const auto found = caps.find(name); found != caps.end() && found->second != 0) {
            return found->second;
        }
    }
    return std::numeric_limits<std::size_t>::max();
}

} // namespace example_api
