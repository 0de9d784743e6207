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
