# The machine: where a function finds its arguments, and its caller.


def unsigned(frame, register):
    return int(frame.read_register(register)) & 0xFFFFFFFFFFFFFFFF


class Machine:
    """The names of the registers. `link` holds the address to return to; None where that lies on the stack."""

    def __init__(self, name):
        if 'x86-64' in name:
            self.arguments, self.result, self.sp, self.link = ('rdi', 'rsi', 'rdx', 'rcx'), 'rax', 'rsp', None
        elif 'aarch64' in name:
            self.arguments, self.result, self.sp, self.link = ('x0', 'x1', 'x2', 'x3'), 'x0', 'sp', 'x30'
        else:
            give_up('the machine is %s; this script knows x86-64 and aarch64' % name)


class Entered:
    """A function at its first instruction: its arguments, the address that it returns to, and the stack pointer then."""

    __slots__ = ('machine', 'frame', 'back', 'above')

    def __init__(self, machine, process):
        self.machine, self.frame = machine, gdb.newest_frame()
        sp = unsigned(self.frame, machine.sp)
        if machine.link is None:
            (self.back,) = process.read(sp, '<Q')
            self.above = sp + 8
        else:
            self.back, self.above = unsigned(self.frame, machine.link), sp

    def argument(self, index):
        return unsigned(self.frame, self.machine.arguments[index])
