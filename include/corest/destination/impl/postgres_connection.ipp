#pragma once

// A connection to a PostgreSQL server by libpq, without blocking: so that a wait can be given up at once.

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/postgres_address.ipp>
#include <corest/destination/impl/sql_database.ipp>

#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace corest::detail {

/// Wakes a thread that waits for a socket, until `rest`.
class wake_pipe {
public:
    wake_pipe()
    {
        if (::pipe(ends_.data()) != 0) {
            throw error(errc::destination_failed, "no pipe could be made", "Raise the limit of open files (ulimit -n)");
        }
        for (const int end : ends_) {
            ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
        }
    }
    wake_pipe(const wake_pipe&) = delete;
    wake_pipe& operator=(const wake_pipe&) = delete;
    ~wake_pipe()
    {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }

    /// From now on all waits end at once.
    void wake() const noexcept
    {
        const char byte = 0;
        if (::write(ends_[1], &byte, 1) != 1) {
            // Nobody waits on a pipe that is full without being woken.
        }
    }
    /// The end of that.
    void rest() const noexcept
    {
        std::array<char, 64> bytes{};
        while (::read(ends_[0], bytes.data(), bytes.size()) > 0) {
        }
    }
    [[nodiscard]] int descriptor() const noexcept { return ends_[0]; }

private:
    std::array<int, 2> ends_{};
};

/// Where connections go, and what ends their waits.
class postgres_place {
public:
    explicit postgres_place(postgres_address a) : address(std::move(a)) {}

    postgres_address address;
    wake_pipe interrupt;
};

/// A prepared statement that is sent together with others.
class postgres_posted {
public:
    std::string name;
    std::string message;
    std::vector<std::optional<std::string>> values;
    std::vector<int> formats;
    std::function<void(std::int64_t)> check; ///< is given the number of rows that it has changed
};

using postgres_result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A connection, for one thread.
class postgres_connection {
public:
    /// Opens nothing yet.
    explicit postgres_connection(std::shared_ptr<const postgres_place> place) : place_(std::move(place)) {}

    /// Makes the connection, in place of one that is lost.
    /// \throws sql::refusal
    void open(const std::string& message)
    {
        forget_posted();
        connection_.reset(start());
        if (!connection_) {
            throw sql::refusal(sql::refusal::reason::other, message, {}, "out of memory");
        }
        const auto deadline = std::chrono::steady_clock::now() + timeout();
        PostgresPollingStatusType state = PGRES_POLLING_WRITING;
        while (state != PGRES_POLLING_OK) {
            if (state == PGRES_POLLING_FAILED || PQstatus(get()) == CONNECTION_BAD) {
                fail_to_connect(message, PQerrorMessage(get()));
            }
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
            if (left.count() <= 0 || !wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, left, message)) {
                fail_to_connect(message, "it took too long");
            }
            state = PQconnectPoll(get());
        }
        PQsetnonblocking(get(), 1);
        PQsetNoticeProcessor(get(), [](void*, const char*) {}, nullptr);
        ++generation_;
    }

    [[nodiscard]] PGconn* get() const noexcept { return connection_.get(); }
    /// Another number after each `open`: what was prepared before is gone.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
    [[nodiscard]] bool is_lost() const noexcept { return PQstatus(get()) != CONNECTION_OK; }

    /// Runs SQL, one statement or several. \return the last result that has rows, or the last one
    /// \throws sql::refusal
    postgres_result run(const std::string& sql, const std::string& message)
    {
        finish_posted();
        send(PQsendQuery(get(), sql.c_str()), message);
        return finish(message);
    }

    /// Keeps a statement for `finish_posted`.
    void post(postgres_posted statement)
    {
        constexpr std::size_t most = 1000;
        posted_.push_back(std::move(statement));
        if (posted_.size() == most) {
            finish_posted();
        }
    }
    /// What was posted is not wanted any more.
    void forget_posted() noexcept { posted_.clear(); }

    /// Runs what was posted, in its order, with one wait for the server. Everything else begins with this.
    /// \throws sql::refusal, and what the checks throw
    void finish_posted()
    {
        if (posted_.empty()) {
            return;
        }
        const std::vector<postgres_posted> all = std::exchange(posted_, {});
        if (PQenterPipelineMode(get()) != 1) {
            fail_lost(all.front().message);
        }
        for (const postgres_posted& one : all) {
            send(one);
        }
        if (PQpipelineSync(get()) != 1) {
            fail_lost(all.front().message);
        }
        flush(all.front().message);
        std::vector<std::int64_t> changes;
        postgres_result failed(nullptr, &PQclear);
        for (const postgres_posted& one : all) {
            while (postgres_result next = take(one.message)) {
                const ExecStatusType status = PQresultStatus(next.get());
                if (status == PGRES_FATAL_ERROR && !failed) {
                    failed = std::move(next);
                } else if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
                    changes.push_back(std::strtoll(PQcmdTuples(next.get()), nullptr, 10));
                }
            }
            if (is_lost()) {
                fail_lost(one.message);
            }
        }
        static_cast<void>(take(all.front().message)); // that of the synchronisation, behind which there is no more
        PQexitPipelineMode(get());
        if (failed) {
            fail(failed.get(), all[changes.size()].message);
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].check) {
                all[i].check(changes[i]);
            }
        }
    }

    /// Sends a query by one of libpq's functions. \param sent what the function has returned
    void send(int sent, const std::string& message)
    {
        if (sent != 1) {
            fail_lost(message);
        }
        flush(message);
    }

    /// Waits for all results of what was sent.
    /// \throws sql::refusal
    postgres_result finish(const std::string& message)
    {
        postgres_result kept(nullptr, &PQclear);
        postgres_result failed(nullptr, &PQclear);
        while (postgres_result next = take(message)) {
            switch (PQresultStatus(next.get())) {
            case PGRES_COPY_IN:
            case PGRES_COPY_OUT:
            case PGRES_COPY_BOTH:
                return next;
            case PGRES_TUPLES_OK:
            case PGRES_COMMAND_OK:
            case PGRES_EMPTY_QUERY:
                if (!kept || PQntuples(next.get()) > 0) {
                    kept = std::move(next);
                }
                break;
            default:
                failed = std::move(next);
            }
        }
        if (failed) {
            fail(failed.get(), message);
        }
        if (!kept) {
            fail_lost(message);
        }
        return kept;
    }

    /// Sends data of a COPY that has begun, and ends it.
    void copy(std::string_view data, const std::string& message)
    {
        constexpr std::size_t most = std::size_t{1} << 20U;
        while (!data.empty()) {
            const std::string_view part = data.substr(0, most);
            const int taken = PQputCopyData(get(), part.data(), static_cast<int>(part.size()));
            if (taken < 0) {
                finish_copy(message);
                fail_lost(message);
            }
            if (taken == 0) {
                flush(message);
                continue;
            }
            data.remove_prefix(part.size());
        }
        finish_copy(message);
    }

    [[noreturn]] void fail(const PGresult* result, const std::string& message) const
    {
        const char* const field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        const std::string state = field != nullptr ? field : "";
        if (is_lost() || state.starts_with("57P") || state.starts_with("08")) {
            throw sql::refusal(sql::refusal::reason::lost, message, lost_hint(), describe(result));
        }
        const auto why = is_of_others(result) ? sql::refusal::reason::conflict : reason_of(state);
        const char* const constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
        throw sql::refusal(
            why, message, hint_of(state), describe(result), constraint != nullptr ? constraint : std::string());
    }

    [[noreturn]] void fail_lost(const std::string& message) const
    {
        throw sql::refusal(sql::refusal::reason::lost, message, lost_hint(), one_line(PQerrorMessage(get())));
    }

    /// Lets a while pass, unless it is interrupted.
    void pause(std::chrono::milliseconds time, const std::string& message) { wait_for(-1, 0, time, message); }

private:
    struct close {
        void operator()(PGconn* c) const noexcept { PQfinish(c); }
    };

    void send(const postgres_posted& one)
    {
        std::vector<const char*> values;
        std::vector<int> lengths;
        for (const std::optional<std::string>& value : one.values) {
            values.push_back(value ? value->c_str() : nullptr);
            lengths.push_back(value ? static_cast<int>(value->size()) : 0);
        }
        if (PQsendQueryPrepared(get(), one.name.c_str(), static_cast<int>(values.size()), values.data(), lengths.data(),
                one.formats.data(), 1)
            != 1)
        {
            fail_lost(one.message);
        }
    }

    [[nodiscard]] PGconn* start() const
    {
        // What the address says goes before these.
        const std::array<const char*, 5> keys = {"fallback_application_name", "client_encoding", "dbname", nullptr};
        const std::array<const char*, 5> values = {"corest", "UTF8", place_->address.connection().c_str(), nullptr};
        return PQconnectStartParams(keys.data(), values.data(), 1);
    }

    /// As `connect_timeout` says, which libpq leaves to who does not block.
    [[nodiscard]] std::chrono::seconds timeout() const
    {
        constexpr std::chrono::seconds by_default(30);
        const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(get()), &PQconninfoFree);
        for (const PQconninfoOption* o = options.get(); o != nullptr && o->keyword != nullptr; ++o) {
            if (std::string_view(o->keyword) == "connect_timeout" && o->val != nullptr) {
                const long stated = std::strtol(o->val, nullptr, 10);
                return stated > 0 ? std::chrono::seconds(std::max(stated, 2L)) : by_default;
            }
        }
        return by_default;
    }

    /// Waits for the socket. \return false where the time is over
    bool wait(short events, std::chrono::milliseconds time, const std::string& message)
    {
        return wait_for(PQsocket(get()), events, time, message);
    }

    bool wait_for(int socket, short events, std::chrono::milliseconds time, const std::string& message)
    {
        std::array<pollfd, 2> both = {pollfd{place_->interrupt.descriptor(), POLLIN, 0}, pollfd{socket, events, 0}};
        for (;;) {
            const int ready = ::poll(both.data(), both.size(), static_cast<int>(time.count()));
            if (ready < 0 && errno == EINTR) {
                continue;
            }
            if (both[0].revents != 0) {
                cancel();
                connection_.reset();
                throw sql::refusal(sql::refusal::reason::other, message, {}, "it was interrupted");
            }
            return ready != 0;
        }
    }

    /// Has the server end what it does for the connection, and so let go of its locks: it would not notice before it is
    /// done that nobody is there any more.
    void cancel() noexcept
    {
        if (PQtransactionStatus(get()) != PQTRANS_ACTIVE) {
            return;
        }
        try {
            const std::shared_ptr<PGcancel> request(PQgetCancel(get()), &PQfreeCancel);
            // By a connection of its own, for which libpq waits without an end where the network is down.
            std::thread([request] {
                std::array<char, 256> failure{};
                PQcancel(request.get(), failure.data(), static_cast<int>(failure.size()));
            }).detach();
        } catch (const std::exception&) {
            return; // no thread can be had
        }
        constexpr std::chrono::milliseconds most(300);
        const auto deadline = std::chrono::steady_clock::now() + most;
        while (PQisBusy(get()) != 0 && std::chrono::steady_clock::now() < deadline) {
            pollfd one = {PQsocket(get()), POLLIN, 0};
            if (::poll(&one, 1, 20) > 0 && PQconsumeInput(get()) != 1) {
                return;
            }
        }
    }

    /// Waits until something can be read, or written.
    void wait_without_end(short events, const std::string& message)
    {
        wait(events, std::chrono::milliseconds(-1), message);
    }

    void flush(const std::string& message)
    {
        for (;;) {
            const int left = PQflush(get());
            if (left == 0) {
                return;
            }
            if (left < 0) {
                fail_lost(message);
            }
            wait_without_end(POLLIN | POLLOUT, message);
            // The server may be waiting for its own answers to be read.
            if (PQconsumeInput(get()) != 1) {
                fail_lost(message);
            }
        }
    }

    [[nodiscard]] postgres_result take(const std::string& message)
    {
        while (PQisBusy(get()) != 0) {
            wait_without_end(POLLIN, message);
            if (PQconsumeInput(get()) != 1) {
                break; // what has come, and then the loss, is what PQgetResult gives
            }
        }
        return {PQgetResult(get()), &PQclear};
    }

    void finish_copy(const std::string& message)
    {
        for (;;) {
            const int ended = PQputCopyEnd(get(), nullptr);
            if (ended == 1) {
                break;
            }
            if (ended < 0) {
                break; // the results say why
            }
            flush(message);
        }
        flush(message);
        finish(message);
    }

    [[noreturn]] void fail_to_connect(const std::string& message, std::string_view cause) const
    {
        throw sql::refusal(is_opened() ? sql::refusal::reason::lost : sql::refusal::reason::other, message,
            "Is the server running, and are host, port, user, password and database right? libpq reads PGHOST, PGUSER, "
            "PGPASSWORD and the like, and ~/.pgpass",
            one_line(cause));
    }
    [[nodiscard]] bool is_opened() const noexcept { return generation_ != 0; }

    [[nodiscard]] static std::string lost_hint()
    {
        return "The connection to the server was lost; what was committed is kept, and a run goes on where it stopped";
    }

    /// What the server says, in one line.
    [[nodiscard]] static std::string describe(const PGresult* result)
    {
        const char* const primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        const char* const detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
        std::string text = one_line(primary != nullptr ? primary : PQresultErrorMessage(result));
        if (detail != nullptr) {
            text += " (" + one_line(detail) + ")";
        }
        return text;
    }

    [[nodiscard]] static std::string one_line(std::string_view text)
    {
        std::string line;
        for (const char c : text) {
            line += c == '\n' || c == '\t' ? ' ' : c;
        }
        return std::string(trimmed(line));
    }

    /// Whether a row that another writer has just made is in the way, in a table that is not the user's: of the
    /// catalogue, or of the state.
    [[nodiscard]] static bool is_of_others(const PGresult* result)
    {
        const auto field = [&](int code) {
            const char* const text = PQresultErrorField(result, code);
            return std::string_view(text != nullptr ? text : "");
        };
        const std::string_view table = field(PG_DIAG_TABLE_NAME);
        return field(PG_DIAG_SQLSTATE) == "23505"
            && (field(PG_DIAG_SCHEMA_NAME) == "pg_catalog"
                || (table.starts_with("_corest_") && !table.starts_with("_corest_staging_")));
    }

    [[nodiscard]] static sql::refusal::reason reason_of(std::string_view state)
    {
        using reason = sql::refusal::reason;
        if (state == "42P07" || state == "42701" || state == "42710" || state == "42P06" || state.starts_with("40")) {
            return reason::conflict; // another one has just made it; or a deadlock, or no serial order
        }
        if (state == "42703" || state == "42P01" || state == "0A000") {
            return reason::outdated; // a column or a table is not there, or a cached plan has another type
        }
        if (state.starts_with("23")) {
            return reason::constraint;
        }
        // 42804, 42846: a column's type takes no such values; 54000: an index no such large ones.
        if (state.starts_with("22") || state == "42804" || state == "42846" || state == "54000") {
            return reason::data;
        }
        return reason::other;
    }

    [[nodiscard]] static std::string hint_of(std::string_view state)
    {
        if (state == "55P03") {
            return "Another session holds a lock on the table: end its transaction, and run it again";
        }
        if (state == "42501") {
            return "The user needs the right to do this: GRANT it, or connect as another user, or load into another "
                   "schema (?schema=)";
        }
        if (state == "53100") {
            return "Make room on the server's disk";
        }
        if (state == "2BP01") {
            return "Something depends on the table: drop that, or the table, and run it again";
        }
        if (state.starts_with("22")) {
            return "The column's type does not take the value: declare another type in columns, or change the "
                   "column's type in the database";
        }
        if (state.starts_with("23")) {
            return std::string(sql::broken_constraint_hint);
        }
        return {};
    }

    std::shared_ptr<const postgres_place> place_;
    std::uint64_t generation_ = 0; ///< 0: was never open
    std::vector<postgres_posted> posted_;
    std::unique_ptr<PGconn, close> connection_;
};

} // namespace corest::detail
