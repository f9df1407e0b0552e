#pragma once

#include <corest/select/field.hpp>

#include <array>
#include <charconv>
#include <forward_list>
#include <string>
#include <vector>

namespace corest {

namespace detail {

namespace object_keys {

/// The keys that an object had so far. The first ones need no memory of their own, and a key whose sketch no
/// other had is known to be new without a look at them.
class key_set {
public:
    /// \param lasting true where the key's text stays where it is
    /// \return whether it is new
    bool insert(std::string_view key, bool lasting)
    {
        const std::uint64_t bit = std::uint64_t{1} << (sketch(key) % 64);
        if ((bits_ & bit) != 0 && find(key)) {
            return false;
        }
        bits_ |= bit;
        if (!lasting) {
            key = copies_.emplace_front(key);
        }
        if (count_ < few) {
            keys_[count_] = key.data();
            sizes_[count_] = key.size();
            ++count_;
        } else {
            many_.push_back(key);
        }
        return true;
    }

private:
    static constexpr std::size_t few = 64;

    /// A number that most keys of an object differ in.
    static std::size_t sketch(std::string_view key) noexcept
    {
        if (key.empty()) {
            return 0;
        }
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(key[i])); };
        return key.size() + byte(0) * 5 + byte(key.size() / 2) * 13 + byte(key.size() - 1) * 29;
    }

    [[nodiscard]] bool find(std::string_view key) const noexcept
    {
        for (std::size_t i = 0; i < count_; ++i) {
            if (key == std::string_view(keys_[i], sizes_[i])) {
                return true;
            }
        }
        for (const std::string_view other : many_) {
            if (other == key) {
                return true;
            }
        }
        return false;
    }

    std::uint64_t bits_ = 0;
    std::size_t count_ = 0;
    std::array<const char*, few> keys_; // only the first count_ have values
    std::array<std::size_t, few> sizes_;
    std::vector<std::string_view> many_;
    std::forward_list<std::string> copies_;
};

} // namespace object_keys

COREST_DECL field_kind read_number(std::string_view digits, std::int64_t& integer, double& real)
{
    const char* const begin = digits.data();
    const char* const end = begin + digits.size();
    const auto whole = std::from_chars(begin, end, integer);
    if (whole.ec == std::errc() && whole.ptr == end) {
        return field_kind::integer;
    }
    const bool has_fraction = digits.find_first_of(".eE") != std::string_view::npos;
    const bool fits = has_fraction && std::from_chars(begin, end, real).ec == std::errc();
    return fits ? field_kind::real : field_kind::big_number;
}

} // namespace detail

COREST_DECL std::size_t for_each_field(std::string_view json, field_visitor visit, const char* subject)
{
    json_reader reader(json, subject);
    detail::object_keys::key_set keys;
    std::string key_scratch;
    std::string text_scratch;
    std::size_t repeats = 0;
    field found;
    reader.begin_object();
    while (reader.next_key(found.key, key_scratch)) {
        found.repeated = !keys.insert(found.key, found.key.data() != key_scratch.data());
        repeats += found.repeated ? 1 : 0;
        const json_kind kind = reader.kind();
        if (kind == json_kind::string) {
            const std::size_t begin = reader.offset();
            found.kind = field_kind::string;
            found.text = reader.string(text_scratch);
            found.json = json.substr(begin, reader.position() - begin);
        } else {
            found.json = reader.skip();
            found.text = found.json;
            switch (kind) {
            case json_kind::boolean:
                found.kind = field_kind::boolean;
                found.boolean = found.json == "true";
                break;
            case json_kind::number:
                found.kind = detail::read_number(found.json, found.integer, found.real);
                break;
            case json_kind::array:
                found.kind = field_kind::array;
                break;
            case json_kind::object:
                found.kind = field_kind::object;
                break;
            default:
                found.kind = field_kind::null;
            }
        }
        visit(found);
    }
    reader.finish();
    return repeats;
}

} // namespace corest
