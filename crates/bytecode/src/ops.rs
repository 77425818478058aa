//! The instruction table. One row an instruction; enum, names, operand kinds, disassembler, verifier,
//! interpreter and JIT all come from it through [`for_each_op!`](crate::for_each_op).
//!
//! Conventions:
//! * `r[x]` is register `x` of the frame's window. A register holds a value word; UNSET is the zero word.
//! * Unless a row says otherwise every register that is read is bound (not UNSET): the compiler has proved it or has
//!   emitted [`Op::CheckBound`] before. Destinations may be equal to sources: read all operands before writing.
//! * Jump offsets count instructions and are relative to the *next* instruction. 16-bit offsets lie in `c`;
//!   32-bit offsets are `b | c << 16` as `i32`.
//! * **Every taken jump with a negative offset is a back edge and polls**, whatever the instruction.
//! * An instruction that raises leaves its destination unchanged.
//! * A *pair* at `x` is `r[x]` = callable, `r[x+1]` = self or UNSET.

/// What an operand means. See the row docs for how many registers a `Base` spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Unused; always zero.
    No,
    /// Register written.
    Dst,
    /// Register read.
    Src,
    /// Register read that may be UNSET.
    Opt,
    /// Register read and written.
    Mut,
    /// Register holding a cell object (read; the cell's content may be UNSET).
    Cell,
    /// First register of a group; the row says what the group is.
    Base,
    /// 32-bit constant index in (b, c).
    Const,
    /// 32-bit signed immediate in (b, c).
    Imm32,
    /// 32-bit signed jump offset in (b, c).
    Off32,
    /// The upper half of a 32-bit operand.
    Hi,
    /// 16-bit signed immediate.
    Imm,
    /// 16-bit signed jump offset.
    Off16,
    /// Unsigned count.
    Count,
    /// Small enumeration given in the row.
    Which,
    /// Index into `names`.
    Name,
    /// Index into `sites`.
    Site,
}

/// Calls the given macro with the whole table: `$(#[doc])* Name(kind_a, kind_b, kind_c);` rows.
#[macro_export]
macro_rules! for_each_op {
    ($cb:ident) => {
        $cb! {
            // ---- moves and constants -------------------------------------------------------
            /// Does nothing (carries a position for line tracing).
            Nop(No, No, No);
            /// `r[a] = r[b]`. Copies the raw word, also UNSET and cells.
            Move(Dst, Opt, No);
            /// `r[a] = consts[bc]`.
            LoadConst(Dst, Const, Hi);
            /// `r[a] = bc` as a small int.
            LoadInt(Dst, Imm32, Hi);
            /// `r[a] = None`.
            LoadNone(Dst, No, No);
            /// `r[a] = True`.
            LoadTrue(Dst, No, No);
            /// `r[a] = False`.
            LoadFalse(Dst, No, No);
            /// `r[a] = UNSET`.
            LoadUnset(Dst, No, No);
            /// `r[a]` = a common object: b=0 `AssertionError`, 1 `NotImplementedError` (the types, whatever builtins holds).
            LoadCommon(Dst, Which, No);
            /// If `r[a]` is UNSET raise UnboundLocalError "cannot access local variable 'NAME' where it is not
            /// associated with a value", NAME = names[c].
            CheckBound(Opt, No, Name);
            /// `del` of a local: like CheckBound, then `r[a] = UNSET`.
            DelFast(Mut, No, Name);

            // ---- cells ---------------------------------------------------------------------
            /// `r[a]` = new empty cell.
            NewCell(Dst, No, No);
            /// Prologue, captured parameter: `r[a]` = new cell holding `r[b]` (maybe UNSET), then `r[b] = UNSET`.
            MakeCell(Dst, Opt, No);
            /// Prologue: copies the `c` cells of the running function's closure tuple to `r[a..a+c]`.
            CopyFree(Dst, No, Count);
            /// `r[a]` = content of cell `r[b]`. If empty: for a register of a free variable NameError "cannot access free
            /// variable 'NAME' where it is not associated with a value in enclosing scope", else UnboundLocalError as CheckBound.
            LoadDeref(Dst, Cell, Name);
            /// Content of cell `r[a]` = `r[b]` (UNSET empties it).
            StoreDeref(Cell, Opt, No);
            /// Empties cell `r[a]`; error as LoadDeref if empty already.
            DelDeref(Cell, No, Name);
            /// Mapping `r[b]`, key names[c]: if present `r[a]` = it, else `r[a]` = content of cell `r[a]` as LoadDeref (a
            /// missing one is reported as a free variable). On entry `r[a]` is the cell.
            LoadFromDictOrDeref(Mut, Src, Name);

            // ---- names ---------------------------------------------------------------------
            /// `r[a]` = global, else builtin, sites[c].name; NameError "name 'NAME' is not defined".
            LoadGlobal(Dst, No, Site);
            /// Global sites[c].name = `r[b]`.
            StoreGlobal(No, Src, Site);
            /// Deletes the global; NameError if absent.
            DelGlobal(No, No, Site);
            /// Frame's namespace (class body, module, exec), then globals, then builtins.
            LoadName(Dst, No, Site);
            /// Namespace[sites[c].name] = `r[b]`.
            StoreName(No, Src, Site);
            /// Deletes from the namespace; NameError if absent.
            DelName(No, No, Site);
            /// Mapping `r[b]` (any mapping; class namespace), else globals, else builtins.
            LoadFromDictOrGlobals(Dst, Src, Site);
            /// `r[a]` = the frame's namespace object (class body, module, exec; for optimised frames a snapshot dict).
            LoadLocals(Dst, No, No);

            // ---- attributes ----------------------------------------------------------------
            /// `r[a] = r[b].NAME`.
            LoadAttr(Dst, Src, Site);
            /// `r[a].NAME = r[b]`.
            StoreAttr(Src, Src, Site);
            /// `del r[a].NAME`.
            DelAttr(Src, No, Site);
            /// Pair at a: (function, `r[b]`) when NAME is a function-like method found on the type, else (`r[b].NAME`, UNSET).
            LoadMethod(Base, Src, Site);
            /// `r[a] = super(C, self).NAME`; `r[b]` = the value of global `super`, `r[b+1]` = `__class__`, `r[b+2]` = self. If `r[b]`
            /// is not the builtin: call it, with (C, self) when the site's kind is Super2 and with nothing when Super0 (which the
            /// call's own frame search cannot serve; report RuntimeError as CPython), then get the attribute.
            LoadSuperAttr(Dst, Base, Site);
            /// The same giving a pair at a (a may be equal to b).
            LoadSuperMethod(Base, Base, Site);

            // ---- binary operators ----------------------------------------------------------
            /// `r[a] = r[b] + r[c]`.
            Add(Dst, Src, Src);
            /// `-`
            Sub(Dst, Src, Src);
            /// `*`
            Mul(Dst, Src, Src);
            /// `@`
            MatMul(Dst, Src, Src);
            /// `/`
            TrueDiv(Dst, Src, Src);
            /// `//`
            FloorDiv(Dst, Src, Src);
            /// `%`
            Mod(Dst, Src, Src);
            /// `**`
            Pow(Dst, Src, Src);
            /// `<<`
            LShift(Dst, Src, Src);
            /// `>>`
            RShift(Dst, Src, Src);
            /// `&`
            And(Dst, Src, Src);
            /// `|`
            Or(Dst, Src, Src);
            /// `^`
            Xor(Dst, Src, Src);
            /// `r[a] = r[b] += r[c]` (in-place protocol, then the plain one; error text says `+=`).
            IAdd(Dst, Src, Src);
            /// `-=`
            ISub(Dst, Src, Src);
            /// `*=`
            IMul(Dst, Src, Src);
            /// `@=`
            IMatMul(Dst, Src, Src);
            /// `/=`
            ITrueDiv(Dst, Src, Src);
            /// `//=`
            IFloorDiv(Dst, Src, Src);
            /// `%=`
            IMod(Dst, Src, Src);
            /// `**=`
            IPow(Dst, Src, Src);
            /// `<<=`
            ILShift(Dst, Src, Src);
            /// `>>=`
            IRShift(Dst, Src, Src);
            /// `&=`
            IAnd(Dst, Src, Src);
            /// `|=`
            IOr(Dst, Src, Src);
            /// `^=`
            IXor(Dst, Src, Src);
            /// `r[a] = r[b] + c`, c a small int.
            AddI(Dst, Src, Imm);
            /// `- c`
            SubI(Dst, Src, Imm);
            /// `* c`
            MulI(Dst, Src, Imm);
            /// `// c`
            FloorDivI(Dst, Src, Imm);
            /// `% c`
            ModI(Dst, Src, Imm);
            /// `<< c`
            LShiftI(Dst, Src, Imm);
            /// `>> c`
            RShiftI(Dst, Src, Imm);
            /// `& c`
            AndI(Dst, Src, Imm);
            /// `r[a] = r[b] += c`, c a small int.
            IAddI(Dst, Src, Imm);
            /// `-= c`
            ISubI(Dst, Src, Imm);
            /// `*= c`
            IMulI(Dst, Src, Imm);
            /// `//= c`
            IFloorDivI(Dst, Src, Imm);
            /// `%= c`
            IModI(Dst, Src, Imm);
            /// `<<= c`
            ILShiftI(Dst, Src, Imm);
            /// `>>= c`
            IRShiftI(Dst, Src, Imm);
            /// `&= c`
            IAndI(Dst, Src, Imm);

            // ---- unary ---------------------------------------------------------------------
            /// `r[a] = -r[b]`.
            Neg(Dst, Src, No);
            /// `+`
            Pos(Dst, Src, No);
            /// `~`
            Invert(Dst, Src, No);
            /// `r[a] = not r[b]` (a bool).
            Not(Dst, Src, No);
            /// `r[a] = bool(r[b])`.
            ToBool(Dst, Src, No);

            // ---- comparisons ---------------------------------------------------------------
            /// `r[a] = r[b] < r[c]` (rich comparison: any object).
            Lt(Dst, Src, Src);
            /// `<=`
            Le(Dst, Src, Src);
            /// `==`
            Eq(Dst, Src, Src);
            /// `!=`
            Ne(Dst, Src, Src);
            /// `>`
            Gt(Dst, Src, Src);
            /// `>=`
            Ge(Dst, Src, Src);
            /// `r[a] = r[b] is r[c]`.
            Is(Dst, Src, Src);
            /// `is not`
            IsNot(Dst, Src, Src);
            /// `r[a] = r[b] in r[c]` (container is `r[c]`).
            Contains(Dst, Src, Src);
            /// `not in`
            NotContains(Dst, Src, Src);

            // ---- jumps ---------------------------------------------------------------------
            /// pc += bc. Forward only.
            Jump(No, Off32, Hi);
            /// Back edge: polls, then pc += bc (negative). Loop headers are its targets. `a` is `PAST_LINE` if the target is
            /// the body of a loop without a test.
            Loop(Hi, Off32, Hi);
            /// Jumps if `r[a]` is true.
            JumpIfTrue(Src, Off32, Hi);
            /// Jumps if `r[a]` is false.
            JumpIfFalse(Src, Off32, Hi);
            /// Jumps if `r[a] is None`.
            JumpIfNone(Src, Off32, Hi);
            /// Jumps if `r[a] is not None`.
            JumpIfNotNone(Src, Off32, Hi);
            /// Jumps if `r[a]` is UNSET.
            JumpIfUnset(Opt, Off32, Hi);
            /// Jumps if `r[a] is r[b]`.
            JumpIfIs(Src, Src, Off16);
            /// Jumps if `r[a] is not r[b]`.
            JumpIfNotIs(Src, Src, Off16);
            /// Jumps if `r[a] in r[b]`.
            JumpIfIn(Src, Src, Off16);
            /// Jumps if `r[a] not in r[b]`.
            JumpIfNotIn(Src, Src, Off16);
            /// Jumps if bool(`r[a] < r[b]`).
            JumpIfLt(Src, Src, Off16);
            /// `<=`
            JumpIfLe(Src, Src, Off16);
            /// `==`
            JumpIfEq(Src, Src, Off16);
            /// `!=`
            JumpIfNe(Src, Src, Off16);
            /// `>`
            JumpIfGt(Src, Src, Off16);
            /// `>=`
            JumpIfGe(Src, Src, Off16);
            /// Jumps if not bool(`r[a] < r[b]`). Not the same as `>=` (NaN, user classes).
            JumpIfNotLt(Src, Src, Off16);
            /// not `<=`
            JumpIfNotLe(Src, Src, Off16);
            /// not `==`
            JumpIfNotEq(Src, Src, Off16);
            /// not `!=`
            JumpIfNotNe(Src, Src, Off16);
            /// not `>`
            JumpIfNotGt(Src, Src, Off16);
            /// not `>=`
            JumpIfNotGe(Src, Src, Off16);
            /// Jumps if bool(`r[a] < b`), b a small int.
            JumpIfLtI(Src, Imm, Off16);
            /// `<=`
            JumpIfLeI(Src, Imm, Off16);
            /// `==`
            JumpIfEqI(Src, Imm, Off16);
            /// `!=`
            JumpIfNeI(Src, Imm, Off16);
            /// `>`
            JumpIfGtI(Src, Imm, Off16);
            /// `>=`
            JumpIfGeI(Src, Imm, Off16);
            /// not `<`
            JumpIfNotLtI(Src, Imm, Off16);
            /// not `<=`
            JumpIfNotLeI(Src, Imm, Off16);
            /// not `==`
            JumpIfNotEqI(Src, Imm, Off16);
            /// not `!=`
            JumpIfNotNeI(Src, Imm, Off16);
            /// not `>`
            JumpIfNotGtI(Src, Imm, Off16);
            /// not `>=`
            JumpIfNotGeI(Src, Imm, Off16);

            // ---- items ---------------------------------------------------------------------
            /// `r[a] = r[b][r[c]]`.
            GetItem(Dst, Src, Src);
            /// `r[a] = r[b][c]`, c a small int.
            GetItemI(Dst, Src, Imm);
            /// `r[a][r[b]] = r[c]`.
            SetItem(Src, Src, Src);
            /// `del r[a][r[b]]`.
            DelItem(Src, Src, No);
            /// `r[a] = r[b][r[c]:r[c+1]]`.
            GetSlice(Dst, Src, Base);
            /// `r[a] = r[b][r[c]:r[c+1]:r[c+2]]`.
            GetStepped(Dst, Src, Base);
            /// `r[a][r[b]:r[b+1]] = r[c]`.
            SetSlice(Src, Base, Src);
            /// `r[a] = slice(r[b], r[b+1], r[b+2])`.
            BuildSlice(Dst, Base, No);

            // ---- building ------------------------------------------------------------------
            /// `r[a]` = tuple of `r[b..b+c]`.
            BuildTuple(Dst, Base, Count);
            /// `r[a]` = list of `r[b..b+c]`.
            BuildList(Dst, Base, Count);
            /// `r[a]` = set of `r[b..b+c]`.
            BuildSet(Dst, Base, Count);
            /// `r[a]` = dict of c pairs key, value at `r[b..b+2c]`.
            BuildMap(Dst, Base, Count);
            /// `r[a]` = concatenation of the c strings `r[b..b+c]`.
            BuildString(Dst, Base, Count);
            /// list `r[a]`.append(`r[b]`).
            ListAppend(Src, Src, No);
            /// list `r[a]`.extend(`r[b]`); TypeError "Value after * must be an iterable, not T".
            ListExtend(Src, Src, No);
            /// `r[a] = tuple(list r[b])`.
            ListToTuple(Dst, Src, No);
            /// set `r[a]`.add(`r[b]`).
            SetAdd(Src, Src, No);
            /// set `r[a]`.update(`r[b]`).
            SetUpdate(Src, Src, No);
            /// dict `r[a]`[`r[b]`] = `r[c]`.
            MapAdd(Src, Src, Src);
            /// dict `r[a]`.update(`r[b]`), TypeError "'T' object is not a mapping".
            DictUpdate(Src, Src, No);
            /// dict `r[a]` gets all of mapping `r[b]`; duplicate key: TypeError "F() got multiple values for keyword argument 'k'"; not
            /// a mapping: "F() argument after ** must be a mapping, not T"; F from callable `r[c]`.
            DictMerge(Src, Src, Src);
            /// Unpacks exactly c items of `r[b]` to `r[a..a+c]`.
            UnpackSequence(Base, Src, Count);
            /// c = before | after << 8: `r[a..a+before]`, `r[a+before]` = list of the rest, then `after` more.
            UnpackEx(Base, Src, Count);

            // ---- iteration -----------------------------------------------------------------
            /// `r[a] = iter(r[b])`.
            GetIter(Dst, Src, No);
            /// Next item of iterator `r[b]` to `r[a]`; if exhausted jump forward by c (then `r[b]` is dead, `r[a]` unchanged).
            ForIter(Dst, Src, Off16);
            /// Bottom of a for loop: next item of `r[b]` to `r[a]` and jump *back* by c (polls); if exhausted fall through.
            ForLoop(Dst, Src, Off16);

            // ---- calls ---------------------------------------------------------------------
            /// `r[a]` = call of `r[b]` with c positional arguments `r[b+2..b+2+c]`. No self: `r[b+1]` is dead room (the callee's
            /// window begins at b+2; a bound method puts its self to `r[b+1]` and begins there).
            Call(Dst, Base, Count);
            /// Call of the pair at b with c positional arguments at `r[b+2..]`; window begins at b+1 if self is present, else b+2.
            CallMethod(Dst, Base, Count);
            /// Pair at b, c arguments in total at `r[b+2..b+2+c]`, of which the last ones are keyword arguments whose names are
            /// the tuple `r[b+2+c]`.
            CallKw(Dst, Base, Count);
            /// Pair at b, `r[b+2]` = positional arguments (tuple, or any iterable: TypeError "F() argument after * must be an
            /// iterable, not T"), `r[b+3]` = dict of keyword arguments or UNSET. c is 1 if the dict was made for this call, so
            /// that the callee may have it.
            CallEx(Dst, Base, Which);
            /// Returns `r[a]`.
            Return(Src, No, No);
            /// Returns None.
            ReturnNone(No, No, No);

            // ---- generators and coroutines -------------------------------------------------
            /// Prologue of generator, coroutine and async generator code (kind from the flags): makes the object that owns this
            /// frame and returns it to the caller. Resumption continues at the next instruction, the value sent is ignored.
            ReturnGenerator(No, No, No);
            /// Suspends giving `r[b]`; at resumption `r[a]` = value sent, or the thrown exception is raised here.
            Yield(Dst, Src, No);
            /// The same in an async generator (`r[b]` is wrapped so that awaiting sees it as a yielded item).
            YieldAsyncGen(Dst, Src, No);
            /// `yield from` setup: `r[a]` = `r[b]` if it is a coroutine (allowed only in a coroutine or an iterable coroutine, else
            /// TypeError "cannot 'yield from' a coroutine object in a non-coroutine generator") or a generator, else `iter(r[b])`.
            GetYieldFromIter(Dst, Src, No);
            /// `r[a]` = awaitable iterator of `r[b]`; c=0 await expression, 1 from `__aenter__`, 2 from `__aexit__` (error texts).
            GetAwaitable(Dst, Src, Which);
            /// Sends `r[a]` (None: next) to `r[b]`. If that yields: `r[a]` = yielded value, fall through; if it returns: `r[a]` = the
            /// return value and jump by c.
            Send(Mut, Src, Off16);
            /// Suspends giving `r[a]` unwrapped while delegating to `r[b]` (what `gi_yieldfrom`, `cr_await` show). Resumption: `r[a]` =
            /// value sent. Exception thrown in: GeneratorExit closes `r[b]` and is raised here; others go to `r[b].throw` if there is
            /// one: if it yields, `r[a]` = that and stay suspended giving it, if it returns (StopIteration) `r[a]` = value and jump by c,
            /// else raise here.
            YieldDelegate(Mut, Src, Off16);
            /// `r[a] = aiter(r[b])`: "'async for' requires an object with __aiter__ method, got T".
            GetAIter(Dst, Src, No);
            /// `r[a]` = awaitable of `r[b].__anext__()`.
            GetANext(Dst, Src, No);
            /// Handler of an async for: if exception `r[a]` is StopAsyncIteration drop it and fall through, else reraise it.
            EndAsyncFor(Src, No, No);

            // ---- functions and classes -----------------------------------------------------
            /// `r[a]` = function of code constant bc with this frame's globals.
            MakeFunction(Dst, Const, Hi);
            /// Sets a field of the fresh function `r[a]` to `r[b]`: c=1 defaults (tuple), 2 kwdefaults (dict), 4 annotations (dict),
            /// 8 closure (tuple of cells), 16 `__annotate__` function.
            SetFuncAttr(Src, Src, Which);
            /// `r[a] = builtins.__build_class__` (NameError "__build_class__ not found").
            LoadBuildClass(Dst, No, No);
            /// Makes sure that the namespace has `__annotations__` (dict).
            SetupAnnotations(No, No, No);
            /// `r[a] = TypeVar(name r[b])`; inferred variance.
            MakeTypeVar(Dst, Src, No);
            /// `r[a]` = TypeVar named `r[b]` whose bound is evaluated lazily by function `r[c]`.
            MakeTypeVarBound(Dst, Src, Src);
            /// The same with lazily evaluated constraints.
            MakeTypeVarConstraints(Dst, Src, Src);
            /// `r[a] = ParamSpec(name r[b])`.
            MakeParamSpec(Dst, Src, No);
            /// `r[a] = TypeVarTuple(name r[b])`.
            MakeTypeVarTuple(Dst, Src, No);
            /// Type parameter `r[a]` gets the lazily evaluated default `r[b]` (a function).
            SetTypeParamDefault(Src, Src, No);
            /// Function `r[a].__type_params__ = r[b]`.
            SetTypeParams(Src, Src, No);
            /// `r[a] = Generic[*r[b]]` for the tuple of type parameters `r[b]`.
            SubscriptGeneric(Dst, Src, No);
            /// `r[a]` = type alias; `r[b]` = name, `r[b+1]` = tuple of type parameters or None, `r[b+2]` = function computing the value.
            MakeTypeAlias(Dst, Base, No);

            // ---- exceptions ----------------------------------------------------------------
            /// `raise r[a] from r[b]`; `r[b]` UNSET: no cause given.
            Raise(Src, Opt, No);
            /// Bare `raise`: RuntimeError "No active exception to reraise".
            RaiseCurrent(No, No, No);
            /// Raises exception object `r[a]` again: no new traceback entry for this frame, no context change.
            Reraise(Src, No, No);
            /// `r[a]` = exception being handled (or None), then `r[b]` becomes the one being handled.
            PushExc(Dst, Src, No);
            /// The exception being handled becomes `r[a]` (an exception or None).
            PopExc(Src, No, No);
            /// Jumps if exception `r[a]` does not match `r[b]` (class or tuple; TypeError "catching classes that do not inherit from
            /// BaseException is not allowed").
            JumpIfNotExcMatch(Src, Src, Off16);
            /// `except*`: splits exception or group `r[b]` (or None) by type `r[c]`: `r[a]` = matching part or None, `r[a+1]` = rest or
            /// None. A naked exception that matches is wrapped in an ExceptionGroup. The type is checked as CPython does.
            CheckEgMatch(Base, Src, Src);
            /// End of `except*`: `r[a]` = exception to raise (or None) from the original `r[b]` and the list `r[c]` of raised and
            /// unhandled ones.
            PrepReraiseStar(Dst, Src, Src);
            /// Pair at a: special method of `r[b]`; c=0 `__enter__`, 1 `__exit__`, 2 `__aenter__`, 3 `__aexit__`, looked up on the type.
            /// TypeError "'T' object does not support the (asynchronous) context manager protocol" (" (missed __exit__ method)").
            LoadSpecial(Base, Src, Which);
            /// `r[a..a+3]` = type, value, traceback (or None) of exception `r[b]`: the arguments of `__exit__`.
            LoadExcTriple(Base, Src, No);

            // ---- formatting ----------------------------------------------------------------
            /// `r[a] = format(r[b])` (`r[b]` itself if it is an exact str).
            FormatSimple(Dst, Src, No);
            /// `r[a] = format(r[b], r[c])`.
            FormatWithSpec(Dst, Src, Src);
            /// `r[a]` = c=1 `str(r[b])`, 2 `repr`, 3 `ascii`.
            ConvertValue(Dst, Src, Which);
            /// `r[a] = Interpolation(r[b], r[b+1], conversion, r[b+2])` (value, expression text, conversion, format spec); c=0 no conversion, 1 's', 2 'r', 3 'a'.
            BuildInterpolation(Dst, Base, Which);
            /// `r[a]` = Template of strings tuple `r[b]` and interpolations tuple `r[c]`.
            BuildTemplate(Dst, Src, Src);

            // ---- pattern matching ----------------------------------------------------------
            /// Jumps if `r[a]` is not a sequence pattern subject (Py_TPFLAGS_SEQUENCE).
            JumpIfNotSequence(Src, Off32, Hi);
            /// Jumps if `r[a]` is not a mapping pattern subject.
            JumpIfNotMapping(Src, Off32, Hi);
            /// `r[a] = len(r[b])`.
            GetLen(Dst, Src, No);
            /// `r[a]` = tuple of the values of mapping `r[b]` for the tuple of keys `r[c]`, or None if one is missing.
            MatchKeys(Dst, Src, Src);
            /// `r[b]` = subject, `r[b+1]` = class, `r[b+2]` = tuple of keyword attribute names; c positional patterns. `r[a]` = tuple of
            /// attribute values, or None if it does not match.
            MatchClass(Dst, Base, Count);

            // ---- imports -------------------------------------------------------------------
            /// `r[a] = __import__(names[c], globals, locals, fromlist=r[b+1], level=r[b])`.
            ImportName(Dst, Base, Name);
            /// `r[a]` = attribute names[c] of module `r[b]` (falls back to sys.modules; ImportError).
            ImportFrom(Dst, Src, Name);
            /// `from r[a] import *` into the frame's namespace.
            ImportStar(Src, No, No);

            // ---- the rest ------------------------------------------------------------------
            /// Interactive mode: `sys.displayhook(r[a])`.
            PrintExpr(Src, No, No);
            /// Safepoint poll.
            Poll(No, No, No);
        }
    };
}

macro_rules! define_ops {
    ($($(#[$doc:meta])* $name:ident($a:ident, $b:ident, $c:ident);)*) => {
        /// An instruction's operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum Op { $($(#[$doc])* $name,)* }

        impl Op {
            /// Every operation, in numeric order.
            pub const ALL: &[Op] = &[$(Op::$name,)*];
            /// Number of operations.
            pub const COUNT: usize = Self::ALL.len();

            /// The operation's name.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// The kinds of the operands a, b, c.
            pub const fn kinds(self) -> [Kind; 3] {
                match self { $(Op::$name => [Kind::$a, Kind::$b, Kind::$c],)* }
            }
        }
    };
}

for_each_op!(define_ops);

impl Op {
    /// The operation with this number.
    #[inline]
    pub fn from_u16(n: u16) -> Option<Op> {
        Op::ALL.get(n as usize).copied()
    }

    /// Whether the operation never falls through to the next instruction.
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Op::Jump
                | Op::Loop
                | Op::Return
                | Op::ReturnNone
                | Op::Raise
                | Op::RaiseCurrent
                | Op::Reraise
        )
    }
}
