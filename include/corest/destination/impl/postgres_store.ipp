#pragma once

// The store of a PostgreSQL destination: the SQL core, in a schema of a database.

#include <corest/destination/progress.hpp>

#include <corest/destination/impl/postgres_address.ipp>
#include <corest/destination/impl/postgres_connection.ipp>
#include <corest/destination/impl/postgres_database.ipp>
#include <corest/destination/impl/postgres_writer.ipp>
#include <corest/destination/impl/sql_store.ipp>

#include <memory>
#include <string>
#include <utility>

namespace corest::detail {

class postgres_store final : public sql::store {
public:
    explicit postgres_store(postgres_address address)
        : store(postgres_database::own_dialect()),
          place_(std::make_shared<postgres_place>(std::move(address)))
    {
    }

    void interrupt() noexcept override
    {
        store::interrupt();
        place_->interrupt.wake();
    }
    void end_interrupt() noexcept override
    {
        store::end_interrupt();
        place_->interrupt.rest();
    }

protected:
    [[nodiscard]] std::string name() const override { return place_->address.shown(); }

    [[nodiscard]] std::unique_ptr<sql::database> connect() override
    {
        return ready_ ? std::move(ready_) : make(postgres_database::access::write);
    }
    [[nodiscard]] std::unique_ptr<sql::database> connect_to_read() override
    {
        return make(postgres_database::access::read);
    }

    [[nodiscard]] std::unique_ptr<sql::run_guard> lock(const run_identity& run) override
    {
        auto* db = static_cast<postgres_database*>(connected());
        std::unique_ptr<postgres_database> made;
        if (db == nullptr) { // the connection that has the lock is the one that loads
            made = make(postgres_database::access::write);
            db = made.get();
        }
        db->lock(run);
        auto guard = std::make_unique<advisory_guard>(db->self());
        ready_ = std::move(made);
        return guard;
    }

    [[nodiscard]] std::unique_ptr<sql::table_writer> make_writer(sql::database& db, sql::stored_table& target) override
    {
        return std::make_unique<postgres_writer>(static_cast<postgres_database&>(db), target);
    }

private:
    /// Lets go of the lock, unless the connection has gone before.
    class advisory_guard final : public sql::run_guard {
    public:
        explicit advisory_guard(std::weak_ptr<postgres_database*> held) : held_(std::move(held)) {}
        advisory_guard(const advisory_guard&) = delete;
        advisory_guard& operator=(const advisory_guard&) = delete;
        ~advisory_guard() override
        {
            if (const auto db = held_.lock()) {
                (*db)->unlock();
            }
        }

    private:
        std::weak_ptr<postgres_database*> held_;
    };

    [[nodiscard]] std::unique_ptr<postgres_database> make(postgres_database::access mode) const
    {
        return std::make_unique<postgres_database>(place_, mode);
    }

    std::shared_ptr<const postgres_place> place_;
    std::unique_ptr<postgres_database> ready_; ///< has the lock of a run that begins, and is what `connect` gives next
};

} // namespace corest::detail
