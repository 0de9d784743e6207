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

/* ---- the allocator ------------------------------------------------------------------------------------------------ */

#if SIZED
#if PREFIXED
#define WEAK
#else
/* Weak: the program also links to, and runs on, an allocator that has no sized calls. */
#define WEAK __attribute__((weak))
#endif
extern void *NAME(mallocx)(size_t size, int flags) WEAK;
extern void *NAME(rallocx)(void *block, size_t size, int flags) WEAK;
extern void NAME(sdallocx)(void *block, size_t claimed, int flags) WEAK;
extern void NAME(dallocx)(void *block, int flags) WEAK;
#endif

#if PREFIXED && !SIZED
extern void *NAME(malloc)(size_t size);
extern void *NAME(calloc)(size_t count, size_t size);
extern void *NAME(aligned_alloc)(size_t alignment, size_t size);
extern void *NAME(realloc)(void *block, size_t size);
extern void NAME(free)(void *block);
#endif

#if SIZED && PREFIXED
static int has_sized_calls(void) { return 1; }
#elif SIZED
static int has_sized_calls(void) { return mallocx != NULL && rallocx != NULL && sdallocx != NULL && dallocx != NULL; }
#else
static int has_sized_calls(void) { return 0; }
#endif

#if !SIZED || !PREFIXED
/* The low six bits of the flags are the logarithm of the alignment; malloc() aligns to 8 bytes at least. */
static size_t alignment_of(int flags) {
    unsigned lg = (unsigned)flags & 0x3fu;
    return lg > 3 ? (size_t)1 << lg : 0;
}

static void *plain_get(size_t size, int flags) {
    size_t alignment = alignment_of(flags);
    int zeroed = (flags & 0x40) != 0;
    void *block;
    if (alignment == 0) return zeroed ? NAME(calloc)(1, size) : NAME(malloc)(size);
    block = NAME(aligned_alloc)(alignment, size);
    if (block != NULL && zeroed) memset(block, 0, size);
    return block;
}

static void *plain_resize(void *block, size_t before, size_t size, int flags) {
    void *moved;
    if (alignment_of(flags) == 0) return NAME(realloc)(block, size);
    /* There is no aligned realloc(). */
    moved = plain_get(size, flags);
    if (moved == NULL) return NULL;
    memcpy(moved, block, before < size ? before : size);
    NAME(free)(block);
    return moved;
}
#endif

static void *get(size_t size, int flags) {
#if SIZED
    if (has_sized_calls()) return NAME(mallocx)(size, flags);
#endif
#if !SIZED || !PREFIXED
    return plain_get(size, flags);
#else
    return NULL;
#endif
}

static void *resize(void *block, size_t before, size_t size, int flags) {
#if SIZED
    if (has_sized_calls()) return NAME(rallocx)(block, size, flags);
#endif
#if !SIZED || !PREFIXED
    return plain_resize(block, before, size, flags);
#else
    (void)before;
    return NULL;
#endif
}

/* A claimed size of 0 stands for dallocx, which claims none. */
static void give_back(void *block, size_t claimed, int flags) {
#if SIZED
    if (has_sized_calls()) {
        if (claimed != 0) NAME(sdallocx)(block, claimed, flags);
        else NAME(dallocx)(block, flags);
        return;
    }
#endif
#if !SIZED || !PREFIXED
    (void)claimed;
    (void)flags;
    NAME(free)(block);
#endif
}

/* ---- what is printed ---------------------------------------------------------------------------------------------- */

struct line {
    char text[256];
    size_t length;
};

static void add(struct line *line, const char *text) {
    while (*text != '\0' && line->length < sizeof line->text) line->text[line->length++] = *text++;
}

static void add_number(struct line *line, unsigned long long value) {
    char digits[24];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    add(line, digits + at);
}

static void print(struct line *line) {
    size_t written = 0;
    add(line, "\n");
    while (written < line->length) {
        ssize_t more = write(STDERR_FILENO, line->text + written, line->length - written);
        if (more <= 0) return;
        written += (size_t)more;
    }
}

/* Number of the call under way, from 1; 0 before the first. In gdb: print under_way. */
static atomic_size_t under_way;

static void add_call(struct line *line) {
    size_t number = atomic_load(&under_way);
    add(line, "call ");
    add_number(line, number);
    add(line, " of ");
    add_number(line, CALLS);
    if (number == 0) return;
    add(line, ": ");
    add(line, calls[number - 1]);
}

static _Noreturn void leave(const char *reason, int code) {
    struct line line = {{0}, 0};
    add(&line, reason);
    print(&line);
    _exit(code);
}

/* ---- live blocks, by address: a treap whose nodes are the numbers of the calls that returned them ----------------- */

static void *blocks[CALLS + 1];
static size_t sizes[CALLS + 1];
static uint32_t lower[CALLS + 1];
static uint32_t higher[CALLS + 1];
static unsigned char entered[CALLS + 1];
static uint32_t root;
static size_t first_overlap;
static size_t overlaps;

static uintptr_t start_of(uint32_t node) { return (uintptr_t)blocks[node]; }

static uint32_t priority(uint32_t node) {
    node = (node ^ (node >> 16)) * 0x7feb352du;
    node = (node ^ (node >> 15)) * 0x846ca68bu;
    return node ^ (node >> 16);
}

/* The blocks that start below `at`, and the others. */
static void split(uint32_t tree, uintptr_t at, uint32_t *low, uint32_t *high) {
    while (tree != 0) {
        if (start_of(tree) < at) {
            *low = tree;
            low = &higher[tree];
            tree = *low;
        } else {
            *high = tree;
            high = &lower[tree];
            tree = *high;
        }
    }
    *low = 0;
    *high = 0;
}

static uint32_t joined(uint32_t low, uint32_t high) {
    uint32_t tree = 0;
    uint32_t *at = &tree;
    while (low != 0 && high != 0) {
        if (priority(low) > priority(high)) {
            *at = low;
            at = &higher[low];
            low = *at;
        } else {
            *at = high;
            at = &lower[high];
            high = *at;
        }
    }
    *at = low != 0 ? low : high;
    return tree;
}

/* A block that overlaps another is counted, and not entered. */
static void enter(uint32_t node) {
    uintptr_t start = start_of(node);
    uint32_t low;
    uint32_t high;
    uint32_t before;
    uint32_t after;
    uint32_t other = 0;
    split(root, start, &low, &high);
    for (before = low; before != 0 && higher[before] != 0;) before = higher[before];
    for (after = high; after != 0 && lower[after] != 0;) after = lower[after];
    if (before != 0 && start - start_of(before) < sizes[before]) other = before;
    else if (after != 0 && start_of(after) - start < sizes[node]) other = after;
    if (other == 0) {
        entered[node] = 1;
        low = joined(low, node);
    } else if (overlaps++ == 0) {
        struct line line = {{0}, 0};
        first_overlap = node;
        add(&line, "overlap: ");
        add_call(&line);
        add(&line, " returned memory of the block that call ");
        add_number(&line, other);
        add(&line, " returned, which is in use");
        print(&line);
    }
    root = joined(low, high);
}

static void remove_block(uint32_t node) {
    uint32_t low;
    uint32_t middle;
    uint32_t high;
    if (!entered[node]) return;
    split(root, start_of(node), &low, &middle);
    split(middle, start_of(node) + 1, &middle, &high);
    root = joined(low, high);
    entered[node] = 0;
    lower[node] = 0;
    higher[node] = 0;
}

/* ---- the calls ---------------------------------------------------------------------------------------------------- */

enum kind { MALLOCX, RALLOCX, SDALLOCX, DALLOCX, TEXIT };

struct call {
    enum kind kind;
    /* The call that returned the block. */
    uint32_t block;
    size_t size;
    int flags;
    /* The K of tK. */
    unsigned long thread;
};

static unsigned long long next_number(const char **text) {
    unsigned long long value = 0;
    while (**text == ' ' || **text == 't') ++*text;
    for (; **text != ' ' && **text != '\0'; ++*text) value = value * 10 + (unsigned long long)(**text - '0');
    return value;
}

/* The call in a row of the table. */
static struct call call_in(size_t index) {
    const char *text = calls[index];
    struct call call = {MALLOCX, 0, 0, 0, 0};
    switch (*text) {
    case 'm': call.kind = MALLOCX; break;
    case 'r': call.kind = RALLOCX; break;
    case 's': call.kind = SDALLOCX; break;
    case 'd': call.kind = DALLOCX; break;
    default: call.kind = TEXIT; break;
    }
    while (*text != ' ') text++;
    if (call.kind != TEXIT) {
        if (call.kind != MALLOCX) call.block = (uint32_t)next_number(&text);
        if (call.kind != DALLOCX) call.size = (size_t)next_number(&text);
        call.flags = (int)next_number(&text);
    }
    if (*text != '\0') call.thread = (unsigned long)next_number(&text);
    return call;
}

static unsigned long every;
static unsigned long break_at;
static unsigned long stall_seconds = 10;
static int touches;
static int waits;

static void make(const struct call *call, uint32_t number) {
    void *block = call->block == 0 ? NULL : blocks[call->block];
    void *result;
    if (block != NULL) remove_block(call->block);
    switch (call->kind) {
    case MALLOCX: result = get(call->size, call->flags); break;
    case RALLOCX: result = resize(block, sizes[call->block], call->size, call->flags); break;
    case SDALLOCX: give_back(block, call->size, call->flags); return;
    default: give_back(block, 0, call->flags); return;
    }
    if (result == NULL) {
        struct line line = {{0}, 0};
        add(&line, "no memory in ");
        add_call(&line);
        print(&line);
        _exit(3);
    }
    blocks[number] = result;
    sizes[number] = call->size;
    if (touches) {
        ((volatile char *)result)[0] = 1;
        ((volatile char *)result)[call->size - 1] = 1;
    }
    enter(number);
}

/* ---- threads: one runs at a time, the one that holds the baton ---------------------------------------------------- */

#define MAIN 0
#define NOBODY (SLOTS + 1)
#define STACK_BYTES (128 * 1024)

/* A slot is the main thread, or one that was started before the first call and takes part once the log names it. */
static struct {
    pthread_t thread;
    pthread_cond_t go;
    unsigned long name;
    enum { FREE, NAMED, ENDED } state;
} slots[SLOTS + 1];

static _Alignas(4096) char stacks[SLOTS + 1][STACK_BYTES];
static pthread_mutex_t baton = PTHREAD_MUTEX_INITIALIZER;
static size_t turn = MAIN;
/* The thread that is ending: whoever has the baton next waits for that. */
static size_t ending = NOBODY;
static size_t to_start = THREADS;
static size_t row;

static void *worker(void *argument);

static void start(size_t slot) {
    pthread_attr_t attributes;
    to_start--;
    slots[slot].state = FREE;
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, stacks[slot], STACK_BYTES) != 0 ||
        pthread_create(&slots[slot].thread, &attributes, worker, &slots[slot]) != 0) {
        leave("a thread cannot be started", 2);
    }
    pthread_attr_destroy(&attributes);
}

static size_t slot_of(unsigned long thread) {
    size_t slot;
    if (MAIN_IS_T0 && thread == 0) return MAIN;
    for (slot = 1; slot <= SLOTS; slot++) {
        if (slots[slot].state == NAMED && slots[slot].name == thread) return slot;
    }
    for (slot = 1; slot <= SLOTS; slot++) {
        if (slots[slot].state != FREE) continue;
        slots[slot].state = NAMED;
        slots[slot].name = thread;
        return slot;
    }
    leave("more threads at once than the program was made for", 2);
}

/* The thread that ends is gone: its destructors, and the allocator's, have run. */
static void bury(void) {
    pthread_join(slots[ending].thread, NULL);
    if (to_start != 0) start(ending);
    ending = NOBODY;
}

static _Noreturn void finish(void) {
    struct line line = {{0}, 0};
    add(&line, "all ");
    add_number(&line, CALLS);
    add(&line, " calls returned");
    if (overlaps != 0) {
        add(&line, "; overlap first=");
        add_number(&line, first_overlap);
        add(&line, " count=");
        add_number(&line, overlaps);
    }
    print(&line);
    _exit(overlaps == 0 ? 0 : 1);
}

static void announce(size_t number) {
    atomic_store(&under_way, number);
    if (every != 0 && number % every == 0) {
        struct line line = {{0}, 0};
        add_call(&line);
        print(&line);
    }
    if (number == break_at) raise(SIGTRAP);
}

/* Makes the calls of one thread, whenever it has the baton. Returns where the thread ends. */
static void work(size_t me) {
    pthread_mutex_lock(&baton);
    for (;;) {
        struct call call;
        while (turn != me) pthread_cond_wait(&slots[me].go, &baton);
        if (ending != NOBODY) bury();
        if (row == CALLS) {
            if (me == MAIN) finish();
            turn = MAIN;
        } else {
            call = call_in(row);
            turn = slot_of(call.thread);
        }
        if (turn != me) {
            pthread_cond_signal(&slots[turn].go);
            continue;
        }
        announce(++row);
        if (call.kind == TEXIT) break;
        make(&call, (uint32_t)row);
    }
    slots[me].state = ENDED;
    ending = me;
    turn = MAIN;
    pthread_cond_signal(&slots[MAIN].go);
    pthread_mutex_unlock(&baton);
}

static void *worker(void *argument) {
    size_t slot;
    for (slot = 1; &slots[slot] != argument;) slot++;
    work(slot);
    return NULL;
}

/* ---- what goes wrong ---------------------------------------------------------------------------------------------- */

static void on_signal(int number) {
    struct line line = {{0}, 0};
    add(&line, "signal ");
    add_number(&line, (unsigned long long)number);
    add(&line, " in ");
    add_call(&line);
    print(&line);
    /* The handler is reset: once it returns, the program ends as it would have without it. */
    raise(number);
}

static void handle_signals(void) {
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGINT, SIGTERM};
    struct sigaction action;
    size_t index;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND;
    for (index = 0; index < sizeof numbers / sizeof *numbers; index++) sigaction(numbers[index], &action, NULL);
}

static double processor_seconds(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

/* Comes every second, and says so when no call has returned for a while. A thread for it would ask the allocator for memory. */
static void on_alarm(int number) {
    static size_t last;
    static unsigned long idle;
    static double used;
    size_t now = atomic_load(&under_way);
    (void)number;
    if (now != last) {
        last = now;
        idle = 0;
        used = processor_seconds();
    } else if (++idle >= stall_seconds) {
        int busy = (processor_seconds() - used) * 4 > (double)idle;
        struct line line = {{0}, 0};
        add(&line, "stuck in ");
        add_call(&line);
        add(&line, busy ? " (it keeps computing)" : " (it waits)");
        print(&line);
        if (!waits) _exit(4);
        line.length = 0;
        add(&line, "to look at it: gdb -p ");
        add_number(&line, (unsigned long long)getpid());
        print(&line);
        return;
    }
    alarm(1);
}

static void start_watch(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
}

/* ---- the program -------------------------------------------------------------------------------------------------- */

static _Noreturn void refuse(void) {
    leave("usage: [--every N] [--stall SECONDS] [--break CALL] [--touch] [--wait]", 2);
}

static unsigned long count(const char *text) {
    unsigned long value = 0;
    if (text == NULL || *text == '\0') refuse();
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || value > 100000000) refuse();
        value = value * 10 + (unsigned long)(*text - '0');
    }
    return value;
}

static void read_options(char **words) {
    for (; *words != NULL; words++) {
        if (strcmp(*words, "--touch") == 0) touches = 1;
        else if (strcmp(*words, "--wait") == 0) waits = 1;
        else if (strcmp(*words, "--every") == 0) every = count(*++words);
        else if (strcmp(*words, "--stall") == 0) stall_seconds = count(*++words);
        else if (strcmp(*words, "--break") == 0) break_at = count(*++words);
        else refuse();
    }
}

int main(int argc, char **argv) {
    size_t slot;
    if (argc > 1) read_options(argv + 1);
    if (SIZED && !has_sized_calls()) {
        struct line line = {{0}, 0};
        add(&line, "note: this allocator has no mallocx and sdallocx; malloc() and free() are called, which are told no sizes");
        print(&line);
    }
    handle_signals();
    start_watch();
    for (slot = 0; slot <= SLOTS; slot++) pthread_cond_init(&slots[slot].go, NULL);
    pthread_mutex_lock(&baton);
    for (slot = 1; slot <= SLOTS; slot++) start(slot);
    pthread_mutex_unlock(&baton);
    work(MAIN);
    return 0;
}

