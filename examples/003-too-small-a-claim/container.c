/*
 * The same container in C, on jemalloc itself: a row grows in a vector with room to spare, and is boxed as it is. When the box is dropped,
 * it claims the bytes of its elements, where the block has those of the capacity.
 */
#include <stddef.h>

void *mallocx(size_t size, int flags);
void *rallocx(void *block, size_t size, int flags);
void sdallocx(void *block, size_t claimed, int flags);

enum { ELEMENT = 40, FIRST = 32 };

struct vec { char *block; size_t length, capacity; };
struct box { char *block; size_t length; };

static struct vec with_capacity(size_t capacity)
{
    struct vec vec = { mallocx(ELEMENT * capacity, 0), 0, capacity };
    return vec;
}

static void push(struct vec *vec, char value)
{
    if (vec->length == vec->capacity) {
        vec->capacity *= 2;
        vec->block = rallocx(vec->block, ELEMENT * vec->capacity, 0);
    }
    vec->block[ELEMENT * vec->length++] = value;
}

/* Forgets the capacity. With an argument, the program is the repaired one, which gives the rest back first. */
static struct box into_box(struct vec vec, int repaired)
{
    if (repaired && vec.length < vec.capacity) vec.block = rallocx(vec.block, ELEMENT * vec.length, 0);
    struct box box = { vec.block, vec.length };
    return box;
}

static void drop(struct box box)
{
    sdallocx(box.block, ELEMENT * box.length, 0);
}

int main(int argc, char **argv)
{
    enum { ROWS = 8 };
    struct box rows[ROWS];

    (void)argv;
    for (size_t row = 0; row < ROWS; row++) {
        struct vec cells = with_capacity(FIRST);
        for (size_t cell = 0; cell <= 7 * row; cell++) push(&cells, (char)cell);
        rows[row] = into_box(cells, argc > 1);
    }
    for (size_t row = 0; row < ROWS; row++) drop(rows[row]);
    return 0;
}
