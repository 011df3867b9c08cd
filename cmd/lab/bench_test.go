package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"gradlab/internal/engine/kernel"
)

// A job prints one object a line, with the names that scripts rely on.
func TestBenchPrintsLines(t *testing.T) {
	for _, args := range [][]string{{}, {"-augment"}} {
		out, errs, code := program(t, append([]string{"bench", "-job", "toy", "-method", "byol", "-threads", "2", "-steps", "2", "-json"}, args...)...)
		if code != 0 || strings.Count(out, "\n") != 1 {
			t.Fatalf("exit %d: %s\n%s", code, errs, out)
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(out), &line); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]any{"job": "toy", "method": "byol", "threads": 2.0, "steps": 2.0, "augment": len(args) > 0, "implementation": kernel.Using()} {
			if line[key] != want {
				t.Errorf("%s is %v, want %v", key, line[key], want)
			}
		}
		for key := range strings.FieldsSeq("step_ms best_step_ms measured_step_ms steps_per_second images_per_second gflop_per_step ceiling_gflops ceiling_share") {
			if v, ok := line[key].(float64); !ok || v <= 0 {
				t.Errorf("%s is %v", key, line[key])
			}
		}
		if _, ok := line["allocations_per_step"]; !ok {
			t.Error("allocations are not counted")
		}
		whole := 0.0
		for _, o := range line["operations"].([]any) {
			whole += o.(map[string]any)["share"].(float64)
		}
		if whole < 0.999 || whole > 1.001 {
			t.Errorf("the operations' shares sum to %g", whole)
		}
	}
}

// For people: a table with its ratios. Without -method a job is SimCLR's.
func TestBenchPrintsTables(t *testing.T) {
	out, errs, code := program(t, "bench", "-job", "toy", "-threads", "1", "-steps", "2")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, want := range []string{"toy simclr on 1 thread, batch 32, the same views in each step", "training", "measured", "GFLOP/s that the machine can do", "Gemm TN"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
	out, errs, code = program(t, "bench", "-job", "augment", "-threads", "2")
	if code != 0 || !strings.Contains(out, "views a second on 2 threads") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
}

// What is printed of a kernel: its ratios to the ceiling and to the plain loop.
func TestBenchPrintsRates(t *testing.T) {
	r := kernel.Rate{Kernel: "conv", Pass: "input", Shape: "8x8x4-8/2", Implementation: "avx2", Threads: 1, GFLOPS: 50, Ceiling: 100, Plain: 2}
	var b bytes.Buffer
	table := &benchTable{w: &b}
	table.rate(r)
	table.rate(r)
	if err := table.end(); err != nil || strings.Count(b.String(), "GFLOP/s") != 1 || strings.Count(b.String(), "50%     25.0") != 2 {
		t.Errorf("%v:\n%s", err, b.String())
	}
	b.Reset()
	(&benchLines{w: &b}).rate(r)
	for _, want := range []string{`"job":"kernels"`, `"ceiling_share":0.5`, `"times_plain":25`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s lacks %s", b.String(), want)
		}
	}
}

// An interrupt ends it before the next figure.
func TestBenchEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, job := range []string{kernelsJob, "mlp"} {
		var out, errs bytes.Buffer
		m := &Main{Stdout: &out, Stderr: &errs}
		if code := m.Exec(ctx, []string{"bench", "-job", job, "-threads", "1"}); code != 1 || strings.Count(out.String(), "\n") > 2 {
			t.Errorf("%s: exit %d\n%s", job, code, out.String())
		}
	}
}

func TestBenchBadUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"-job mpl", `"mpl" for flag -job: it takes one of mlp, conv, toy, kernels, augment; did you mean mlp?`},
		{"-job mlp -method simcrl", `"simcrl" for flag -method: it takes one of moco, simclr, byol,`},
		{"-threads 0", `"0" for flag -threads: it takes a whole number from 1 to 4096`},
		{"-steps none", `"none" for flag -steps: it takes a whole number from 1 to 4096`},
		{"-job kernels -method byol", "-method byol: -job kernels trains nothing; it goes with one of mlp, conv, toy"},
		{"-job augment -augment", "-augment: -job augment trains nothing"},
		{"mlp", "mlp: lab bench takes flags only"},
		{"-jobs mlp", "did you mean -job?"},
	} {
		out, errs, code := program(t, append([]string{"bench"}, strings.Fields(c.args)...)...)
		if code != 2 || out != "" || !strings.Contains(errs, c.want) || !strings.Contains(errs, "Try: lab help bench") {
			t.Errorf("lab bench %s: exit %d, output %q, message %q; want %q", c.args, code, out, errs, c.want)
		}
	}
}
