"""`compile`: a function recorded once and run as a program over arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..containers import leaf, mapped
from ..node import Node, data_of, next_birth
from ..grad_mode import recording
from .composing import compose
from .contracting import contract
from .groups import Joined
from .lifting import Lifted
from .listing import View
from .planning import plan
from .products import with_matrix_products
from .running import Machine
from .signature import layout
from .simplifying import Tape


class Recording:
    def __init__(self, f, args):
        import time
        t=time.perf_counter()
        self.collect = layout(args)
        since = next_birth()
        numbers, arrays = [], []
        def node(x):
            if isinstance(x, float):
                n = leaf(x); numbers.append(n); return n
            if isinstance(x, np.ndarray):
                n = leaf(x); arrays.append(n); return n
            return x
        nodes = mapped(node, args)
        with recording():
            outcome = f(*nodes)
        self.times={'record':time.perf_counter()-t}; t=time.perf_counter()
        roots=[]
        mapped(lambda x: roots.append(x) if isinstance(x, Node) else None, outcome)
        self.tape = tape = Tape(roots, numbers+arrays, since)
        self.times['simplify']=time.perf_counter()-t; t=time.perf_counter()
        self.lifted = lifted = Lifted(tape)
        self.times['lift']=time.perf_counter()-t; t=time.perf_counter()
        self.number_buffer = 0 if numbers else None
        places=[tape.place_of(r) for r in roots]
        floats=[i for i,r in enumerate(roots) if type(r._raw) is float]
        self.result=None
        needed=set()
        if floats:
            rule = lifted.joined([places[i] for i in floats])
            self.result = lifted.add(rule,(len(floats),))
            needed.add(self.result)
        self.views={}
        for i,r in enumerate(roots):
            if type(r._raw) is not float:
                if places[i]>=0:
                    v=lifted.place_of(places[i]); needed.add(v.buffer); self.views[i]=v
                else: self.views[i]=tape.constant(places[i])
        contract(lifted, needed)
        self.times['contract']=time.perf_counter()-t; t=time.perf_counter()
        self.listing = compose(lifted.groups, needed)
        self.lowered = with_matrix_products(self.listing)
        self.array_buffers=[lifted.place_of(tape.place_of(n)).buffer for n in arrays]
        self.captured=tape.captured
        given=[i for i,g in enumerate(lifted.groups) if g.rule is None and g.members and g.size and i not in self.array_buffers and i not in lifted.views]
        self.plan = plan(self.lowered, [b for b in given if b==0], [*self.array_buffers,*self.lowered.constants], needed)
        self.needed=needed
        self.machine=Machine(self.lowered, self.plan)
        self.outcome=outcome
        self.times['compose']=time.perf_counter()-t
    def __call__(self,*args):
        numbers, arrays=[], []
        assert self.collect(args, numbers, arrays)
        m=self.machine
        if numbers: m.buffers[0][:]=numbers
        for b,a in zip(self.array_buffers, arrays): m.bind(b,a)
        m.run()
        res = m.buffers[self.result].tolist() if self.result is not None else []
        it=iter(res); vs=self.views; k=[-1]
        def out(x):
            if not isinstance(x,Node): return x
            k[0]+=1
            if k[0] in vs:
                v=vs[k[0]]
                return v.of(m.buffers[v.buffer] if v.buffer in m.buffers else arrays[self.array_buffers.index(v.buffer)]).copy() if isinstance(v,View) else v
            return next(it)
        return mapped(out,self.outcome)
