"""Martin Richards's simulated kernel: six tasks that pass packets; classes, methods, attributes."""

N = 8
CHECK = (23246, 9297)

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(1, 7)
KIND_DEVICE, KIND_WORK = 1000, 1001
BUFFER = 4
COUNT = 10000


class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.data = [0] * BUFFER

    def append_to(self, queue):
        """Puts this packet at the end of `queue`; returns its head."""
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, kernel, ident, priority, queue, ready):
        self.kernel = kernel
        self.ident = ident
        self.priority = priority
        self.queue = queue
        self.pending = queue is not None
        self.waiting = not ready
        self.held = False
        self.link = kernel.tasks
        kernel.tasks = self
        kernel.table[ident] = self

    def cannot_run(self):
        return self.held or (self.waiting and not self.pending)

    def add(self, packet, old):
        """Takes a packet; returns who runs next: this task if it is more urgent than `old`."""
        if self.queue is None:
            self.queue = packet
            self.pending = True
            if self.priority > old.priority:
                return self
        else:
            packet.append_to(self.queue)
        return old

    def step(self):
        if self.waiting and self.pending:
            packet = self.queue
            self.queue = packet.link
            self.pending = self.queue is not None
            self.waiting = False
        else:
            packet = None
        return self.work(packet)

    def work(self, packet):
        raise NotImplementedError

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.kernel.holds += 1
        self.held = True
        return self.link

    def release(self, ident):
        task = self.kernel.table[ident]
        task.held = False
        return task if task.priority > self.priority else self

    def send(self, packet):
        task = self.kernel.table[packet.ident]
        self.kernel.packets += 1
        packet.link = None
        packet.ident = self.ident
        return task.add(packet, self)


class Device(Task):
    def __init__(self, kernel, ident, priority):
        super().__init__(kernel, ident, priority, None, False)
        self.current = None

    def work(self, packet):
        if packet is None:
            packet = self.current
            if packet is None:
                return self.wait()
            self.current = None
            return self.send(packet)
        self.current = packet
        return self.hold()


class Handler(Task):
    def __init__(self, kernel, ident, priority, queue):
        super().__init__(kernel, ident, priority, queue, False)
        self.todo = None
        self.devices = None

    def work(self, packet):
        if packet is not None:
            if packet.kind == KIND_WORK:
                self.todo = packet.append_to(self.todo)
            else:
                self.devices = packet.append_to(self.devices)
        work = self.todo
        if work is None:
            return self.wait()
        count = work.datum
        if count >= BUFFER:
            self.todo = work.link
            return self.send(work)
        device = self.devices
        if device is None:
            return self.wait()
        self.devices = device.link
        device.datum = work.data[count]
        work.datum = count + 1
        return self.send(device)


class Idler(Task):
    def __init__(self, kernel, ident, priority):
        super().__init__(kernel, ident, priority, None, True)
        self.control = 1
        self.count = COUNT

    def work(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.hold()
        if self.control & 1 == 0:
            self.control //= 2
            return self.release(DEVICE_A)
        self.control = self.control // 2 ^ 0xD008
        return self.release(DEVICE_B)


class Worker(Task):
    def __init__(self, kernel, ident, priority, queue):
        super().__init__(kernel, ident, priority, queue, False)
        self.destination = HANDLER_A
        self.letter = 0

    def work(self, packet):
        if packet is None:
            return self.wait()
        self.destination = HANDLER_A + HANDLER_B - self.destination
        packet.ident = self.destination
        packet.datum = 0
        for index in range(BUFFER):
            self.letter = self.letter % 26 + 1
            packet.data[index] = ord("A") + self.letter - 1
        return self.send(packet)


class Kernel:
    def __init__(self):
        self.tasks = None
        self.table = [None] * 8
        self.holds = 0
        self.packets = 0

    def schedule(self):
        task = self.tasks
        while task is not None:
            if task.cannot_run():
                task = task.link
            else:
                task = task.step()


def once():
    kernel = Kernel()
    Idler(kernel, IDLE, 1)
    queue = Packet(Packet(None, 0, KIND_WORK), 0, KIND_WORK)
    Worker(kernel, WORKER, 1000, queue)
    for ident, priority, device in ((HANDLER_A, 2000, DEVICE_A), (HANDLER_B, 3000, DEVICE_B)):
        queue = None
        for _ in range(3):
            queue = Packet(queue, device, KIND_DEVICE)
        Handler(kernel, ident, priority, queue)
    Device(kernel, DEVICE_A, 4000)
    Device(kernel, DEVICE_B, 5000)
    kernel.schedule()
    return kernel.packets, kernel.holds


def run(n):
    for _ in range(n):
        result = once()
    return result
