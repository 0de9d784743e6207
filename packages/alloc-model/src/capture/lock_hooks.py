# What is logged when a mutex is locked, tried, unlocked, and given back to wait for a condition.


class MutexHook(Hook):
    is_allocator = False

    def __init__(self, locks, callers, threads):
        self.locks, self.callers, self.threads = locks, callers, threads

    def leave(self, thread, pending, result):
        # 130: its owner ended with it, and it is taken all the same.
        if result & 0xFFFFFFFF in (0, 130):
            self.locks.got(thread, pending.mutex, pending.caller)


class LockHook(MutexHook):
    waits = True

    def is_met_again(self, thread, entered):
        # An unlock would have been met.
        return True

    def enter(self, thread, entered):
        address = entered.argument(0)
        mutex = self.locks.mutex(address)
        caller = self.callers.of(entered.back)
        if mutex.word == 0:
            if self.threads.is_alone():
                # Nobody can come before it.
                self.locks.got(thread, address, caller)
                return None
        elif self.threads.number_of(mutex.owner) != thread.number:
            self.locks.waits(thread, address, caller)
        elif mutex.kind in (RECURSIVE, ERRORCHECK):
            return None
        else:
            self.locks.waits_for_itself(thread, address, caller)
        return Pending(self, entered, mutex=address, caller=caller, said=mutex.word != 0)


class TryLockHook(MutexHook):
    def enter(self, thread, entered):
        address = entered.argument(0)
        mutex = self.locks.mutex(address)
        if mutex.word != 0 and mutex.kind == RECURSIVE:
            return None
        return Pending(self, entered, mutex=address, caller=self.callers.of(entered.back))


class UnlockHook(MutexHook):
    def is_met_again(self, thread, entered):
        # It is logged as given back, and it is not yet.
        address = entered.argument(0)
        return address not in self.locks.held and self.threads.number_of(self.locks.mutex(address).owner) == thread.number

    def enter(self, thread, entered):
        address = entered.argument(0)
        mutex = self.locks.mutex(address)
        holder = self.threads.number_of(mutex.owner) if mutex.owner != 0 else None
        if mutex.kind in (RECURSIVE, ERRORCHECK) and (holder != thread.number or (mutex.kind == RECURSIVE and mutex.count > 1)):
            # It fails, or the lock stays held.
            return None
        state = ''
        if mutex.word == 0:
            state = ' NOT-HELD'
        elif holder is not None and holder != thread.number:
            state = ' held by t%d' % holder
        self.locks.gave(thread, address, self.callers.of(entered.back), state)
        return None


class WaitHook(MutexHook):
    """Waiting for a condition gives a mutex back, and takes it again, whatever comes of the waiting."""

    def enter(self, thread, entered):
        address = entered.argument(1)
        caller = self.callers.of(entered.back)
        self.locks.gave(thread, address, caller)
        return Pending(self, entered, mutex=address, caller=caller)

    def leave(self, thread, pending, result):
        self.locks.got(thread, pending.mutex, pending.caller)
