#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Nothing below asks the allocator for memory but the calls of the table: all else is static, and printed with write(2). */

static const char calls[CALLS][WIDTH];
