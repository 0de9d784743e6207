# What is logged when a function of the allocator begins and is left.


class Hook:
    """What is done at a function. `enter` returns a Pending, or None if nothing is to be done when the function is left."""

    # Whether it is what the program called: what is called inside it is no call of the program's.
    counts = False
    # Whether it is a function of the allocator.
    is_allocator = True
    # Whether it waits for a mutex.
    waits = False

    def is_met_again(self, thread, entered):
        """Whether it was entered already, when the thread has met nothing else since it was met here."""
        return bool(thread.stack) and thread.stack[-1].hook is self


class CallHook(Hook):
    def __init__(self, log, process, name, arguments, gives):
        self.log, self.process, self.name, self.arguments, self.gives = log, process, name, arguments, gives
        shown = ['%d' if each in (SIZE, COUNT, ALIGN) or each == OTHER and name == 'xallocx' else '%#x' for each in arguments]
        self.form = '%s(%s)' % (name, ', '.join(shown))
        self.counts = name not in OPERATORS

    def enter(self, thread, entered):
        if thread.inside() is not None:
            return None
        values = []
        for i, kind in enumerate(self.arguments):
            value = entered.argument(i)
            values.append(value & 0xFFFFFFFF if kind == FLAGS else value)
        text = self.form % tuple(values)
        thread.started = True
        self.log.call(thread.mark + text)
        return Pending(self, entered, text=text, values=values)

    def leave(self, thread, pending, result):
        self.log.write('%s  %s%s' % (thread.mark, pending.text, self._outcome(pending, result)))

    def _outcome(self, pending, result):
        if self.name == 'posix_memalign':
            # It returns an error number, and the block by way of its first argument.
            return ' = %#x' % (self.process.read(pending.values[0], '<Q')[0] if result & 0xFFFFFFFF == 0 else 0)
        if not self.gives:
            return ' returned'
        return ' = %d' % result if self.name == 'xallocx' else ' = %#x' % result


class ExitHook(Hook):
    """jemalloc gives back what a thread had cached: the thread ends."""

    def __init__(self, log):
        self.log = log

    def enter(self, thread, entered):
        # It is called again while the C library tidies up.
        if not thread.started or thread.stack:
            return None
        self.log.write(thread.mark + 'texit')
        return Pending(self, entered)

    def leave(self, thread, pending, result):
        self.log.write(thread.mark + '  texit returned')
        thread.started = False


class EndHook(Hook):
    """The program ends: gdb may miss its status, where other threads are still at work."""

    def __init__(self, process):
        self.process = process

    def enter(self, thread, entered):
        self.process.announced = (entered.argument(0) & 0xFF) << 8
        return None
