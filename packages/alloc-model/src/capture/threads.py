# The program's threads, and what each is in.


class Pending:
    """A function that has been entered and not left. `values` and `text` are of a call; `mutex` and `caller` of a lock, and whether that was `said`."""

    __slots__ = ('hook', 'back', 'above', 'text', 'values', 'mutex', 'caller', 'said')

    def __init__(self, hook, entered, text='', values=(), mutex=0, caller='', said=False):
        self.hook, self.back, self.above = hook, entered.back, entered.above
        self.text, self.values, self.mutex, self.caller, self.said = text, values, mutex, caller, said


class Thread:
    def __init__(self, number):
        self.number = number
        self.mark = '' if number == 0 else '[t%d] ' % number
        # What it is in, outermost first.
        self.stack = []
        # Whether it has begun since it last ended.
        self.started = False
        # The function that it entered last, if nothing else was met since.
        self.last = None

    def inside(self):
        """The call that counts for all that it does now."""
        for pending in self.stack:
            if pending.hook.counts:
                return pending
        return None


class Threads:
    def __init__(self, log):
        self.log = log
        self.by_number = {}
        # gdb's own, as long as they live.
        self.living = {}

    def __iter__(self):
        return iter(list(self.by_number.values()))

    def current(self):
        number = gdb.selected_thread().num - 1
        thread = self.by_number.get(number)
        if thread is None:
            thread = self.by_number[number] = Thread(number)
            self.living[number] = gdb.selected_thread()
        if len(self.living) > 1:
            self._see_exits()
        return thread

    def _see_exits(self):
        gone = [number for number, each in self.living.items() if not each.is_valid()]
        for number in gone:
            del self.living[number]
            thread = self.by_number[number]
            if thread.started:
                self.log.write(thread.mark + 'texit')
                self.log.write(thread.mark + '  texit returned')
                thread.started = False

    def is_alone(self):
        return len(gdb.selected_inferior().threads()) == 1

    def number_of(self, tid):
        """The thread with an id of the system; None if there is none."""
        for each in gdb.selected_inferior().threads():
            if each.ptid[1] == tid:
                return each.num - 1
        return None

    def are_in_allocator(self):
        """Whether one of them is in a call of it, or ends."""
        return any(pending.hook.is_allocator for thread in self for pending in thread.stack)

    def forget(self):
        """The program is another one now."""
        for thread in self:
            thread.stack = []
