"""Logs what a program asks of jemalloc, under gdb.

    gdb -batch -x capture.py --args PROGRAM ARGUMENT...

The log goes to the file that the environment variable ALLOC_LOG names, or gdb's $alloc_log; else to alloc.log. It is flushed line by line.
The program is stopped when nothing moves any more; the log then ends with what each thread waits for, and all backtraces.

Needs gdb 12 or later with Python 3, and Linux on x86-64 or AArch64. Nothing is asked of the program: symbols of jemalloc's functions are enough;
with debug information the locks of its arenas have names.
"""

import bisect
import os
import re
import signal
import struct
import threading
import time

import gdb

# What the prefix of jemalloc's functions is ('' for none); 'auto': whatever there is.
PREFIX = 'auto'
# Whether to log the locks too.
LOCKS = False
# Seconds without a call or a lock, after which the program is stopped.
STALL = 10

BLOCK, SIZE, COUNT, ALIGN, FLAGS, OTHER = 'block', 'size', 'count', 'align', 'flags', 'other'

# What to log: arguments, and whether it returns something.
FUNCTIONS = {
    'mallocx': ((SIZE, FLAGS), True),
    'rallocx': ((BLOCK, SIZE, FLAGS), True),
    'xallocx': ((BLOCK, SIZE, OTHER, FLAGS), True),
    'sdallocx': ((BLOCK, SIZE, FLAGS), False),
    'dallocx': ((BLOCK, FLAGS), False),
    'malloc': ((SIZE,), True),
    'calloc': ((COUNT, SIZE), True),
    'realloc': ((BLOCK, SIZE), True),
    'reallocarray': ((BLOCK, COUNT, SIZE), True),
    'free': ((BLOCK,), False),
    'free_sized': ((BLOCK, SIZE), False),
    'free_aligned_sized': ((BLOCK, ALIGN, SIZE), False),
    'posix_memalign': ((OTHER, ALIGN, SIZE), True),
    'aligned_alloc': ((ALIGN, SIZE), True),
    'memalign': ((ALIGN, SIZE), True),
    'valloc': ((SIZE,), True),
    'pvalloc': ((SIZE,), True),
}

# C++: a library's own operators, or those that only call malloc and free. Which they are shows when they do: so their calls are logged too.
OPERATORS = {}
for _new in ('_Znwm', '_Znam'):
    OPERATORS[_new] = OPERATORS[_new + 'RKSt9nothrow_t'] = ((SIZE,), True)
    OPERATORS[_new + 'St11align_val_t'] = OPERATORS[_new + 'St11align_val_tRKSt9nothrow_t'] = ((SIZE, ALIGN), True)
for _delete in ('_ZdlPv', '_ZdaPv'):
    OPERATORS[_delete] = OPERATORS[_delete + 'RKSt9nothrow_t'] = ((BLOCK,), False)
    OPERATORS[_delete + 'm'] = ((BLOCK, SIZE), False)
    OPERATORS[_delete + 'St11align_val_t'] = OPERATORS[_delete + 'St11align_val_tRKSt9nothrow_t'] = ((BLOCK, ALIGN), False)
    OPERATORS[_delete + 'mSt11align_val_t'] = ((BLOCK, SIZE, ALIGN), False)

# One of these tells a jemalloc, with its prefix: no other allocator has them.
MARKS = ('mallocx', 'rallocx', 'sdallocx', 'dallocx', 'xallocx', 'nallocx', 'mallctl')

LOCK_FUNCTIONS = ('pthread_mutex_lock', 'pthread_mutex_timedlock', 'pthread_mutex_clocklock')
TRYLOCK, UNLOCK = 'pthread_mutex_trylock', 'pthread_mutex_unlock'
WAITS = ('pthread_cond_wait', 'pthread_cond_timedwait', 'pthread_cond_clockwait')

# jemalloc's own functions around a mutex: whoever calls them is the one to name.
WRAPPER = re.compile(r'(^|_)malloc_mutex_(try)?(un)?lock(_slow|_final)?$|^__gthread_mutex_|^_?_?GI_')
NORMAL, RECURSIVE, ERRORCHECK = 0, 1, 2
FATAL = ('SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGSYS', 'SIGTRAP')


class Machine:
    """Where a function finds its arguments, and its caller."""

    def __init__(self, name):
        if 'x86-64' in name:
            self.arguments, self.result, self.sp, self.link = ('rdi', 'rsi', 'rdx', 'rcx'), 'rax', 'rsp', None
        elif 'aarch64' in name:
            self.arguments, self.result, self.sp, self.link = ('x0', 'x1', 'x2', 'x3'), 'x0', 'sp', 'x30'
        else:
            give_up('the machine is %s; this script knows x86-64 and aarch64' % name)


def give_up(reason):
    gdb.write('alloc-model: %s\n' % reason, gdb.STDERR)
    if gdb.selected_inferior().pid != 0:
        gdb.execute('kill', to_string=True)
    gdb.execute('quit 2')


def unsigned(frame, register):
    return int(frame.read_register(register)) & 0xFFFFFFFFFFFFFFFF


class Elf:
    """The symbols of a file: functions and variables, with addresses as in the file."""

    def __init__(self, path):
        self.segments = []
        # Where its memory ends: variables without a value lie behind what is mapped from the file.
        self.end = 0
        self.symbols = []
        with open(path, 'rb') as file:
            head = file.read(64)
            if len(head) < 64 or head[:4] != b'\x7fELF' or head[4] != 2 or head[5] != 1:
                raise ValueError('not a 64-bit little-endian ELF file')
            phoff, shoff = struct.unpack_from('<QQ', head, 32)
            phsize, phnum, shsize, shnum = struct.unpack_from('<HHHH', head, 54)
            file.seek(phoff)
            table = file.read(phsize * phnum)
            for at in range(0, phsize * phnum, phsize):
                kind, _, offset, address, _, _, size = struct.unpack_from('<IIQQQQQ', table, at)
                if kind == 1:
                    self.segments.append((offset, address))
                    self.end = max(self.end, address + size)
            file.seek(shoff)
            table = file.read(shsize * shnum)
            sections = [struct.unpack_from('<IIQQQQIIQQ', table, at) for at in range(0, len(table) - 63, shsize)]
            for section in sections:
                if section[1] in (2, 11) and section[6] < len(sections):
                    self._read(file, section, sections[section[6]])
        self.functions = sorted({(value, size, name) for name, kind, value, size in self.symbols if kind == 2})
        self.variables = sorted({(value, size, name) for name, kind, value, size in self.symbols if kind == 1 and size > 0})
        self.by_name = {}
        for name, kind, value, size in self.symbols:
            self.by_name.setdefault(name, []).append((kind, value, size))

    def _read(self, file, section, names):
        file.seek(names[4])
        strings = file.read(names[5])
        file.seek(section[4])
        table = file.read(section[5])
        for name, info, _, index, value, size in struct.iter_unpack('<IBBHQQ', table[: len(table) // 24 * 24]):
            if index == 0 or info & 15 not in (1, 2) or value == 0:
                continue
            self.symbols.append((strings[name : strings.find(b'\0', name)].decode('latin-1'), info & 15, value, size))


class Image:
    """A file as it lies in the program's memory."""

    def __init__(self, path, elf, start, end, bias):
        self.path, self.elf, self.start, self.end, self.bias = path, elf, start, end, bias

    def function(self, name):
        return [value + self.bias for kind, value, _ in self.elf.by_name.get(name, ()) if kind == 2]

    def _around(self, table, address):
        at = bisect.bisect_right(table, (address - self.bias, 1 << 64, '')) - 1
        while at >= 0 and at < len(table):
            value, size, name = table[at]
            if value + self.bias <= address < value + self.bias + max(size, 1):
                return name, address - value - self.bias, size
            if address - self.bias - value > 1 << 24:
                return None
            at -= 1
        return None

    def function_at(self, address):
        return self._around(self.elf.functions, address)

    def variable_at(self, address):
        return self._around(self.elf.variables, address)


class Process:
    """The program's memory and files, read past gdb, which is faster."""

    def __init__(self):
        self.pid = 0
        self.memory = -1
        self.images = {}
        self.files = {}

    def look(self):
        """Opens what is mapped now. Returns the images that are new."""
        pid = gdb.selected_inferior().pid
        if pid != self.pid or self.memory == -1:
            self.forget()
            self.pid = pid
            self.memory = os.open('/proc/%d/mem' % pid, os.O_RDONLY)
        found = {}
        with open('/proc/%d/maps' % pid) as maps:
            for line in maps:
                fields = line.rstrip('\n').split(None, 5)
                if len(fields) < 6 or not fields[5].startswith('/') or fields[4] == '0':
                    continue
                start, end = (int(part, 16) for part in fields[0].split('-'))
                first = found.setdefault(fields[5], [start, end, int(fields[2], 16)])
                first[1] = max(first[1], end)
        new = []
        for path, (start, end, offset) in found.items():
            if (path, start) in self.images:
                continue
            elf = self._elf(path)
            bias = None
            for at, address in elf.segments if elf else ():
                if at & ~0xFFF == offset:
                    bias = start - (address & ~0xFFF)
                    break
            if bias is None:
                continue
            image = Image(path, elf, start, max(end, elf.end + bias), bias)
            self.images[path, start] = image
            new.append(image)
        return new

    def is_another(self):
        """Whether the program has become another one (exec): its memory of before is empty then."""
        if self.memory == -1:
            return False
        try:
            return any(not os.pread(self.memory, 1, image.start) for image in list(self.images.values())[:1])
        except OSError:
            return True

    def forget(self):
        if self.memory != -1:
            os.close(self.memory)
        self.memory = -1
        self.images = {}

    def _elf(self, path):
        if path not in self.files:
            try:
                self.files[path] = Elf('/proc/%d/root%s' % (self.pid, path))
            except (OSError, ValueError, struct.error):
                self.files[path] = None
        return self.files[path]

    def read(self, address, form):
        """Unpacks what lies at an address; raises OSError where there is nothing."""
        size = struct.calcsize(form)
        data = os.pread(self.memory, size, address)
        if len(data) < size:
            raise OSError('no memory at %#x' % address)
        return struct.unpack(form, data)

    def image_at(self, address):
        for image in self.images.values():
            if image.start <= address < image.end:
                return image
        return None

    def catches(self, number):
        """Whether the program handles a signal itself."""
        try:
            with open('/proc/%d/status' % self.pid) as status:
                for line in status:
                    if line.startswith('SigCgt:'):
                        return int(line.split()[1], 16) >> (number - 1) & 1 == 1
        except OSError:
            pass
        return False

    def usage(self):
        """The state of the main thread, as in `ps`, and the clock ticks that the program has used."""
        try:
            with open('/proc/%d/stat' % self.pid) as stat:
                fields = stat.read().rpartition(')')[2].split()
            return fields[0], int(fields[11]) + int(fields[12])
        except (OSError, IndexError, ValueError):
            return '?', 0


class Thread:
    def __init__(self, number):
        self.number = number
        self.mark = '' if number == 0 else '[t%d] ' % number
        # What it is in, outermost first.
        self.stack = []
        # Whether it has begun since it last ended.
        self.started = False

    def inside(self):
        """The call that counts for all that it does now."""
        for pending in self.stack:
            if pending.kind == 'call':
                return pending
        return None


class Pending:
    """A function that has been entered and not left."""

    __slots__ = ('kind', 'back', 'above', 'text', 'name', 'values', 'mutex', 'caller', 'said')

    def __init__(self, kind, back, above, name, text='', values=(), mutex=0, caller='', said=False):
        # The address that it returns to, and the stack pointer then.
        self.kind, self.back, self.above, self.name, self.text, self.values = kind, back, above, name, text, values
        self.mutex, self.caller, self.said = mutex, caller, said


class LockNames:
    """Names of mutexes: those of jemalloc's arenas by their place in them, variables by their names, others by address."""

    STOP = ('malloc_mutex_t', 'malloc_mutex_s', 'pthread_mutex_t')

    def __init__(self, process):
        self.process = process
        self.names = {}
        # Addresses that stand for names as long as the lock is held: an arena has a number only once it is made.
        self.nameless = set()
        self.arena = None
        self.bin = None
        self.asked = False

    def of(self, address, held=False):
        """The name; that of a lock which is held stays what it was when it was taken."""
        name = self.names.get(address)
        if name is None and not (held and address in self.nameless):
            name = self._arena_lock(address) or self._variable(address)
            if name is None:
                self.nameless.add(address)
            else:
                self.names[address] = name
        return name or 'mutex@%#x' % address

    def _arena_lock(self, address):
        for index, base in enumerate(self._arenas()):
            offset = address - base
            if 0 <= offset < self.arena.sizeof:
                return 'arena%d%s' % (index, self._path(self.arena, offset).replace('.bins[', '.bin['))
            path = self._bin(offset) or self._base(base, address)
            if path:
                return 'arena%d%s' % (index, path)
        return None

    def _bin(self, offset):
        """jemalloc 5: the bins lie behind the arena, each as often as it has shards."""
        offsets = self._offsets()
        at = bisect.bisect_right(offsets, offset) - 1
        if len(offsets) < 2 or at < 0:
            return None
        size = self.bin.sizeof
        shard, inside = divmod(offset - offsets[at], size)
        path = self._path(self.bin, inside)
        if shard >= (offsets[at] - offsets[at - 1]) // size and at == len(offsets) - 1 or '+' in path:
            return None
        return '.bin[%d]%s%s' % (at, '.shard[%d]' % shard if shard > 0 else '', path)

    def _offsets(self):
        found = self._variable_named('arena_bin_offsets')
        try:
            if self.bin is None:
                self.bin = gdb.lookup_type('struct bin_s').strip_typedefs()
            return list(self.process.read(found[0], '<%dI' % (found[1] // 4))) if found else []
        except (gdb.error, OSError):
            return []

    def _base(self, arena, address):
        """jemalloc 5: where an arena gets memory for itself."""
        try:
            field = next((field for field in self.arena.fields() if field.name == 'base'), None)
            if field is None or field.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
                return None
            (base,) = self.process.read(arena + field.bitpos // 8, '<Q')
            kind = field.type.strip_typedefs().target().strip_typedefs()
            return '.base' + self._path(kind, address - base) if base <= address < base + kind.sizeof else None
        except OSError:
            return None

    def _variable_named(self, name):
        """Address and size of a variable of jemalloc's own."""
        for image in self.process.images.values():
            for prefix in ('je_', '_rjem_je_', '_rjem_', ''):
                for kind, value, size in image.elf.by_name.get(prefix + name, ()):
                    if kind == 1:
                        return value + image.bias, size
        return None

    def _arenas(self):
        """Addresses of the arenas, by number; none without debug information."""
        if not self.asked:
            self.asked = True
            for name in ('arena_t', 'struct arena_s'):
                try:
                    self.arena = gdb.lookup_type(name).strip_typedefs()
                    break
                except gdb.error:
                    pass
        if self.arena is None:
            return ()
        found = self._variable_named('arenas')
        return self._table(*found) if found else ()

    def _table(self, address, size):
        try:
            count = size // 8
            if size == 8:
                (address,) = self.process.read(address, '<Q')
                count = 4096
            if address == 0:
                return ()
            bases = []
            while len(bases) < count:
                (base,) = self.process.read(address + 8 * len(bases), '<Q')
                if base == 0:
                    break
                bases.append(base)
            return bases
        except OSError:
            return ()

    def _path(self, kind, offset):
        """The way to a mutex in a structure: `.bins[3].lock`."""
        if kind.name in self.STOP or str(kind) in self.STOP:
            return ''
        plain = kind.strip_typedefs()
        if plain.name in self.STOP or plain.tag in self.STOP:
            return ''
        if plain.code == gdb.TYPE_CODE_ARRAY:
            element = plain.target()
            return '[%d]%s' % (offset // element.sizeof, self._path(element, offset % element.sizeof))
        if plain.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            return ''
        for field in plain.fields():
            if not hasattr(field, 'bitpos'):
                continue
            start = field.bitpos // 8
            if start <= offset < start + field.type.sizeof:
                rest = self._path(field.type, offset - start)
                return '.%s%s' % (field.name, rest) if field.name else rest
        return '+%#x' % offset

    def _variable(self, address):
        image = self.process.image_at(address)
        found = image and image.variable_at(address)
        if not found:
            return None
        name, offset, size = found
        name = re.sub(r'^(_rjem_)?je_', '', re.sub(r'\s', '_', name))
        # A variable that holds little else is the mutex.
        return name if size <= 160 else '%s+%#x' % (name, offset)


class Capture:
    def __init__(self):
        given = gdb.convenience_variable('alloc_log')
        self.path = os.environ.get('ALLOC_LOG') or (given.string() if given is not None else None) or 'alloc.log'
        try:
            self.log = open(self.path, 'w', buffering=1, encoding='utf-8', errors='backslashreplace')
        except OSError as error:
            give_up('%s cannot be written: %s' % (self.path, error.strerror))
        self.process = Process()
        self.names = LockNames(self.process)
        self.machine = None
        self.threads = {}
        self.gdb_threads = {}
        self.entries = {}
        self.returns = {}
        self.wanted = set()
        self.callers = {}
        # By address of a mutex: who has it, and from where.
        self.held = {}
        self.calls = self.locks = 0
        self.moved = time.monotonic()
        self.running = False
        self.interrupted = None
        self.event = None
        self.ended = None
        self.found = set()

    # The log

    def write(self, text):
        self.log.write(text + '\n')
        self.moved = time.monotonic()

    def thread(self):
        number = gdb.selected_thread().num - 1
        thread = self.threads.get(number)
        if thread is None:
            thread = self.threads[number] = Thread(number)
            self.gdb_threads[number] = gdb.selected_thread()
        if len(self.gdb_threads) > 1:
            self.see_exits()
        return thread

    def see_exits(self):
        gone = [number for number, each in self.gdb_threads.items() if not each.is_valid()]
        for number in gone:
            del self.gdb_threads[number]
            thread = self.threads[number]
            if thread.started:
                self.write(thread.mark + 'texit')
                self.write(thread.mark + '  texit returned')
                thread.started = False

    def alone(self):
        return len(gdb.selected_inferior().threads()) == 1

    # Entering and leaving functions

    def entered(self, hook):
        """A function begins. Returns whether gdb has to stop, to set a breakpoint where it returns to."""
        frame = gdb.newest_frame()
        thread = self.thread()
        sp = unsigned(frame, self.machine.sp)
        if self.machine.link is None:
            (back,) = self.process.read(sp, '<Q')
            above = sp + 8
        else:
            back, above = unsigned(frame, self.machine.link), sp
        while thread.stack and thread.stack[-1].above < above:
            # It was left without a return, by longjmp or an exception.
            thread.stack.pop()
        pending = hook.enter(self, thread, frame, back, above)
        if pending is None:
            return False
        thread.stack.append(pending)
        if back in self.returns:
            return False
        self.wanted.add(back)
        return True

    def returned(self, pc):
        frame = gdb.newest_frame()
        thread = self.thread()
        sp = unsigned(frame, self.machine.sp)
        while thread.stack:
            top = thread.stack[-1]
            if top.above == sp and top.back == pc:
                thread.stack.pop()
                self.left(thread, frame, top)
            elif top.above < sp:
                thread.stack.pop()
            else:
                break

    def left(self, thread, frame, pending):
        kind = pending.kind
        if kind in ('call', 'operator'):
            if pending.name == 'posix_memalign':
                block = 0
                if unsigned(frame, self.machine.result) & 0xFFFFFFFF == 0:
                    (block,) = self.process.read(pending.values[0], '<Q')
                self.write('%s  %s = %#x' % (thread.mark, pending.text, block))
            elif pending.said:
                result = unsigned(frame, self.machine.result)
                self.write(('%s  %s = %d' if pending.name == 'xallocx' else '%s  %s = %#x') % (thread.mark, pending.text, result))
            else:
                self.write('%s  %s returned' % (thread.mark, pending.text))
        elif kind == 'texit':
            self.write(thread.mark + '  texit returned')
            thread.started = False
        elif kind in ('lock', 'trylock'):
            if unsigned(frame, self.machine.result) & 0xFFFFFFFF in (0, 130):
                self.got(thread, pending.mutex, pending.caller)
        elif kind == 'wait':
            self.got(thread, pending.mutex, pending.caller)

    # Locks

    def got(self, thread, mutex, caller):
        self.held[mutex] = (thread.number, caller)
        self.locks += 1
        self.write('%s    lock   %s [%s]' % (thread.mark, self.names.of(mutex), caller))

    def gave(self, thread, mutex, caller, state=''):
        name = self.names.of(mutex, mutex in self.held)
        self.held.pop(mutex, None)
        self.locks += 1
        self.write('%s    unlock %s [%s]%s' % (thread.mark, name, caller, state))

    def mutex(self, address):
        """The word of the lock, how often its owner has it, the owner's id, and the kind of the mutex."""
        word, count, owner, _, kind = self.process.read(address, '<iIiIi')
        return word, count, owner, kind & 3

    def number_of(self, tid):
        """The thread with an id of the system; None if there is none."""
        for each in gdb.selected_inferior().threads():
            if each.ptid[1] == tid:
                return each.num - 1
        return None

    def holder(self, mutex):
        """As in the log: who has a mutex now."""
        try:
            word, _, owner, _ = self.mutex(mutex)
        except OSError:
            return 'held by an unknown thread'
        if word == 0:
            return 'held by nobody'
        number = self.number_of(owner)
        if number is None and mutex in self.held:
            number = self.held[mutex][0]
        return 'held by an unknown thread' if number is None else 'held by t%d' % number

    def caller(self, back):
        name = self.callers.get(back)
        if name is None:
            name = self.callers[back] = self.function_of(back - 1)
        if WRAPPER.search(name):
            try:
                frame = gdb.newest_frame().older()
                while frame is not None and WRAPPER.search(self.function_of(frame.pc() - 1)):
                    frame = frame.older()
                if frame is not None:
                    return self.function_of(frame.pc() - 1)
            except gdb.error:
                pass
        return name

    def function_of(self, address):
        image = self.process.image_at(address)
        if image is None:
            return '%#x' % address
        found = image.function_at(address)
        if found is None:
            return '%s+%#x' % (os.path.basename(image.path), address - image.bias)
        return re.sub(r'[\x00-\x1f\x7f]', '?', found[0])

    # Breakpoints

    def arm(self):
        """Sets breakpoints in what has been loaded since the last time."""
        if self.machine is None:
            self.machine = Machine(gdb.selected_inferior().architecture().name())
        images = self.process.look()
        libraries = [os.path.basename(image.path) for image in self.process.images.values()]
        apart = any(re.match(r'(libc|libpthread)[.-]', name) for name in libraries)
        for image in images:
            for prefix in self.prefixes(image):
                self.found.add((prefix, image.path))
                self.arm_jemalloc(image, prefix)
            if LOCKS and (not apart or re.match(r'(libc|libpthread)[.-]', os.path.basename(image.path))):
                self.arm_locks(image)

    def prefixes(self, image):
        names = image.elf.by_name
        found = set()
        for mark in MARKS:
            if PREFIX != 'auto':
                if image.function(PREFIX + mark):
                    found.add(PREFIX)
                continue
            found.update(name[: -len(mark)] for name in names if name.endswith(mark) and re.match(r'\w*_$|$', name[: -len(mark)]) and image.function(name))
        # Functions of others that end so have no malloc beside them.
        return [prefix for prefix in found if any(image.function(prefix + name) for name in ('malloc', 'mallocx', 'sdallocx'))]

    def arm_jemalloc(self, image, prefix):
        for name, (arguments, gives) in FUNCTIONS.items():
            self.hook(image.function(prefix + name), CallHook('call', name, arguments, gives))
        for name, (arguments, gives) in OPERATORS.items():
            self.hook(image.function(name), CallHook('operator', name, arguments, gives))
        for name in ('tsd_cleanup', 'je_tsd_cleanup', '_rjem_je_tsd_cleanup', prefix + 'tsd_cleanup'):
            self.hook(image.function(name), ExitHook())

    def arm_locks(self, image):
        for name in LOCK_FUNCTIONS:
            self.hook(image.function(name), LockHook())
        self.hook(image.function(TRYLOCK), TryLockHook())
        self.hook(image.function(UNLOCK), UnlockHook())
        for name in WAITS:
            self.hook(image.function(name), WaitHook())

    def hook(self, addresses, hook):
        for address in addresses:
            if address not in self.entries:
                try:
                    self.entries[address] = Entry(self, address, hook)
                except gdb.error as error:
                    self.write('--- no breakpoint at %#x: %s' % (address, error))

    def disarm(self):
        for breakpoint in list(self.entries.values()) + list(self.returns.values()):
            if breakpoint.is_valid():
                breakpoint.delete()
        self.entries, self.returns = {}, {}
        self.wanted.clear()
        self.callers, self.held = {}, {}
        self.names = LockNames(self.process)
        for thread in self.threads.values():
            thread.stack = []
        self.process.forget()

    # The run

    def run(self):
        for setting in (
            'pagination off', 'confirm off', 'height 0', 'width 0', 'breakpoint pending on', 'breakpoint always-inserted on',
            'print thread-events off', 'print inferior-events off', 'debuginfod enabled off', 'follow-fork-mode parent',
            'detach-on-fork on', 'stop-on-solib-events 1', 'disassemble-next-line off', 'print frame-arguments scalars', 'print entry-values no',
            'python print-stack full', 'suppress-cli-notifications on',
        ):
            self.quietly('set ' + setting)
        self.quietly('handle all nostop noprint pass')
        self.quietly('handle SIGTRAP SIGINT stop print nopass')
        for name in FATAL[:-1]:
            self.quietly('handle %s stop print pass' % name)
        gdb.events.stop.connect(self.on_stop)
        gdb.events.exited.connect(self.on_exit)
        gdb.events.clear_objfiles.connect(self.on_symbols)
        gdb.events.new_objfile.connect(self.on_symbols)
        self.write('# A log of alloc-model gdb-script: calls%s of %s' % (' and locks' if LOCKS else '', gdb.current_progspace().filename))
        attached = gdb.selected_inferior().pid != 0
        if not attached:
            self.start()
        self.quietly('catch exec')
        threading.Thread(target=self.watch, daemon=True).start()
        how = 'continue'
        while self.ended is None and how is not None:
            try:
                self.arm()
            except OSError as error:
                self.write('--- the program cannot be looked into: %s' % error)
            for address in self.wanted:
                self.returns[address] = Return(self, address)
            self.wanted.clear()
            self.event = None
            self.moved = time.monotonic()
            self.running = True
            try:
                gdb.execute(how, to_string=True)
            except gdb.error as error:
                if self.ended is None:
                    self.finish('gdb cannot go on: %s' % str(error).split('\n', 1)[0])
            self.running = False
            how = self.next()
        self.log.flush()
        if gdb.selected_inferior().pid != 0:
            self.disarm()
            self.quietly('detach' if attached else 'kill')
        self.say()

    def start(self):
        try:
            gdb.execute('starti', to_string=True)
        except gdb.error:
            # Where gdb may not turn off address randomisation.
            gdb.execute('set disable-randomization off')
            try:
                gdb.execute('starti', to_string=True)
            except gdb.error as error:
                give_up('the program cannot be started: %s' % error)
        if self.ended is not None or gdb.selected_inferior().pid == 0:
            give_up('the program cannot be started')

    def quietly(self, command):
        try:
            gdb.execute(command, to_string=True)
        except gdb.error:
            pass

    def on_stop(self, event):
        self.event = event

    def on_symbols(self, _):
        # After an exec, and before gdb puts breakpoints into memory that is no more.
        if self.process.is_another():
            self.disarm()

    def on_exit(self, event):
        if self.ended is not None:
            return
        code = getattr(event, 'exit_code', None)
        self.ended = code if code is not None else 128
        self.write('--- exited' + (' with code %d' % code if code is not None else ', ended by a signal'))

    def next(self):
        """What to do after a stop; None: nothing, it is over."""
        if self.ended is not None:
            return None
        if self.interrupted is not None:
            return self.finish(self.interrupted)
        event = self.event
        if isinstance(event, gdb.SignalEvent):
            name = event.stop_signal
            number = getattr(signal, name, None)
            if name not in ('SIGINT', 'SIGTRAP') and number is not None and self.process.catches(number):
                return 'signal ' + name
            return self.finish(name, 128 + (number or 0))
        return 'continue'

    def finish(self, why, code=124):
        """Says how all stand. `code` is the one that gdb ends with."""
        waiting = []
        for thread in self.threads.values():
            top = thread.stack[-1] if thread.stack else None
            if top is not None and top.kind == 'lock':
                if not top.said:
                    self.write('%s    wait   %s [%s] %s' % (thread.mark, self.names.of(top.mutex, True), top.caller, self.holder(top.mutex)))
                waiting.append('t%d for %s' % (thread.number, self.names.of(top.mutex, True)))
        self.write('--- stopped: ' + why)
        for thread in self.threads.values():
            inside = thread.inside()
            if inside is not None:
                self.write('--- t%d is in %s' % (thread.number, inside.text))
        if LOCKS:
            self.write('--- still held: ' + (', '.join('%s by t%d' % (self.names.of(mutex, True), by) for mutex, (by, _) in self.held.items()) or 'none'))
            self.write('--- waiting: ' + (', '.join(waiting) or 'none'))
        try:
            self.log.write(gdb.execute('thread apply all bt 200', to_string=True))
        except gdb.error as error:
            self.write('--- no backtraces: %s' % error)
        self.ended = code
        self.why = why
        return None

    def say(self):
        if not self.found and self.locks == 0:
            gdb.write('alloc-model: no jemalloc was found in the program or its libraries%s; a stripped program does not show its functions\n' % ('' if PREFIX == 'auto' else ' with the prefix "%s"' % PREFIX), gdb.STDERR)
        end = '; stopped: ' + self.why if hasattr(self, 'why') else ''
        gdb.write('alloc-model: %d calls and %d locks and unlocks are in %s%s\n' % (self.calls, self.locks, self.path, end), gdb.STDERR)
        gdb.execute('quit %d' % self.ended)

    # When nothing moves

    def watch(self):
        """In a thread of its own."""
        since, cpu = 0, 0
        while self.ended is None:
            time.sleep(min(0.25, STALL / 4))
            if not self.running or self.interrupted is not None:
                continue
            state, ticks = self.process.usage()
            if state == 't':
                # gdb has it, and is busy itself.
                self.moved = time.monotonic()
            if self.moved != since:
                since, cpu = self.moved, ticks
                continue
            if time.monotonic() - since < STALL:
                continue
            # A program that computes does not hang, unless it is the allocator that does.
            if not any(thread.stack for thread in self.threads.values()) and ticks - cpu > 10:
                self.moved = time.monotonic()
                continue
            self.interrupted = 'no call%s for %g s' % (' and no lock' if LOCKS else '', STALL)
            gdb.post_event(self.interrupt)
            time.sleep(2)
            if self.running and self.ended is None:
                # All its threads may block that signal; this one they cannot.
                os.kill(self.process.pid, signal.SIGSTOP)

    def interrupt(self):
        if self.running:
            self.quietly('interrupt')


class CallHook:
    def __init__(self, kind, name, arguments, gives):
        self.kind, self.name, self.arguments, self.gives = kind, name, arguments, gives
        self.form = '%s(%s)' % (name, ', '.join('%d' if each in (SIZE, COUNT, ALIGN) else '%#x' for each in arguments))
        if name == 'xallocx':
            self.form = 'xallocx(%#x, %d, %d, %#x)'

    def enter(self, capture, thread, frame, back, above):
        if thread.inside() is not None:
            return None
        registers = capture.machine.arguments
        values = []
        for i, kind in enumerate(self.arguments):
            value = unsigned(frame, registers[i])
            values.append(value & 0xFFFFFFFF if kind == FLAGS else value)
        text = self.form % tuple(values)
        capture.calls += 1
        thread.started = True
        capture.write(thread.mark + text)
        return Pending(self.kind, back, above, self.name, text, values, said=self.gives)


class ExitHook:
    """jemalloc gives back what a thread had cached: the thread ends."""

    def enter(self, capture, thread, frame, back, above):
        # It is called again while the C library tidies up.
        if not thread.started or thread.stack:
            return None
        capture.write(thread.mark + 'texit')
        return Pending('texit', back, above, 'texit')


class LockHook:
    def enter(self, capture, thread, frame, back, above):
        address = unsigned(frame, capture.machine.arguments[0])
        word, _, owner, kind = capture.mutex(address)
        caller = capture.caller(back)
        said = False
        if word != 0:
            holder = capture.number_of(owner)
            if holder == thread.number:
                if kind in (RECURSIVE, ERRORCHECK):
                    return None
                capture.write('%s    lock   %s [%s] HELD-ALREADY (self deadlock)' % (thread.mark, capture.names.of(address, True), caller))
            else:
                capture.write('%s    wait   %s [%s] %s' % (thread.mark, capture.names.of(address, True), caller, capture.holder(address)))
            said = True
        elif capture.alone():
            # Nobody can come before it.
            capture.got(thread, address, caller)
            return None
        return Pending('lock', back, above, 'lock', mutex=address, caller=caller, said=said)


class TryLockHook:
    def enter(self, capture, thread, frame, back, above):
        address = unsigned(frame, capture.machine.arguments[0])
        word, _, _, kind = capture.mutex(address)
        if word != 0 and kind == RECURSIVE:
            return None
        return Pending('trylock', back, above, 'trylock', mutex=address, caller=capture.caller(back))


class UnlockHook:
    def enter(self, capture, thread, frame, back, above):
        address = unsigned(frame, capture.machine.arguments[0])
        word, count, owner, kind = capture.mutex(address)
        holder = capture.number_of(owner) if owner != 0 else None
        if kind in (RECURSIVE, ERRORCHECK) and (holder != thread.number or (kind == RECURSIVE and count > 1)):
            # It fails, or the lock stays held.
            return None
        state = ''
        if word == 0:
            state = ' NOT-HELD'
        elif holder is not None and holder != thread.number:
            state = ' held by t%d' % holder
        capture.gave(thread, address, capture.caller(back), state)
        return None


class WaitHook:
    """Waiting for a condition gives a mutex back, and takes it again."""

    def enter(self, capture, thread, frame, back, above):
        address = unsigned(frame, capture.machine.arguments[1])
        caller = capture.caller(back)
        capture.gave(thread, address, caller)
        return Pending('wait', back, above, 'wait', mutex=address, caller=caller)


class Entry(gdb.Breakpoint):
    def __init__(self, capture, address, hook):
        super().__init__('*%#x' % address, internal=True)
        self.silent = True
        self.capture, self.hook = capture, hook

    def stop(self):
        try:
            return self.capture.entered(self.hook)
        except (OSError, OverflowError, gdb.error) as error:
            self.capture.write('--- not understood: %s' % error)
            return False


class Return(gdb.Breakpoint):
    def __init__(self, capture, address):
        super().__init__('*%#x' % address, internal=True)
        self.silent = True
        self.capture, self.address = capture, address

    def stop(self):
        try:
            self.capture.returned(self.address)
        except (OSError, OverflowError, gdb.error) as error:
            self.capture.write('--- not understood: %s' % error)
        return False


if gdb.current_progspace().filename is None and gdb.selected_inferior().pid == 0:
    give_up('no program; as in: gdb -batch -x capture.py --args PROGRAM')
else:
    Capture().run()
