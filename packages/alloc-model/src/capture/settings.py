# The settings, as gdb-script was told.

# What the prefix of jemalloc's functions is ('' for none); 'auto': whatever there is.
PREFIX = 'auto'
# Whether to log the locks too.
LOCKS = False
# Seconds without a call or a lock, after which the program is stopped.
STALL = 10
