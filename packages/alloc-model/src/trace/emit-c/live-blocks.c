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
