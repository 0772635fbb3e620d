#pragma once

#include <memory>
#include <string>

#include "bot/queue/job_queue.h"

namespace mlx::bot {

/// The queue in one SQLite file, which is made (readable by its owner only) if it is not there.
///
/// Enqueued deliveries survive a loss of power. Calls that arrive together share one
/// transaction and so one flush of the disk; a call that is alone waits for nobody. Several
/// processes on one machine may open one file; a network file system will not do.
///
/// Fails with kIo if the file cannot be used, with kRefused if it is somebody else's database
/// or was written by a newer MLX.
[[nodiscard]] Result<std::unique_ptr<JobQueue>> open_sqlite_queue(const std::string& path);

}  // namespace mlx::bot
