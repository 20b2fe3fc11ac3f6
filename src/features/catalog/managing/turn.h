#pragma once
// What the files of this folder share: the transaction that writes rows of an owner, carrying what all markets show to
// the other databases, and reading and writing one product.

#include <string>

#include "features/catalog/bulk_writer.h"
#include "features/catalog/managing/queries.h"
#include "work/idempotency.h"

namespace marque::catalog {

/// A transaction for rows of an owner. A market's own go through the managed market. Those of ALL go first through one
/// database, that of the default market, so that two managers in two databases cannot pass each other.
class Turn {
public:
    [[nodiscard]] static Task<Turn> begin(http::Context& context, std::string owner);

    /// Between these two what is queued is done as the owner's role.
    void become_owner();
    void become_market();
    /// Commits, with what tells the other databases, and brings a product of ALL there.
    Task<void> commit(http::Context& context, std::string slug);

    db::Transaction transaction;
    MarketCode through;
    std::string owner;
};

/// Refuses (shared_rows) rows of ALL to whoever may not write them.
void require_reach(const std::string& owner, const Reach& reach);
/// Refuses with all that is wrong.
[[noreturn]] void refuse_fields(std::vector<FieldError> mistakes);
/// The constraints that a manager can run into.
[[noreturn]] void explain(const db::Error& error);

Task<HeadRow> get_head(http::Context& context, ProductId id);
/// The product as it is, for writing it elsewhere or anew.
Task<BulkProduct> read_product(db::Handle db, HeadRow head, bool with_skus);
/// The category and the subcategory below it as the owner sees them; refuses slugs that are none, naming the fields.
Task<CategoryPlaceRow> find_place(db::Transaction& transaction, std::string owner, std::string category,
                                  std::optional<std::string> subcategory);
/// Writes a product whole: inserts where no id is given. Texts, features and pictures that it has replace the old ones.
Task<ProductId> write_product(db::Transaction& transaction, std::string owner, std::optional<ProductId> id,
                              BulkProduct product);
/// Writes SKUs by their codes.
Task<void> write_skus(db::Transaction& transaction, std::string owner, ProductId id, std::vector<BulkSku> skus);

/// The answer to a POST: the product as it stands now; of a repeated one, too.
Task<http::Response> answer(http::Context& context, std::string owner, std::string slug, Reach reach, bool replayed);
/// What a POST is known by, in the database that it writes.
[[nodiscard]] work::Idempotency once_of(const http::Context& context, const Turn& turn, std::string_view route);

}  // namespace marque::catalog
