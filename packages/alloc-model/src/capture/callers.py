# Who called: the function that an address lies in.

# jemalloc's own functions around a mutex: whoever calls them is the one to name.
WRAPPER = re.compile(r'(^|_)malloc_mutex_(try)?(un)?lock(_slow|_final)?$|^__gthread_mutex_|^_?_?GI_')


class Callers:
    def __init__(self, process):
        self.process = process
        self.names = {}

    def of(self, back):
        """The caller of the function that has just begun, and returns to `back`."""
        name = self.names.get(back)
        if name is None:
            name = self.names[back] = self._function_of(back - 1)
        if WRAPPER.search(name):
            try:
                frame = gdb.newest_frame().older()
                while frame is not None and WRAPPER.search(self._function_of(frame.pc() - 1)):
                    frame = frame.older()
                if frame is not None:
                    return self._function_of(frame.pc() - 1)
            except gdb.error:
                pass
        return name

    def _function_of(self, address):
        image = self.process.image_at(address)
        if image is None:
            return '%#x' % address
        found = image.function_at(address)
        if found is None:
            return '%s+%#x' % (image.name, address - image.bias)
        return re.sub(r'[\x00-\x1f\x7f]', '?', found[0])

    def forget(self):
        self.names = {}
