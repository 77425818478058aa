"""The DeltaBlue incremental solver of one-way constraints: a chain of equalities and a row of scalings."""

from enum import IntEnum

N = 60
CHECK = (99, 4955)
SIZE = 100


class Strength(IntEnum):
    """How much a constraint matters: less is more."""

    REQUIRED = 0
    STRONG_PREFERRED = 1
    PREFERRED = 2
    STRONG_DEFAULT = 3
    NORMAL = 4
    WEAK_DEFAULT = 5
    WEAKEST = 6


REQUIRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK_DEFAULT, WEAKEST = (
    Strength.REQUIRED, Strength.PREFERRED, Strength.STRONG_DEFAULT, Strength.NORMAL, Strength.WEAK_DEFAULT,
    Strength.WEAKEST)


class Variable:
    def __init__(self, name, value=0):
        self.name = name
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walk_strength = WEAKEST
        self.stay = True

    def forget(self, constraint):
        self.constraints.remove(constraint)
        if self.determined_by is constraint:
            self.determined_by = None


class Constraint:
    is_input = False

    def __init__(self, strength):
        self.strength = strength

    def satisfy(self, mark, planner):
        """Tries to enforce this constraint; returns the one it drove out, if any."""
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength is REQUIRED:
                raise RuntimeError("a required constraint cannot be satisfied")
            return None
        for variable in self.inputs():
            variable.mark = mark
        output = self.output()
        overridden = output.determined_by
        if overridden is not None:
            overridden.mark_unsatisfied()
        output.determined_by = self
        if not planner.propagate(self, mark):
            raise RuntimeError("a cycle of constraints")
        output.mark = mark
        return overridden

    def inputs_known(self, mark):
        return all(variable.mark == mark or variable.stay or variable.determined_by is None
                   for variable in self.inputs())


class Unary(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.variable = variable
        self.satisfied = False

    def variables(self):
        return (self.variable,)

    def choose_method(self, mark):
        self.satisfied = self.variable.mark != mark and self.strength < self.variable.walk_strength

    def is_satisfied(self):
        return self.satisfied

    def mark_unsatisfied(self):
        self.satisfied = False

    def inputs(self):
        return ()

    def output(self):
        return self.variable

    def recalculate(self):
        self.variable.walk_strength = self.strength
        self.variable.stay = not self.is_input
        if self.variable.stay:
            self.execute()

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    is_input = True


FORWARD, BACKWARD = 1, -1


class Binary(Constraint):
    def __init__(self, one, two, strength):
        super().__init__(strength)
        self.one = one
        self.two = two
        self.direction = None

    def variables(self):
        return self.one, self.two

    def choose_method(self, mark):
        one, two, strength = self.one, self.two, self.strength
        if one.mark == mark:
            fits = two.mark != mark and strength < two.walk_strength
            self.direction = FORWARD if fits else None
        elif two.mark == mark:
            self.direction = BACKWARD if strength < one.walk_strength else None
        elif one.walk_strength > two.walk_strength:
            self.direction = BACKWARD if strength < one.walk_strength else None
        else:
            self.direction = FORWARD if strength < two.walk_strength else None

    def is_satisfied(self):
        return self.direction is not None

    def mark_unsatisfied(self):
        self.direction = None

    def input(self):
        return self.one if self.direction is FORWARD else self.two

    def output(self):
        return self.two if self.direction is FORWARD else self.one

    def inputs(self):
        return (self.input(),)

    def recalculate(self):
        source, target = self.input(), self.output()
        target.walk_strength = max(self.strength, source.walk_strength)
        target.stay = source.stay
        if target.stay:
            self.execute()


class Equal(Binary):
    def execute(self):
        self.output().value = self.input().value


class Scale(Binary):
    """`two` is `one * scale + offset`."""

    def __init__(self, one, scale, offset, two, strength):
        super().__init__(one, two, strength)
        self.scale = scale
        self.offset = offset

    def variables(self):
        return self.one, self.two, self.scale, self.offset

    def inputs(self):
        return self.input(), self.scale, self.offset

    def execute(self):
        if self.direction is FORWARD:
            self.two.value = self.one.value * self.scale.value + self.offset.value
        else:
            self.one.value = (self.two.value - self.offset.value) // self.scale.value

    def recalculate(self):
        source, target = self.input(), self.output()
        target.walk_strength = max(self.strength, source.walk_strength)
        target.stay = source.stay and self.scale.stay and self.offset.stay
        if target.stay:
            self.execute()


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def add(self, constraint):
        for variable in constraint.variables():
            variable.constraints.append(constraint)
        mark = self.new_mark()
        overridden = constraint.satisfy(mark, self)
        while overridden is not None:
            overridden = overridden.satisfy(mark, self)

    def remove(self, constraint):
        output = constraint.output() if constraint.is_satisfied() else None
        constraint.mark_unsatisfied()
        for variable in constraint.variables():
            variable.forget(constraint)
        if output is None:
            return
        for other in self.free_from(output):
            mark = self.new_mark()
            while other is not None:
                other = other.satisfy(mark, self)

    def free_from(self, output):
        """The constraints downstream of `output` that may become satisfiable, most important first."""
        output.determined_by = None
        output.walk_strength = WEAKEST
        output.stay = True
        unsatisfied = []
        todo = [output]
        while todo:
            variable = todo.pop()
            unsatisfied += [each for each in variable.constraints if not each.is_satisfied()]
            for each in self.consumers(variable):
                each.recalculate()
                todo.append(each.output())
        unsatisfied.sort(key=lambda each: each.strength)
        return unsatisfied

    def consumers(self, variable):
        return [each for each in variable.constraints
                if each is not variable.determined_by and each.is_satisfied()]

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            each = todo.pop()
            output = each.output()
            if output.mark == mark:
                return False
            each.recalculate()
            todo += self.consumers(output)
        return True

    def plan(self, sources):
        """The order in which to run what follows from `sources`."""
        mark = self.new_mark()
        plan = []
        todo = list(sources)
        while todo:
            each = todo.pop()
            output = each.output()
            if output.mark != mark and each.inputs_known(mark):
                plan.append(each)
                output.mark = mark
                todo += self.consumers(output)
        return plan

    def change(self, variable, value):
        edit = Edit(variable, PREFERRED)
        self.add(edit)
        plan = self.plan([edit])
        for _ in range(10):
            variable.value = value
            for each in plan:
                each.execute()
        self.remove(edit)


def chain(size):
    """A long chain of equal variables with a stay at its end; what is put in at one end comes out at the other."""
    planner = Planner()
    variables = [Variable(f"v{i}") for i in range(size + 1)]
    for one, two in zip(variables, variables[1:]):
        planner.add(Equal(one, two, REQUIRED))
    first, last = variables[0], variables[-1]
    planner.add(Stay(last, STRONG_DEFAULT))
    edit = Edit(first, PREFERRED)
    planner.add(edit)
    plan = planner.plan([edit])
    for value in range(100):
        first.value = value
        for each in plan:
            each.execute()
        if last.value != value:
            raise RuntimeError("the chain is broken")
    return last.value


def projection(size):
    """Pairs of variables, one being the other scaled and moved by two common ones; everything is changed in turn."""
    planner = Planner()
    scale = Variable("scale", 10)
    offset = Variable("offset", 1000)
    sources, targets = [], []
    for i in range(size):
        source, target = Variable(f"s{i}", i), Variable(f"t{i}", i)
        planner.add(Stay(source, NORMAL))
        planner.add(Scale(source, scale, offset, target, REQUIRED))
        sources.append(source)
        targets.append(target)
    planner.change(sources[0], 17)
    if targets[0].value != 1170:
        raise RuntimeError("projection: forward")
    planner.change(targets[0], 1050)
    if sources[0].value != 5:
        raise RuntimeError("projection: backward")
    planner.change(scale, 5)
    if any(target.value != source.value * 5 + 1000 for source, target in zip(sources[:-1], targets)):
        raise RuntimeError("projection: scale")
    planner.change(offset, 2000)
    if any(target.value != source.value * 5 + 2000 for source, target in zip(sources[:-1], targets)):
        raise RuntimeError("projection: offset")
    return sum(source.value for source in sources)


def run(n):
    for _ in range(n):
        result = chain(SIZE), projection(SIZE)
    return result
