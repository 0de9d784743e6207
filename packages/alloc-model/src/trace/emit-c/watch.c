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
        /* What waits uses no processor; what computes may have to share it. */
        int busy = (processor_seconds() - used) * 100 > (double)idle;
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
