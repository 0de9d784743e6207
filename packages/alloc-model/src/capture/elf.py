# What a file of a program has in it: symbols, and where it goes in memory.


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
