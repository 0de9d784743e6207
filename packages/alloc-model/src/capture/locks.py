# The mutexes: what is in them, and who holds which.

RECURSIVE, ERRORCHECK = 1, 2


class Mutex:
    """A pthread_mutex_t of glibc: the word (0: free), how often its owner has it, the owner's id in the system, and its kind."""

    __slots__ = ('address', 'word', 'count', 'owner', 'kind')

    def __init__(self, process, address):
        self.address = address
        self.word, self.count, self.owner, _, kind = process.read(address, '<iIiIi')
        self.kind = kind & 3


class Locks:
    def __init__(self, log, process, threads):
        self.log, self.process, self.threads = log, process, threads
        self.forget()

    def forget(self):
        """The program is another one now."""
        self.names = LockNames(self.process)
        # By address of a mutex: the number of the thread that has it.
        self.held = {}

    def mutex(self, address):
        return Mutex(self.process, address)

    def got(self, thread, address, caller):
        self.held[address] = thread.number
        self.log.lock('%s    lock   %s [%s]' % (thread.mark, self.names.of(address), caller))

    def gave(self, thread, address, caller, state=''):
        name = self.names.of(address, address in self.held)
        self.held.pop(address, None)
        self.log.lock('%s    unlock %s [%s]%s' % (thread.mark, name, caller, state))

    def waits(self, thread, address, caller):
        self.log.write('%s    wait   %s [%s] %s' % (thread.mark, self.names.of(address, True), caller, self._holder(address)))

    def waits_for_itself(self, thread, address, caller):
        self.log.write('%s    lock   %s [%s] HELD-ALREADY (self deadlock)' % (thread.mark, self.names.of(address, True), caller))

    def _holder(self, address):
        """As in the log: who has a mutex now."""
        try:
            mutex = self.mutex(address)
        except OSError:
            return 'held by an unknown thread'
        if mutex.word == 0:
            return 'held by nobody'
        number = self.threads.number_of(mutex.owner)
        if number is None:
            number = self.held.get(address)
        return 'held by an unknown thread' if number is None else 'held by t%d' % number

    def still_held(self):
        return ['%s by t%d' % (self.names.of(address, True), number) for address, number in self.held.items()]

    def still_wanted(self):
        """The threads that wait for a mutex. Those whose waiting has no line yet get one."""
        waiting = []
        for thread in self.threads:
            top = thread.stack[-1] if thread.stack else None
            if top is not None and top.hook.waits:
                if not top.said:
                    self.waits(thread, top.mutex, top.caller)
                waiting.append('t%d for %s' % (thread.number, self.names.of(top.mutex, True)))
        return waiting
