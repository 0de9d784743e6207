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
