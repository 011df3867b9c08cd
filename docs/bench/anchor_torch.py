#!/usr/bin/env python3
"""PyTorch CPU anchor: training steps of self-supervised methods on random 32x32x3 images.

  anchor_torch.py --methods simclr,moco,byol,simsiam,barlow --encoders mlp,conv --threads 1 --batch 256 \
                  --steps 12 --warmup 3 [--channels-last] [--foreach] [--config] [--flops]

Two views, SGD with momentum, augmentations excluded. One figure per line: key value unit, where key is
torch/<encoder>/<method>/t<threads>/<what>; <what> is step (median of steps) or its share: forward, loss,
backward, optim (SGD + EMA + queue). --tiny 1 shrinks every width, which leaves the per-step overhead of
Python and the dispatcher. MoCo compares one view with the other's keys, as its paper's code does; --symmetric does
it both ways, as Gradlab does, which is twice the work.
"""
import argparse
import os
import statistics
import sys
import time

ap = argparse.ArgumentParser()
ap.add_argument("--methods", default="simclr,moco,byol,simsiam,barlow")
ap.add_argument("--encoders", default="mlp,conv")
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--batch", type=int, default=256)
ap.add_argument("--width", type=int, default=512)
ap.add_argument("--queue", type=int, default=16384)
ap.add_argument("--steps", type=int, default=12)
ap.add_argument("--warmup", type=int, default=3)
ap.add_argument("--channels-last", action="store_true")
ap.add_argument("--foreach", action="store_true")
ap.add_argument("--tiny", type=int, default=0)
ap.add_argument("--symmetric", action="store_true")
ap.add_argument("--config", action="store_true")
ap.add_argument("--flops", action="store_true")
ap.add_argument("--name", default="torch")
args = ap.parse_args()
for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[v] = str(args.threads)

import torch  # noqa: E402
import torch.nn as nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(args.threads)
torch.manual_seed(0)
if args.config:
    print(torch.__version__, torch.__config__.show(), torch.__config__.parallel_info(), file=sys.stderr)

W = 8 if args.tiny else args.width
CH = (4, 4, 4, 4) if args.tiny else (32, 64, 128, 256)
SIDE = 4 if args.tiny else 32
B = 4 if args.tiny else args.batch
Q = 16 if args.tiny else args.queue


def dense(i, o, bn=True, relu=True, affine=True):
    m = [nn.Linear(i, o, bias=not bn)]
    if bn:
        m.append(nn.BatchNorm1d(o, affine=affine))
    if relu:
        m.append(nn.ReLU(inplace=True))
    return m


def encoder(kind):
    if kind == "mlp":
        return nn.Sequential(nn.Flatten(), *dense(3 * SIDE * SIDE, W), *dense(W, W)), W
    m, i = [], 3
    for n, o in enumerate(CH):
        m += [nn.Conv2d(i, o, 3, stride=1 if n == 0 else 2, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)]
        i = o
    return nn.Sequential(*m, nn.AdaptiveAvgPool2d(1), nn.Flatten()), i


def network(kind, last_bn):
    e, d = encoder(kind)
    return nn.Sequential(e, nn.Sequential(*dense(d, W), *dense(W, W), *dense(W, W, bn=last_bn, relu=False)))


def predictor(hidden):
    return nn.Sequential(*dense(W, hidden), *dense(hidden, W, bn=False, relu=False))


def neg_cos(p, z):
    return 2 - 2 * F.cosine_similarity(p, z, dim=1).mean()


class SimCLR:
    def __init__(self, kind):
        self.net = network(kind, last_bn=False)
        self.params = list(self.net.parameters())
        self.eye = torch.eye(2 * B, dtype=torch.bool)
        self.target = torch.arange(2 * B).roll(B)

    def forward(self, a, b):
        return self.net(torch.cat([a, b]))

    def loss(self, z):
        z = F.normalize(z, dim=1)
        s = (z @ z.t() / 0.5).masked_fill(self.eye, -1e9)
        return F.cross_entropy(s, self.target)

    def after(self):
        pass


class WithTarget:
    ema = 0.99

    def copy(self, kind, last_bn):
        self.key = network(kind, last_bn)
        self.key.load_state_dict(self.net.state_dict())
        self.kp = list(self.key.parameters())
        for p in self.kp:
            p.requires_grad_(False)
        self.qp = list(self.net.parameters())

    @torch.no_grad()
    def after(self):
        if args.foreach:
            torch._foreach_mul_(self.kp, self.ema)
            torch._foreach_add_(self.kp, self.qp, alpha=1 - self.ema)
        else:
            for k, q in zip(self.kp, self.qp):
                k.mul_(self.ema).add_(q, alpha=1 - self.ema)


class MoCo(WithTarget):
    def __init__(self, kind):
        self.net = network(kind, last_bn=False)
        self.copy(kind, last_bn=False)
        self.params = list(self.net.parameters())
        self.queue = F.normalize(torch.randn(W, Q), dim=0)
        self.ptr = 0
        self.target = torch.zeros(B, dtype=torch.long)

    def forward(self, a, b):
        q = [F.normalize(self.net(x), dim=1) for x in ((a, b) if args.symmetric else (a,))]
        with torch.no_grad():
            self.k = [F.normalize(self.key(x), dim=1) for x in ((b, a) if args.symmetric else (b,))]
        return q, self.k

    def loss(self, o):
        sides = []
        for q, k in zip(*o):
            pos = (q * k).sum(1, keepdim=True)
            sides.append(F.cross_entropy(torch.cat([pos, q @ self.queue], 1) / 0.2, self.target))
        return sum(sides) / len(sides)

    @torch.no_grad()
    def after(self):
        super().after()
        for k in self.k:
            self.queue[:, self.ptr:self.ptr + B] = k.t()
            self.ptr = (self.ptr + B) % Q


class BYOL(WithTarget):
    def __init__(self, kind):
        self.net = network(kind, last_bn=False)
        self.copy(kind, last_bn=False)
        self.pred = predictor(W)
        self.params = list(self.net.parameters()) + list(self.pred.parameters())

    def forward(self, a, b):
        pa, pb = self.pred(self.net(a)), self.pred(self.net(b))
        with torch.no_grad():
            ta, tb = self.key(a), self.key(b)
        return pa, pb, ta, tb

    def loss(self, o):
        pa, pb, ta, tb = o
        return neg_cos(pa, tb) + neg_cos(pb, ta)


class SimSiam:
    def __init__(self, kind):
        self.net = network(kind, last_bn=True)
        self.pred = predictor(max(4, W // 4))
        self.params = list(self.net.parameters()) + list(self.pred.parameters())

    def forward(self, a, b):
        za, zb = self.net(a), self.net(b)
        return self.pred(za), self.pred(zb), za.detach(), zb.detach()

    def loss(self, o):
        pa, pb, za, zb = o
        return (neg_cos(pa, zb) + neg_cos(pb, za)) / 2

    def after(self):
        pass


class Barlow:
    def __init__(self, kind):
        self.net = network(kind, last_bn=False)
        self.bn = nn.BatchNorm1d(W, affine=False)
        self.params = list(self.net.parameters())

    def forward(self, a, b):
        return self.net(a), self.net(b)

    def loss(self, o):
        c = self.bn(o[0]).t() @ self.bn(o[1]) / B
        on = torch.diagonal(c).add(-1).pow(2).sum()
        off = c.pow(2).sum() - torch.diagonal(c).pow(2).sum()
        return on + 0.005 * off

    def after(self):
        pass


METHODS = {"simclr": SimCLR, "moco": MoCo, "byol": BYOL, "simsiam": SimSiam, "barlow": Barlow}


def layers(net, n):
    """GEMM flops of one forward of net on n images: (first layer, the others)."""
    out, hooks = [], []

    def hook(m, i, o):
        if isinstance(m, nn.Linear):
            out.append(2 * o.shape[0] * m.in_features * m.out_features)
        else:
            out.append(2 * o.numel() * m.in_channels * 9)

    for m in net.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            hooks.append(m.register_forward_hook(hook))
    with torch.no_grad():
        net(torch.randn(n, 3, SIDE, SIDE) if next(net.parameters()).dim() == 4 or kind == "mlp" else torch.randn(n, W))
    for h in hooks:
        h.remove()
    return out[0], sum(out[1:])


def flops(m, kind):
    """Least GEMM flops of a step: forward, input gradients (not of the first layer) and weight gradients."""
    f, r = layers(m.net, B)
    train = 2 * (2 * f + 3 * r)  # two views with gradient
    if isinstance(m, SimCLR):
        return train + 2 * (2 * B) ** 2 * W * 2
    if isinstance(m, MoCo):
        sides = 2 if args.symmetric else 1
        return sides * (train / 2 + (f + r) + 2 * 2 * B * Q * W)
    if isinstance(m, Barlow):
        return train + 3 * 2 * W * W * B
    p = sum(2 * B * l.in_features * l.out_features for l in m.pred.modules() if isinstance(l, nn.Linear))
    return train + 2 * 3 * p + (2 * (f + r) if isinstance(m, BYOL) else 0)


def run(kind, name):
    m = METHODS[name](kind)
    if args.flops:
        print(f"flops/{kind}/{name} {flops(m, kind) / 1e9:.3f} GFLOP/step", flush=True)
        print(f"params/{kind}/{name} {sum(p.numel() for p in m.params)} parameters", flush=True)
        return
    fmt = torch.channels_last if args.channels_last and kind == "conv" else torch.contiguous_format
    if fmt is torch.channels_last:
        m.net.to(memory_format=fmt)
        if hasattr(m, "key"):
            m.key.to(memory_format=fmt)
    opt = torch.optim.SGD(m.params, lr=0.01, momentum=0.9, weight_decay=1e-4, foreach=args.foreach)
    a = torch.randn(B, 3, SIDE, SIDE).contiguous(memory_format=fmt)
    b = torch.randn(B, 3, SIDE, SIDE).contiguous(memory_format=fmt)
    t = {k: [] for k in ("step", "forward", "loss", "backward", "optim")}
    clock = time.perf_counter
    for i in range(args.warmup + args.steps):
        t0 = clock()
        o = m.forward(a, b)
        t1 = clock()
        loss = m.loss(o)
        t2 = clock()
        opt.zero_grad(set_to_none=True)
        loss.backward()
        t3 = clock()
        opt.step()
        m.after()
        t4 = clock()
        if i >= args.warmup:
            for k, v in (("step", t4 - t0), ("forward", t1 - t0), ("loss", t2 - t1), ("backward", t3 - t2), ("optim", t4 - t3)):
                t[k].append(v * 1e3)
    for k, v in t.items():
        print(f"{args.name}/{kind}/{name}/t{args.threads}/{k} {statistics.median(v):.4g} ms", flush=True)


for kind in args.encoders.split(","):
    for name in args.methods.split(","):
        run(kind, name)
