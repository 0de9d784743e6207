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
