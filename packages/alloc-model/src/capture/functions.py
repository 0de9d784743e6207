# The functions whose calls are logged.

BLOCK, SIZE, COUNT, ALIGN, FLAGS, OTHER = 'block', 'size', 'count', 'align', 'flags', 'other'

# What to log: arguments, and whether it returns something.
FUNCTIONS = {
    'mallocx': ((SIZE, FLAGS), True),
    'rallocx': ((BLOCK, SIZE, FLAGS), True),
    'xallocx': ((BLOCK, SIZE, OTHER, FLAGS), True),
    'sdallocx': ((BLOCK, SIZE, FLAGS), False),
    'dallocx': ((BLOCK, FLAGS), False),
    'malloc': ((SIZE,), True),
    'calloc': ((COUNT, SIZE), True),
    'realloc': ((BLOCK, SIZE), True),
    'reallocarray': ((BLOCK, COUNT, SIZE), True),
    'free': ((BLOCK,), False),
    'free_sized': ((BLOCK, SIZE), False),
    'free_aligned_sized': ((BLOCK, ALIGN, SIZE), False),
    'posix_memalign': ((OTHER, ALIGN, SIZE), True),
    'aligned_alloc': ((ALIGN, SIZE), True),
    'memalign': ((ALIGN, SIZE), True),
    'valloc': ((SIZE,), True),
    'pvalloc': ((SIZE,), True),
}

# C++: a library's own operators, or those that only call malloc and free. Which they are shows when they do: so their calls are logged too.
OPERATORS = {}
for _new in ('_Znwm', '_Znam'):
    OPERATORS[_new] = OPERATORS[_new + 'RKSt9nothrow_t'] = ((SIZE,), True)
    OPERATORS[_new + 'St11align_val_t'] = OPERATORS[_new + 'St11align_val_tRKSt9nothrow_t'] = ((SIZE, ALIGN), True)
for _delete in ('_ZdlPv', '_ZdaPv'):
    OPERATORS[_delete] = OPERATORS[_delete + 'RKSt9nothrow_t'] = ((BLOCK,), False)
    OPERATORS[_delete + 'm'] = ((BLOCK, SIZE), False)
    OPERATORS[_delete + 'St11align_val_t'] = OPERATORS[_delete + 'St11align_val_tRKSt9nothrow_t'] = ((BLOCK, ALIGN), False)
    OPERATORS[_delete + 'mSt11align_val_t'] = ((BLOCK, SIZE, ALIGN), False)
