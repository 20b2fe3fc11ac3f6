#pragma once
// Pictures in a bucket of anything that speaks S3: Amazon's, MinIO, Ceph, R2.

#include <memory>

#include "features/media/storage.h"

namespace marque::media {

/// Requests are tried three times; what then fails, or is refused, ends as storage_unavailable.
[[nodiscard]] std::unique_ptr<Storage> make_s3_storage(const Config& config, boost::asio::io_context& context);

}  // namespace marque::media
