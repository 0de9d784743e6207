# Finds the functions to log, in whatever has been loaded.

# One of these tells a jemalloc, with its prefix: no other allocator has them.
MARKS = ('mallocx', 'rallocx', 'sdallocx', 'dallocx', 'xallocx', 'nallocx', 'mallctl')

# The file that has pthread_mutex_lock, unless the program is linked statically.
C_LIBRARY = re.compile(r'(libc|libpthread)[.-]')


class Finder:
    def __init__(self, log, process, threads, locks, callers, breakpoints):
        self.log, self.process, self.breakpoints = log, process, breakpoints
        self.mutex_hooks = (
            (('pthread_mutex_lock', 'pthread_mutex_timedlock', 'pthread_mutex_clocklock'), LockHook(locks, callers, threads)),
            (('pthread_mutex_trylock',), TryLockHook(locks, callers, threads)),
            (('pthread_mutex_unlock',), UnlockHook(locks, callers, threads)),
            (('pthread_cond_wait', 'pthread_cond_timedwait', 'pthread_cond_clockwait'), WaitHook(locks, callers, threads)),
        )
        # Whether any jemalloc was.
        self.found = False

    def look(self):
        """Sets breakpoints in what is new since the last time."""
        if self.breakpoints.machine is None:
            self.breakpoints.machine = Machine(gdb.selected_inferior().architecture().name())
        images = self.process.look()
        is_static = not any(C_LIBRARY.match(image.name) for image in self.process.images.values())
        for image in images:
            for prefix in prefixes(image):
                self.found = True
                self._hook_jemalloc(image, prefix)
            if is_static or C_LIBRARY.match(image.name):
                self.breakpoints.hook(image.function('_exit'), EndHook(self.process))
                if LOCKS:
                    self._hook_mutexes(image)

    def _hook_jemalloc(self, image, prefix):
        for functions, before in ((FUNCTIONS, prefix), (OPERATORS, '')):
            for name, (arguments, gives) in functions.items():
                self.breakpoints.hook(image.function(before + name), CallHook(self.log, self.process, name, arguments, gives))
        for name in ('tsd_cleanup', 'je_tsd_cleanup', '_rjem_je_tsd_cleanup', prefix + 'tsd_cleanup'):
            self.breakpoints.hook(image.function(name), ExitHook(self.log))

    def _hook_mutexes(self, image):
        for names, hook in self.mutex_hooks:
            for name in names:
                self.breakpoints.hook(image.function(name), hook)


def prefixes(image):
    """Of each jemalloc in a file: what its functions begin with."""
    names = image.elf.by_name
    found = set()
    for mark in MARKS:
        if PREFIX != 'auto':
            if image.function(PREFIX + mark):
                found.add(PREFIX)
            continue
        found.update(name[: -len(mark)] for name in names if name.endswith(mark) and re.match(r'\w*_$|$', name[: -len(mark)]) and image.function(name))
    # Functions of others that end so have no malloc beside them.
    return [prefix for prefix in found if any(image.function(prefix + name) for name in ('malloc', 'mallocx', 'sdallocx'))]
