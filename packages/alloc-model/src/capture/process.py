# The program from outside: its memory, its files, and what the system knows of it.


class Process:
    """The program's memory and files, read past gdb, which is faster."""

    def __init__(self):
        self.pid = 0
        # The status that it will end with, once it begins to.
        self.announced = None
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

    def exit_status(self):
        """As of wait(), where the program has ended, or does within a second, and gdb does not say so; else None."""
        for _ in range(20):
            try:
                with open('/proc/%d/stat' % self.pid) as stat:
                    fields = stat.read().rpartition(')')[2].split()
                if fields[0] in 'ZX':
                    return int(fields[49])
            except FileNotFoundError:
                # gdb has waited for it already.
                return self.announced
            except (OSError, IndexError, ValueError):
                return None
            time.sleep(0.05)
        return None

    def usage(self):
        """The state of the main thread, as in `ps`, and the clock ticks that the program has used."""
        try:
            with open('/proc/%d/stat' % self.pid) as stat:
                fields = stat.read().rpartition(')')[2].split()
            return fields[0], int(fields[11]) + int(fields[12])
        except (OSError, IndexError, ValueError):
            return '?', 0
