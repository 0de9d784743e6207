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
    if (number == 0) {
        add(line, "the start, before call 1");
        return;
    }
    add(line, "call ");
    add_number(line, number);
    add(line, " of ");
    add_number(line, CALLS);
    add(line, ": ");
    add(line, calls[number - 1]);
}

static _Noreturn void leave(const char *reason, int code) {
    struct line line = {{0}, 0};
    add(&line, reason);
    print(&line);
    _exit(code);
}
