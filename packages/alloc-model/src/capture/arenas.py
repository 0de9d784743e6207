# The arenas of a jemalloc with debug information: what a lock in one of them is called.

# The types at which a way through structures ends: a mutex.
MUTEX_TYPES = ('malloc_mutex_t', 'malloc_mutex_s', 'pthread_mutex_t')


class Arenas:
    def __init__(self, process):
        self.process = process
        self.asked = False
        self.arena = None
        self.bin = None

    def lock_at(self, address):
        """As `arena0.bin[3].lock`; None if it lies in no arena."""
        for index, base in enumerate(self._addresses()):
            offset = address - base
            if 0 <= offset < self.arena.sizeof:
                return 'arena%d%s' % (index, path_of(self.arena, offset).replace('.bins[', '.bin['))
            path = self._bin_lock(offset) or self._base_lock(base, address)
            if path:
                return 'arena%d%s' % (index, path)
        return None

    def _bin_lock(self, offset):
        """jemalloc 5: the bins lie behind the arena, each as often as it has shards."""
        offsets = self._bin_offsets()
        at = bisect.bisect_right(offsets, offset) - 1
        if len(offsets) < 2 or at < 0:
            return None
        size = self.bin.sizeof
        shard, inside = divmod(offset - offsets[at], size)
        path = path_of(self.bin, inside)
        if shard >= (offsets[at] - offsets[at - 1]) // size and at == len(offsets) - 1 or '+' in path:
            return None
        return '.bin[%d]%s%s' % (at, '.shard[%d]' % shard if shard > 0 else '', path)

    def _bin_offsets(self):
        found = self._variable('arena_bin_offsets')
        try:
            if self.bin is None:
                self.bin = gdb.lookup_type('struct bin_s').strip_typedefs()
            return list(self.process.read(found[0], '<%dI' % (found[1] // 4))) if found else []
        except (gdb.error, OSError):
            return []

    def _base_lock(self, arena, address):
        """jemalloc 5: where an arena gets memory for itself."""
        try:
            field = next((field for field in self.arena.fields() if field.name == 'base'), None)
            if field is None or field.type.strip_typedefs().code != gdb.TYPE_CODE_PTR:
                return None
            (base,) = self.process.read(arena + field.bitpos // 8, '<Q')
            kind = field.type.strip_typedefs().target().strip_typedefs()
            return '.base' + path_of(kind, address - base) if base <= address < base + kind.sizeof else None
        except OSError:
            return None

    def _addresses(self):
        """Of the arenas, by number; none without debug information."""
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
        found = self._variable('arenas')
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

    def _variable(self, name):
        """Address and size of a variable of jemalloc's own."""
        for image in self.process.images.values():
            for prefix in ('je_', '_rjem_je_', '_rjem_', ''):
                for kind, value, size in image.elf.by_name.get(prefix + name, ()):
                    if kind == 1:
                        return value + image.bias, size
        return None


def path_of(kind, offset):
    """The way to a mutex in a structure: `.bins[3].lock`."""
    if kind.name in MUTEX_TYPES or str(kind) in MUTEX_TYPES:
        return ''
    plain = kind.strip_typedefs()
    if plain.name in MUTEX_TYPES or plain.tag in MUTEX_TYPES:
        return ''
    if plain.code == gdb.TYPE_CODE_ARRAY:
        element = plain.target()
        return '[%d]%s' % (offset // element.sizeof, path_of(element, offset % element.sizeof))
    if plain.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return ''
    for field in plain.fields():
        if not hasattr(field, 'bitpos'):
            continue
        start = field.bitpos // 8
        if start <= offset < start + field.type.sizeof:
            rest = path_of(field.type, offset - start)
            return '.%s%s' % (field.name, rest) if field.name else rest
    return '+%#x' % offset
