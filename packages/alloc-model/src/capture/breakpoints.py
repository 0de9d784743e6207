# The breakpoints: where functions begin, and where they return to.


class Breakpoints:
    def __init__(self, log, process, threads):
        self.log, self.process, self.threads = log, process, threads
        # Known once the program is there.
        self.machine = None
        # Both by address.
        self.entries, self.returns = {}, {}
        # Addresses that functions return to, and that have no breakpoint yet.
        self.wanted = set()

    def hook(self, addresses, hook):
        for address in addresses:
            if address not in self.entries:
                try:
                    self.entries[address] = Entry(self, address, hook)
                except gdb.error as error:
                    self.log.write('--- no breakpoint at %#x: %s' % (address, error))

    def set_wanted(self):
        for address in self.wanted:
            self.returns[address] = Return(self, address)
        self.wanted.clear()

    def remove(self):
        for each in list(self.entries.values()) + list(self.returns.values()):
            if each.is_valid():
                each.delete()
        self.entries, self.returns = {}, {}
        self.wanted.clear()

    def entered(self, hook):
        """A function begins. Returns whether gdb has to stop, to set a breakpoint where it returns to."""
        entered = Entered(self.machine, self.process)
        thread = self.threads.current()
        while thread.stack and thread.stack[-1].above < entered.above:
            # It was left without a return, by longjmp or an exception.
            thread.stack.pop()
        last, thread.last = thread.last, (hook, entered.back, entered.above)
        if last == thread.last and hook.is_met_again(thread, entered):
            # gdb meets a breakpoint twice if a signal comes before the function has gone on.
            return False
        pending = hook.enter(thread, entered)
        if pending is None:
            return False
        thread.stack.append(pending)
        if entered.back in self.returns:
            return False
        self.wanted.add(entered.back)
        return True

    def returned(self, address):
        frame = gdb.newest_frame()
        thread = self.threads.current()
        thread.last = None
        sp = unsigned(frame, self.machine.sp)
        while thread.stack:
            top = thread.stack[-1]
            if top.above == sp and top.back == address:
                thread.stack.pop()
                top.hook.leave(thread, top, unsigned(frame, self.machine.result))
            elif top.above < sp:
                thread.stack.pop()
            else:
                break


class Stop(gdb.Breakpoint):
    """`met` returns whether gdb has to stop."""

    def __init__(self, breakpoints, address):
        super().__init__('*%#x' % address, internal=True)
        self.silent = True
        self.breakpoints, self.address = breakpoints, address

    def stop(self):
        log = self.breakpoints.log
        try:
            return self.met() or log.failed is not None
        except (OSError, OverflowError, gdb.error) as error:
            log.write('--- not understood: %s' % error)
            return log.failed is not None


class Entry(Stop):
    def __init__(self, breakpoints, address, hook):
        super().__init__(breakpoints, address)
        self.hook = hook

    def met(self):
        return self.breakpoints.entered(self.hook)


class Return(Stop):
    def met(self):
        self.breakpoints.returned(self.address)
        return False
