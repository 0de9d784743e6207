# Names of mutexes: those of jemalloc's arenas by their place in them, variables by their names, others by address.


class LockNames:
    def __init__(self, process):
        self.process = process
        self.arenas = Arenas(process)
        self.names = {}
        # Addresses that stand for names as long as the lock is held: an arena has a number only once it is made.
        self.nameless = set()

    def of(self, address, held=False):
        """The name; that of a lock which is held stays what it was when it was taken."""
        name = self.names.get(address)
        if name is None and not (held and address in self.nameless):
            name = self.arenas.lock_at(address) or self._variable(address)
            if name is None:
                self.nameless.add(address)
            else:
                self.names[address] = name
        return name or 'mutex@%#x' % address

    def _variable(self, address):
        image = self.process.image_at(address)
        found = image and image.variable_at(address)
        if not found:
            return None
        name, offset, size = found
        name = re.sub(r'^(_rjem_)?je_', '', re.sub(r'\s', '_', name))
        # A variable that holds little else is the mutex.
        return name if size <= 160 else '%s+%#x' % (name, offset)
