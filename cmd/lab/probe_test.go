package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gradlab/internal/engine/random"
	"gradlab/internal/npy"
)

// embeddings writes n x d numbers into a folder of the test, the same for a name.
func embeddings(t *testing.T, folder, name string, n, d int) string {
	t.Helper()
	a := npy.Array{Rows: n, Cols: d, Bits: 64, Data: make([]float64, n*d)}
	image, own := random.New(1, random.Named("image"), 0, 0), random.New(1, random.Named(name), 0, 0)
	for i := range a.Data {
		a.Data[i] = image.Normal() + 0.3*own.Normal()
	}
	path := filepath.Join(folder, name+".npy")
	f, err := os.Create(path)
	if err == nil {
		err = npy.Write(f, a)
	}
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	return path
}

func TestProbePrints(t *testing.T) {
	folder := t.TempDir()
	x1, x2 := embeddings(t, folder, "x1", 24, 6), embeddings(t, folder, "x2", 24, 6)
	out, errs, code := program(t, "probe", x1, x2)
	if code != 0 || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, want := range []string{"24 images in two views, embeddings of width 6", "No sign of collapse.", "RankMe", "isotropic 0.4082", "Barlow Twins", "BYOL, no predictor", "Cosines of the gradients"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
}

func TestProbeOneMethod(t *testing.T) {
	folder := t.TempDir()
	x1, x2 := embeddings(t, folder, "x1", 24, 6), embeddings(t, folder, "x2", 24, 6)
	t1, t2 := embeddings(t, folder, "t1", 24, 6), embeddings(t, folder, "t2", 24, 6)
	grads := filepath.Join(folder, "gradients")
	out, errs, code := program(t, "probe", "-json", x1, "-t", t1, "-o", grads, "method=simclr", x2, "tau=0.5", "-t2", t2)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var r struct {
		Gradients []struct {
			Method, Gradient, Target string
			Loss                     float64
		}
		Equivalence struct{ Labels []string }
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if g := r.Gradients[0]; g.Method != "simclr" || g.Gradient != "loss" || g.Target != "momentum" || !(g.Loss > 0) {
		t.Errorf("%+v", g)
	}
	if len(r.Equivalence.Labels) < 4 {
		t.Errorf("equivalence of %q", r.Equivalence.Labels)
	}
	read := func(name string) npy.Array {
		a, err := readArray(filepath.Join(grads, name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	sum, pull, push := read("simclr.x1"), read("simclr.positive.x1"), read("simclr.negative.x1")
	for i, v := range sum.Data {
		if math.Abs(v-pull.Data[i]-push.Data[i]) > 1e-12 || sum.Rows != 24 || sum.Bits != 64 {
			t.Fatal("the files' terms do not sum to the gradient")
		}
	}
}

// Whatever is wrong is said with the file's name, before anything is computed.
func TestProbeRefuses(t *testing.T) {
	folder := t.TempDir()
	x1, x2, short := embeddings(t, folder, "x1", 24, 6), embeddings(t, folder, "x2", 24, 6), embeddings(t, folder, "short", 23, 6)
	text := filepath.Join(folder, "text.npy")
	if err := os.WriteFile(text, []byte("0.1 0.2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"two files are wanted":                   {x1},
		"-t1 and -t2 come together":              {x1, x2, "-t1", x1},
		"text.npy: it is not a .npy file":        {x1, text},
		"no such file":                           {x1, filepath.Join(folder, "none.npy")},
		"x1 has shape (24, 6) and x2 has (23, 6": {x1, short},
		"did you mean":                           {x1, x2, "-jsom"},
		"without a method":                       {x1, x2, "tau=1"},
		"has no meaning where -t1":               {x1, x2, "target=stopped", "-t1", x1, "-t2", x2},
	} {
		_, errs, code := program(t, append([]string{"probe"}, args...)...)
		if code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%v: exit %d, %q; want 2 and %q", args, code, errs, want)
		}
	}
}
