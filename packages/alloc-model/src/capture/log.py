# The log: a file of lines, each flushed when it is written.


class Log:
    def __init__(self):
        given = gdb.convenience_variable('alloc_log')
        self.path = os.environ.get('ALLOC_LOG') or (given.string() if given is not None else None) or 'alloc.log'
        self.calls = self.locks = 0
        # When something was last seen to move, by the monotonic clock.
        self.moved = time.monotonic()
        # Why it cannot be written to any more.
        self.failed = None
        try:
            self.file = open(self.path, 'w', buffering=1, encoding='utf-8', errors='backslashreplace')
        except OSError as error:
            give_up('%s cannot be written: %s' % (self.path, error.strerror))

    def write(self, text):
        try:
            self.file.write(text + '\n')
        except OSError as error:
            self.failed = '%s cannot be written: %s' % (self.path, error.strerror)
        self.touch()

    def call(self, text):
        self.calls += 1
        self.write(text)

    def lock(self, text):
        self.locks += 1
        self.write(text)

    def touch(self):
        self.moved = time.monotonic()
