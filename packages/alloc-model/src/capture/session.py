# How gdb is set up, starts the program, and is left.


def quietly(command):
    """Runs a command of gdb, which not every version of it knows."""
    try:
        gdb.execute(command, to_string=True)
    except gdb.error:
        pass


def give_up(reason):
    gdb.write('alloc-model: %s\n' % reason, gdb.STDERR)
    if gdb.selected_inferior().pid != 0:
        gdb.execute('kill', to_string=True)
    leave(2)


def leave(code):
    try:
        gdb.execute('quit %d' % code)
    except gdb.error:
        # It may not get over a program that ended while it looked at its threads.
        gdb.flush()
        os._exit(code)


# Signals that end a program which does not handle them; SIGTRAP is gdb's own.
FATAL = ('SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGSYS')


def set_up():
    # gdb finds threads without the library for it, which fails where one ends as it begins.
    quietly('set auto-load libthread-db off')
    quietly('set libthread-db-search-path /nonexistent')
    for setting in (
        'pagination off', 'confirm off', 'height 0', 'width 0', 'breakpoint pending on', 'breakpoint always-inserted on',
        'print thread-events off', 'print inferior-events off', 'debuginfod enabled off', 'follow-fork-mode parent',
        'detach-on-fork on', 'stop-on-solib-events 1', 'disassemble-next-line off', 'print frame-arguments scalars', 'print entry-values no',
        'python print-stack full', 'suppress-cli-notifications on',
    ):
        quietly('set ' + setting)
    quietly('handle all nostop noprint pass')
    quietly('handle SIGTRAP SIGINT stop print nopass')
    for name in FATAL:
        quietly('handle %s stop print pass' % name)


def start():
    """Starts the program, up to its first instruction."""
    try:
        gdb.execute('starti', to_string=True)
    except gdb.error:
        # Where gdb may not turn off address randomisation.
        gdb.execute('set disable-randomization off')
        try:
            gdb.execute('starti', to_string=True)
        except gdb.error as error:
            give_up('the program cannot be started: %s' % error)
    if gdb.selected_inferior().pid == 0:
        give_up('the program cannot be started')
