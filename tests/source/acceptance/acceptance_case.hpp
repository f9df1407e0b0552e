#pragma once

/// \file
/// One of the acceptance cases: what is asked of an API, how its server behaves, and what must come of it. It goes
/// through a dictionary and, where one exists, through a flow.

#include <corest/http/client.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/resource/resource.hpp>
#include <corest/resource/response_rule.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace acceptance {

/// Answers a request.
using server = std::function<corest::response(const corest::request&)>;
/// Makes the resource of a flow.
using flow_maker = std::function<corest::resource(const corest::client&)>;

/// What came of reading.
class result {
public:
    std::vector<std::string> requests; ///< target of each, and its body where it has one, in the order of sending
    std::vector<std::string> records;  ///< of the last resource
    std::vector<std::string> bound;    ///< "_posts_id=1", of each page of the last resource
    std::string failure;               ///< of the first resource that failed
    std::string incomplete;            ///< what the server has stated and not sent
};

/// A case. Its setters are chained.
class acceptance_case {
public:
    acceptance_case(int case_number, std::string case_title) : number(case_number), title(std::move(case_title)) {}

    /// The resources, as JSON; of one resource `r` its endpoint's keys besides the path: `endpoint`.
    acceptance_case&& resources(std::string json) &&
    {
        dictionary = std::move(json);
        return std::move(*this);
    }
    acceptance_case&& endpoint(const std::string& keys) &&
    {
        dictionary = R"([{"name": "r", "endpoint": {"path": "r")" + (keys.empty() ? "" : ", " + keys) + "}}]";
        return std::move(*this);
    }
    /// Further keys of the client.
    acceptance_case&& client(std::string keys) &&
    {
        client_keys = std::move(keys);
        return std::move(*this);
    }
    /// Of responses, in the flow's client.
    acceptance_case&& rules(std::vector<corest::response_rule> given) &&
    {
        flow_rules = std::move(given);
        return std::move(*this);
    }
    acceptance_case&& flow(flow_maker make) &&
    {
        by_flow = std::move(make);
        return std::move(*this);
    }
    /// The flow of one resource `r` that is paged so, and whose records are at `items`.
    acceptance_case&& paging(corest::any_paginator by, std::string selector = "items") &&
    {
        by_flow = [by = std::move(by), selector = std::move(selector)](const corest::client& api) {
            return corest::get(api, "r") | corest::named("r") | corest::paginate(by) | corest::select(selector);
        };
        return std::move(*this);
    }
    acceptance_case&& serves(server answer) &&
    {
        answers = std::move(answer);
        return std::move(*this);
    }
    acceptance_case&& requests(std::vector<std::string> expected) &&
    {
        expected_requests = std::move(expected);
        return std::move(*this);
    }
    /// The records of the last resource, in any order.
    acceptance_case&& records(std::vector<std::string> expected) &&
    {
        expected_records = std::move(expected);
        return std::move(*this);
    }
    /// `{"id":from}` up to `{"id":to-1}`.
    acceptance_case&& ids(int from, int to) &&
    {
        expected_records.emplace();
        for (int i = from; i < to; ++i) {
            expected_records->push_back("{\"id\":" + std::to_string(i) + "}");
        }
        return std::move(*this);
    }
    acceptance_case&& bound(std::vector<std::string> expected) &&
    {
        expected_bound = std::move(expected);
        return std::move(*this);
    }
    /// Parts of the message; none: nothing fails.
    acceptance_case&& fails(std::vector<std::string> parts) &&
    {
        failure = std::move(parts);
        return std::move(*this);
    }
    acceptance_case&& incomplete(std::string part) &&
    {
        stated = std::move(part);
        return std::move(*this);
    }

    int number;
    std::string title;
    std::string dictionary; ///< empty: none
    std::string client_keys;
    flow_maker by_flow; ///< empty: none
    std::vector<corest::response_rule> flow_rules;
    server answers;
    std::optional<std::vector<std::string>> expected_requests;
    std::optional<std::vector<std::string>> expected_records;
    std::optional<std::vector<std::string>> expected_bound;
    std::vector<std::string> failure;
    std::string stated; ///< part of what the server has stated and not sent; empty: nothing
};

/// A case that a test of its own shows: `Suite.Name`.
class shown_elsewhere {
public:
    shown_elsewhere(int case_number, std::string test_name) : number(case_number), test(std::move(test_name)) {}
    int number;
    std::string test;
};

/// \name The cases, by what they are about
/// @{
[[nodiscard]] std::vector<acceptance_case> paging_cases();
[[nodiscard]] std::vector<acceptance_case> record_cases();
[[nodiscard]] std::vector<acceptance_case> parent_cases();
[[nodiscard]] std::vector<shown_elsewhere> cases_of_other_tests();
/// @}

} // namespace acceptance
