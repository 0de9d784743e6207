# The run of the program, from its first instruction to its end.


class Run:
    def __init__(self):
        self.log = Log()
        self.process = Process()
        self.threads = Threads(self.log)
        self.callers = Callers(self.process)
        self.locks = Locks(self.log, self.process, self.threads)
        self.breakpoints = Breakpoints(self.log, self.process, self.threads)
        self.finder = Finder(self.log, self.process, self.threads, self.locks, self.callers, self.breakpoints)
        self.watch = Watch(self.log, self.process, self.threads)
        # What gdb stopped for last.
        self.event = None
        # Once it is over: the code that gdb ends with, and why, if the program did not end by itself.
        self.code = None
        self.why = None

    def run(self):
        set_up()
        gdb.events.stop.connect(self.on_stop)
        gdb.events.exited.connect(self.on_exit)
        if hasattr(gdb.events, 'gdb_exiting'):
            gdb.events.gdb_exiting.connect(self.on_end_of_gdb)
        gdb.events.clear_objfiles.connect(self.on_symbols)
        gdb.events.new_objfile.connect(self.on_symbols)
        self.log.write('# A log of alloc-model gdb-script: calls%s of %s' % (' and locks' if LOCKS else '', gdb.current_progspace().filename))
        attached = gdb.selected_inferior().pid != 0
        if not attached:
            start()
        quietly('catch exec')
        self.watch.start()
        how = 'continue'
        while how is not None:
            how = self.go(how)
        self.watch.over = True
        if self.why is not None and gdb.selected_inferior().pid != 0:
            self.forget()
            quietly('detach' if attached else 'kill')
        self.say()

    def go(self, how):
        """Lets the program run until it stops. Returns the command to go on with; None: it is over."""
        try:
            self.finder.look()
        except OSError as error:
            self.log.write('--- the program cannot be looked into: %s' % error)
        self.breakpoints.set_wanted()
        self.event = None
        self.log.touch()
        self.watch.running = True
        try:
            gdb.execute(how, to_string=True)
        except gdb.error as error:
            if self.code is None:
                self.fail(str(error).split('\n', 1)[0])
        self.watch.running = False
        return self.next()

    def next(self):
        if self.log.failed is not None:
            return give_up(self.log.failed)
        if self.code is not None:
            return None
        if self.watch.why is not None:
            return self.finish(self.watch.why)
        event = self.event
        if isinstance(event, gdb.SignalEvent):
            name = event.stop_signal
            number = getattr(signal, name, None)
            if name not in ('SIGINT', 'SIGTRAP') and number is not None and self.process.catches(number):
                return 'signal ' + name
            return self.finish(name, 128 + (number or 0))
        return 'continue'

    def fail(self, reason):
        """gdb cannot go on. So it is too where the program ends while gdb looks at its threads."""
        status = self.process.exit_status()
        if status is None:
            self.finish('gdb cannot go on: ' + reason, 2)
        elif status & 0x7F:
            self.exited_by(status & 0x7F)
        else:
            self.exited_with(status >> 8)

    def finish(self, why, code=124):
        """Says how all stand. `code` is the one that gdb ends with."""
        wanted = self.locks.still_wanted()
        self.log.write('--- stopped: ' + why)
        for thread in self.threads:
            inside = thread.inside()
            if inside is not None:
                self.log.write('--- t%d is in %s' % (thread.number, inside.text))
        if LOCKS:
            self.log.write('--- still held: ' + (', '.join(self.locks.still_held()) or 'none'))
            self.log.write('--- waiting: ' + (', '.join(wanted) or 'none'))
        try:
            self.log.write(gdb.execute('thread apply all bt 200', to_string=True).rstrip('\n'))
        except gdb.error as error:
            self.log.write('--- no backtraces: %s' % error)
        self.code, self.why = code, why

    def say(self):
        """On standard error, for whoever ran gdb."""
        if not self.finder.found:
            prefix = '' if PREFIX == 'auto' else ' with the prefix "%s"' % PREFIX
            gdb.write('alloc-model: no jemalloc was found in the program or its libraries%s; a stripped program does not show its functions\n' % prefix, gdb.STDERR)
            if self.log.locks == 0:
                self.code = self.code or 2
        end = '' if self.why is None else '; stopped: ' + self.why
        gdb.write('alloc-model: %d calls and %d locks and unlocks are in %s%s\n' % (self.log.calls, self.log.locks, self.log.path, end), gdb.STDERR)
        leave(self.code)

    # What gdb tells while the program runs.

    def on_stop(self, event):
        self.event = event

    def on_exit(self, event):
        if self.code is not None:
            return
        if hasattr(event, 'exit_code'):
            self.exited_with(event.exit_code)
        else:
            self.exited_by(int(gdb.convenience_variable('_exitsignal') or 0))

    def exited_with(self, code):
        self.code = code
        self.log.write('--- exited with code %d' % code)

    def exited_by(self, number):
        self.code = 128 + number
        self.log.write('--- exited, ended by signal %d' % number)

    def on_end_of_gdb(self, _):
        # Somebody ends gdb, and the program with it.
        if self.code is None:
            self.code = 128 + signal.SIGTERM
            self.log.write('--- stopped: gdb was ended')

    def on_symbols(self, _):
        # After an exec, and before gdb puts breakpoints into memory that is no more.
        if self.process.is_another():
            self.forget()

    def forget(self):
        """All that was found in the program, which is no more."""
        self.breakpoints.remove()
        self.callers.forget()
        self.locks.forget()
        self.threads.forget()
        self.process.forget()


if gdb.current_progspace().filename is None and gdb.selected_inferior().pid == 0:
    give_up('no program that gdb can run; as in: gdb -batch -x capture.py --args PROGRAM (of a script, PROGRAM is what interprets it)')
else:
    Run().run()
