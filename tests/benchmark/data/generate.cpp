/// \file
/// Makes the benchmark's data, the same on every machine for the same seed.
///
///     benchmark_data DIRECTORY RECORDS
///
/// DIRECTORY/flat/<offset>.json[.gz]      RECORDS records of about 500 bytes, 100 to a page; their ids rise, with gaps
/// DIRECTORY/tree/projects.json           50 projects
/// DIRECTORY/tree/samples/<project>.json  40 samples of each
/// DIRECTORY/tree/files/<sample>.json     20 files of each
/// DIRECTORY/tree/children.json           2 children, the same for every parent that is asked about
/// DIRECTORY/rows                         the flat records once more, as rows that a database takes
/// DIRECTORY/expected.json                what a reader must come to; written last

#include <libdeflate.h>

#include <array>
#include <charconv>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t seed = 20240229;
constexpr std::size_t page_size = 100;
constexpr std::size_t projects = 50;
constexpr std::size_t samples = 40;
constexpr std::size_t files = 20;
constexpr std::size_t children = 2;

/// splitmix64: unlike the standard's distributions it gives the same everywhere.
class random {
public:
    explicit random(std::uint64_t from) : state_(from) {}

    std::uint64_t next()
    {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
    /// From 0 to below `n`.
    std::uint64_t below(std::uint64_t n) { return next() % n; }

    template <std::size_t N>
    std::string_view one_of(const std::array<std::string_view, N>& all)
    {
        return all[below(N)];
    }

private:
    std::uint64_t state_;
};

constexpr std::array<std::string_view, 24> words = {"genome", "run", "Köln", "sample", "plate", "α-tubulin", "lane",
    "control", "Straße", "buffer", "naïve", "replicate", "blood", "東京", "index", "depleted", "São Paulo", "batch",
    "reference", "µl", "aligned", "filter", "quality", "merged"};
constexpr std::array<std::string_view, 4> states = {"complete", "running", "failed", "needs attention"};
constexpr std::array<std::string_view, 8> tags = {
    "wgs", "rna", "pilot", "2024", "re-run", "human", "mouse", "external"};
constexpr std::array<std::string_view, 6> people = {
    "Ana Müller", "Bo Li", "Chloë Dubois", "D. O'Neill", "Eva Novák", "Fumi Satō"};
constexpr std::array<std::string_view, 6> logins = {"ana", "boli", "chloe", "oneill", "eva.novak", "fumi"};

std::string text_of(random& r, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += text.empty() ? "" : " ";
        text += r.one_of(words);
    }
    return text;
}

/// JSON, with the escapes that JSON asks for; of the others (\u00e9, \/) `fancy` brings in some.
std::string quote(std::string_view text, bool fancy = false)
{
    std::string quoted = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c == '\n') {
            quoted += "\\n";
        } else if (c == '\t') {
            quoted += "\\t";
        } else if (fancy && c == '/') {
            quoted += "\\/";
        } else if (fancy && text.substr(i, 2) == "ü") {
            quoted += "\\u00fc";
            ++i;
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

/// A number with three decimals, as a server would write it, and the double that it stands for.
std::string decimal(std::uint64_t thousandths)
{
    std::string text = std::to_string(thousandths / 1000) + "." + std::to_string(1000 + thousandths % 1000).substr(1);
    while (text.ends_with('0') && !text.ends_with(".0")) {
        text.pop_back();
    }
    return text;
}

double to_double(const std::string& text)
{
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// A row for a database, in the format that theirs/insert.c reads: each value is a byte that says what it is, eight
/// bytes of number or size, and the text.
class row {
public:
    explicit row(std::string& to) : to_(to) {}

    void null() { put('n', 0); }
    void integer(std::int64_t value) { put('i', static_cast<std::uint64_t>(value)); }
    void real(double value)
    {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        put('r', bits);
    }
    void text(std::string_view value)
    {
        put('t', value.size());
        to_ += value;
    }

private:
    void put(char kind, std::uint64_t number)
    {
        to_ += kind;
        std::array<char, sizeof number> bytes{};
        std::memcpy(bytes.data(), &number, sizeof number);
        to_.append(bytes.data(), bytes.size());
    }

    std::string& to_;
};

/// What a reader can check: how many, and a sum and an exclusive or of the ids.
class checksum {
public:
    void add(std::uint64_t id)
    {
        ++rows_;
        sum_ += id;
        xor_ ^= id;
    }
    [[nodiscard]] std::string json() const
    {
        return "{\"rows\": " + std::to_string(rows_) + ", \"sum\": " + std::to_string(sum_)
            + ", \"xor\": " + std::to_string(xor_) + "}";
    }

private:
    std::uint64_t rows_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t xor_ = 0;
};

/// One flat record: nested a little, some escapes, some characters outside ASCII; adds its row to `rows`.
std::string flat_record(random& r, std::uint64_t id, std::string& rows)
{
    row to(rows);
    std::string json = "{\"id\":" + std::to_string(id);
    to.integer(static_cast<std::int64_t>(id));
    const auto field = [&](std::string_view name, std::string_view value) {
        json += ",\"";
        json += name;
        json += "\":";
        json += value;
    };
    const auto text_field = [&](std::string_view name, const std::string& value, bool fancy = false) {
        field(name, quote(value, fancy));
        to.text(value);
    };
    text_field("name", "Sample " + std::to_string(id) + " " + text_of(r, 2));
    text_field("status", std::string(r.one_of(states)));
    text_field("created_at",
        "2024-0" + std::to_string(1 + r.below(9)) + "-" + std::to_string(10 + r.below(19)) + "T"
            + std::to_string(10 + r.below(14)) + ":" + std::to_string(10 + r.below(50)) + ":07Z");
    const bool active = r.below(3) != 0;
    field("active", active ? "true" : "false");
    to.integer(active ? 1 : 0);
    const std::string score = decimal(r.below(1'000'000));
    field("score", score);
    to.real(to_double(score));
    const std::uint64_t size = r.below(std::uint64_t{1} << 42);
    field("size_bytes", std::to_string(size));
    to.integer(static_cast<std::int64_t>(size));
    if (r.below(4) == 0) {
        field("comment", "null");
        to.null();
    } else {
        text_field("comment", text_of(r, 8 + r.below(6)) + "\nsaid \"" + text_of(r, 2) + "\" in a/b", true);
    }
    const std::size_t who = r.below(people.size());
    const std::string owner = "{\"login\":" + quote(logins[who]) + ",\"name\":" + quote(people[who], true)
        + ",\"email\":\"" + std::string(logins[who]) + "@example.com\"}";
    field("owner", owner);
    to.text(owner);
    std::string all_tags = "[";
    for (std::uint64_t i = r.below(4); i > 0; --i) {
        all_tags += (all_tags.size() == 1 ? "" : ",") + quote(r.one_of(tags));
    }
    all_tags += "]";
    field("tags", all_tags);
    to.text(all_tags);
    const std::string metrics = "{\"reads\":" + std::to_string(r.below(100'000'000))
        + ",\"q30\":" + decimal(r.below(100'000)) + ",\"lanes\":[" + std::to_string(1 + r.below(4)) + ","
        + std::to_string(5 + r.below(4)) + "],\"duplicates\":" + decimal(r.below(1000)) + "}";
    field("metrics", metrics);
    to.text(metrics);
    text_field("url", "https://api.example.com/v2/samples/" + std::to_string(id));
    return json + "}";
}

class compressor {
public:
    compressor() : native_(libdeflate_alloc_compressor(6)) {}

    std::string_view operator()(std::string_view text)
    {
        out_.resize(libdeflate_gzip_compress_bound(native_.get(), text.size()));
        return {
            out_.data(), libdeflate_gzip_compress(native_.get(), text.data(), text.size(), out_.data(), out_.size())};
    }

private:
    struct free_native {
        void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
    };
    std::unique_ptr<libdeflate_compressor, free_native> native_;
    std::vector<char> out_;
};

void write_file(const std::filesystem::path& file, std::string_view text)
{
    std::ofstream out(file, std::ios::binary);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out.flush()) {
        throw std::runtime_error(file.string() + " could not be written");
    }
}

class made {
public:
    checksum ids;
    std::uint64_t bytes = 0;
};

made make_flat(const std::filesystem::path& to, std::size_t records)
{
    std::filesystem::create_directories(to / "flat");
    std::ofstream rows(to / "rows", std::ios::binary);
    random r(seed);
    compressor gzip;
    made all;
    std::string page;
    std::string page_rows;
    std::uint64_t id = 1'000'000;
    for (std::size_t offset = 0; offset < records; offset += page_size) {
        page = "{\"data\":[";
        page_rows.clear();
        for (std::size_t i = 0; i < page_size; ++i) {
            id += 1 + r.below(5);
            all.ids.add(id);
            page += i == 0 ? "" : ",";
            page += flat_record(r, id, page_rows);
        }
        page += "],\"paging\":{\"offset\":" + std::to_string(offset) + ",\"limit\":" + std::to_string(page_size)
            + "},\"total\":" + std::to_string(records) + "}\n";
        all.bytes += page.size();
        const std::string name = std::to_string(offset) + ".json";
        write_file(to / "flat" / name, page);
        write_file(to / "flat" / (name + ".gz"), gzip(page));
        rows << page_rows;
    }
    if (!rows.flush()) {
        throw std::runtime_error((to / "rows").string() + " could not be written");
    }
    return all;
}

/// A page that holds a whole collection. \param describe gives the rest of the record with an id
template <class Describe>
std::string collection(random& r, const std::vector<std::uint64_t>& ids, Describe describe)
{
    std::string page = "{\"data\":[";
    for (const std::uint64_t id : ids) {
        page += page.ends_with('[') ? "" : ",";
        page += "{\"id\":" + std::to_string(id) + ",\"name\":" + quote(text_of(r, 3)) + describe() + "}";
    }
    return page + "],\"total\":" + std::to_string(ids.size()) + "}\n";
}

made make_tree(const std::filesystem::path& to)
{
    std::filesystem::create_directories(to / "tree" / "samples");
    std::filesystem::create_directories(to / "tree" / "files");
    random r(seed + 1);
    made all;
    std::uint64_t last = 100;
    const auto ids = [&](std::size_t count) {
        std::vector<std::uint64_t> some;
        for (std::size_t i = 0; i < count; ++i) {
            some.push_back(last += 1 + r.below(9));
        }
        return some;
    };
    const auto write = [&](const std::filesystem::path& file, const std::string& page) {
        all.bytes += page.size();
        write_file(to / "tree" / file, page);
    };
    const auto described = [&] {
        return ",\"created_at\":\"2024-05-06T07:08:09Z\",\"description\":" + quote(text_of(r, 8), true)
            + ",\"size_bytes\":" + std::to_string(r.below(1'000'000'000)) + ",\"owner\":{\"login\":\"ana\"}";
    };
    const auto project_ids = ids(projects);
    write("projects.json", collection(r, project_ids, described));
    for (const std::uint64_t project : project_ids) {
        const auto sample_ids = ids(samples);
        write("samples/" + std::to_string(project) + ".json", collection(r, sample_ids, described));
        for (const std::uint64_t sample : sample_ids) {
            const auto file_ids = ids(files);
            write("files/" + std::to_string(sample) + ".json", collection(r, file_ids, described));
            for (const std::uint64_t id : file_ids) {
                all.ids.add(id);
            }
        }
    }
    return all;
}

made make_children(const std::filesystem::path& to)
{
    random r(seed + 2);
    made all;
    const std::vector<std::uint64_t> ids{7, 11};
    static_assert(children == 2);
    for (const std::uint64_t id : ids) {
        all.ids.add(id);
    }
    const std::string page = collection(r, ids, [] { return std::string(",\"kind\":\"child\""); });
    all.bytes = page.size();
    write_file(to / "tree" / "children.json", page);
    return all;
}

std::string json_of(const made& m)
{
    return "{\"ids\": " + m.ids.json() + ", \"bytes\": " + std::to_string(m.bytes) + "}";
}

} // namespace

int main(int argc, char** argv)
{
    const std::size_t records = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
    if (records == 0 || records % page_size != 0) {
        std::cerr << "usage: benchmark_data DIRECTORY RECORDS   (a multiple of " << page_size << ")\n";
        return 2;
    }
    try {
        const std::filesystem::path to = argv[1];
        std::filesystem::create_directories(to);
        const made flat = make_flat(to, records);
        const made tree = make_tree(to);
        const made child = make_children(to);
        write_file(to / "expected.json",
            "{\"seed\": " + std::to_string(seed) + ", \"records\": " + std::to_string(records) + ",\n \"flat\": "
                + json_of(flat) + ",\n \"tree\": " + json_of(tree) + ",\n \"children\": " + json_of(child) + "}\n");
    } catch (const std::exception& e) {
        std::cerr << "benchmark_data: " << e.what() << '\n';
        return 1;
    }
}
