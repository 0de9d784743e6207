/*
 * An allocator for tests of emitted programs: prints each call that it gets, with the thread as the number of its first call,
 * and returns addresses that nobody may touch, a MiB apart. At the call AT it does what the number WHAT says.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef AT
#define AT 0
#endif
#ifndef WHAT
#define WHAT ""
#endif

static const uintptr_t first = (uintptr_t)1 << 44;
static uintptr_t blocks;
static unsigned calls;
static unsigned threads;
static _Thread_local unsigned me;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void ends(void *thread) {
    fprintf(stdout, "exit by %u\n", *(unsigned *)thread);
    fflush(stdout);
    if (WHAT[0] == 'e') pause();
}

static void make_key(void) { pthread_key_create(&key, ends); }

static void called(const char *name) {
    pthread_once(&once, make_key);
    if (me == 0) {
        me = ++threads;
        pthread_setspecific(key, &me);
    }
    fprintf(stdout, "%s by %u", name, me);
    if (++calls != AT) return;
    switch (WHAT[0]) {
    case 'h': for (;;) pause();
    case 's': for (volatile unsigned spin = 0;; spin++) continue;
    case 'a': abort();
    case 'v': raise(SIGSEGV); break;
    default: break;
    }
}

static void ended(void) {
    fprintf(stdout, "\n");
    fflush(stdout);
}

static void *next(void) {
    if (calls == AT && WHAT[0] == 'n') return NULL;
    if (calls == AT && WHAT[0] == 'o') return (void *)(first + 8);
    return (void *)(first + (blocks++ << 20));
}

static unsigned long number_of(void *block) { return ((uintptr_t)block - first) >> 20; }

void *je_mallocx(size_t size, int flags) {
    called("mallocx");
    fprintf(stdout, " %zu %d", size, flags);
    ended();
    return next();
}

void *je_rallocx(void *block, size_t size, int flags) {
    called("rallocx");
    fprintf(stdout, " block %lu %zu %d", number_of(block), size, flags);
    ended();
    return next();
}

void je_sdallocx(void *block, size_t claimed, int flags) {
    called("sdallocx");
    fprintf(stdout, " block %lu %zu %d", number_of(block), claimed, flags);
    ended();
}

void je_dallocx(void *block, int flags) {
    called("dallocx");
    fprintf(stdout, " block %lu %d", number_of(block), flags);
    ended();
}
