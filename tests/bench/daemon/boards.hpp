#pragma once

namespace skranke::bench {

/// Resident memory idle and with a thousand boards, and how long a call takes to be on the last of them.
void run_boards();

}  // namespace skranke::bench
