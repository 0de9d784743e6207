# A file of the program, found in its memory: which function or variable lies at an address.


class Image:
    """A file as it lies in the program's memory."""

    def __init__(self, path, elf, start, end, bias):
        self.path, self.elf, self.start, self.end, self.bias = path, elf, start, end, bias
        self.name = os.path.basename(path)

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
