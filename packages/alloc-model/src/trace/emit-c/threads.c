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
