# Stops the program when nothing moves, from a thread of its own.


class Watch:
    def __init__(self, log, process, threads):
        self.log, self.process, self.threads = log, process, threads
        # Whether the program runs, and not gdb.
        self.running = False
        self.over = False
        # Why it stopped the program, once it has.
        self.why = None

    def start(self):
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        since, cpu = 0, 0
        while not self.over:
            time.sleep(min(0.25, STALL / 4))
            if not self.running or self.why is not None:
                continue
            state, ticks = self.process.usage()
            if state == 't':
                # gdb has it, and is busy itself.
                self.log.touch()
            if self.log.moved != since:
                since, cpu = self.log.moved, ticks
                continue
            if time.monotonic() - since < STALL:
                continue
            # A program that computes does not hang, unless it is the allocator that does.
            if not self.threads.are_in_allocator() and ticks - cpu > 10:
                self.log.touch()
                continue
            self._stop()

    def _stop(self):
        self.why = 'no call%s for %g s' % (' and no lock' if LOCKS else '', STALL)
        gdb.post_event(self._interrupt)
        time.sleep(2)
        if self.running and not self.over:
            # All its threads may block that signal; this one they cannot.
            os.kill(self.process.pid, signal.SIGSTOP)

    def _interrupt(self):
        if self.running:
            quietly('interrupt')
