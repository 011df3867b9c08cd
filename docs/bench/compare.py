#!/usr/bin/env python3
"""Gradlab against PyTorch, interleaved: for every job, method and number of threads one process of either in turns.

  compare.py --rounds 5                          training steps, views held constant
  compare.py --rounds 5 --augment --threads 1    with the views drawn: torchvision's transforms on PyTorch's side

Rows are medians over the rounds; a ratio is the median of the rounds' ratios, PyTorch's time over ours. `alone` is a
training step, `measured` one with what every step measures for its record, which PyTorch's does not do. Needs a
python3 with torch and torchvision (--python) and go, or a built lab (--lab). --prefix is put before every command:
`nice -n -20 taskset -c {cpus}` where one may. See README.md beside this file.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OPENMP = "/usr/lib/x86_64-linux-gnu/openblas-openmp"  # Debian's libopenblas0-openmp
JOBS = {  # the anchor's arguments; steps that count: ours, the anchor's
    "mlp": (["--encoders", "mlp"], 8, 10, 256),
    "conv": (["--encoders", "conv", "--channels-last"], 3, 5, 256),
    "toy": (["--encoders", "mlp", "--width", "128", "--batch", "32", "--queue", "1024"], 150, 80, 32),
}

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--jobs", default="mlp,conv,toy")
ap.add_argument("--methods", default="simclr,moco,byol,simsiam,barlow")
ap.add_argument("--threads", default="1,2")
ap.add_argument("--rounds", type=int, default=3)
ap.add_argument("--augment", action="store_true")
ap.add_argument("--lab", help="the program; built from this checkout where it is not given")
ap.add_argument("--python", default=sys.executable, help="one that has torch")
ap.add_argument("--prefix", default="taskset -c {cpus}")
ap.add_argument("--markdown", action="store_true", help="print the table as docs/performance.md has it")
ap.add_argument("--raw", help="append every figure to this file, a JSON object a line")
args = ap.parse_args()

allowed = sorted(os.sched_getaffinity(0))
with open("/proc/cpuinfo") as f:
    flags = f.read()


def run(threads, command, torch=False):
    env = dict(os.environ)
    if torch and " avx512f " in flags:
        env["ATEN_CPU_CAPABILITY"] = "avx512"  # off by default in Debian's torch
    if torch and threads > 1:  # one pool of threads for BLAS and the rest; two fight for the cores
        env["LD_LIBRARY_PATH"] = OPENMP
    cpus = ",".join(map(str, allowed[-threads:]))
    prefix = [p.replace("{cpus}", cpus) for p in shlex.split(args.prefix)]
    done = subprocess.run(prefix + command, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def ours(job, method, threads):
    command = [lab, "bench", "-json", "-job", job, "-method", method, "-threads", str(threads), "-steps", str(JOBS[job][1])]
    return json.loads(run(threads, command + ["-augment"] * args.augment))


def theirs(job, method, threads, *more):
    extra, _, steps, _ = JOBS[job]
    out = run(threads, [args.python, f"{HERE}/anchor_torch.py", "--foreach", "--threads", str(threads), "--methods", method,
                        "--steps", str(steps), *extra, *more], torch=True)
    return next(float(line.split()[1]) for line in out.splitlines() if "/step " in line)


def torchvision():
    """Views a second of a core, each on its own as a data loader draws them."""
    out = run(1, [args.python, f"{HERE}/anchor_augment.py", "--images", "500", "--rounds", "3"], torch=True)
    return next(float(line.split()[1]) for line in out.splitlines() if line.startswith("augment/pil "))


def figures(job, method, threads, swapped):
    """The steps of one round in ms, of both and of MoCo as its authors' code has it."""
    sides = [("lab", lambda: ours(job, method, threads)), ("torch", lambda: theirs(job, method, threads, "--symmetric"))]
    if method == "moco":
        sides.append(("one side", lambda: theirs(job, method, threads)))
    if args.augment:
        sides.append(("views", torchvision))
    got = {name: measure() for name, measure in (reversed(sides) if swapped else sides)}
    # Loader processes share the threads' cores with the training, so their time adds up.
    drawing = 2 * JOBS[job][3] / got["views"] * 1000 / threads if args.augment else 0
    return {"alone": got["lab"]["step_ms"], "measured": got["lab"]["measured_step_ms"], "torch": got["torch"] + drawing,
            "one side": got["one side"] + drawing if "one side" in got else None, "ceiling": got["lab"]["ceiling_share"]}


def report(rows):
    heads = ("job", "method", "threads", "alone ms", "measured ms", "PyTorch ms", "torch/alone", "torch/measured", "of ceiling")

    def line(cells):
        print("| " + " | ".join(cells) + " |" if args.markdown else "".join(f"{c:>16}" for c in cells))
    line(heads)
    if args.markdown:
        line(["---"] * len(heads))
    worst = {}
    for (job, method, threads), rounds in rows.items():
        def median(f):
            return statistics.median(f(r) for r in rounds)
        for name, key in ((method, "torch"), (f"{method}, 1 side", "one side")):
            if rounds[0][key] is None:
                continue
            ratio = median(lambda r: r[key] / r["alone"])
            times = [f"{median(lambda r: r[k]):.2f}" for k in ("alone", "measured", key)]
            line([job, name, str(threads), *times, f"{ratio:.2f}", f"{median(lambda r: r[key] / r['measured']):.2f}",
                  f"{median(lambda r: r['ceiling']):.0%}"])
            if key == "torch":
                worst.setdefault((job, threads), []).append((ratio, method))
    for (job, threads), ratios in worst.items():
        print(f"{job} on {threads} thread(s): worst {min(ratios)[0]:.2f} ({min(ratios)[1]}), best {max(ratios)[0]:.2f} ({max(ratios)[1]})")
    print("(1 side: PyTorch compares one view with the other's keys only, half of the work of our step)", flush=True)


with tempfile.TemporaryDirectory() as folder:
    lab = args.lab
    if not lab:
        lab = f"{folder}/lab"
        subprocess.run(["go", "build", "-o", lab, "./cmd/lab"], cwd=f"{HERE}/../..", check=True)
    rows = {}
    for n in range(args.rounds):
        for job in args.jobs.split(","):
            for method in args.methods.split(","):
                for threads in map(int, args.threads.split(",")):
                    f = figures(job, method, threads, n % 2 == 1)
                    rows.setdefault((job, method, threads), []).append(f)
                    if args.raw:
                        with open(args.raw, "a") as out:
                            print(json.dumps({"round": n, "job": job, "method": method, "threads": threads, "augment": args.augment, **f}), file=out)
                    print(f"round {n + 1}: {job} {method} t{threads}: {f['alone']:.2f} ms, PyTorch {f['torch']:.2f} ms", file=sys.stderr, flush=True)
    report(rows)
