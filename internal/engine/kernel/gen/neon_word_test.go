package main

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The words are those of GNU as 2.40.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		write func(*text)
		want  string
	}{
		{func(t *text) { t.three("fadd", 1, 2, 3) }, "WORD $0x4e23d441 // fadd v1.4s, v2.4s, v3.4s"},
		{func(t *text) { t.three("fsub", 31, 0, 16) }, "WORD $0x4eb0d41f // fsub v31.4s, v0.4s, v16.4s"},
		{func(t *text) { t.three("fmul", 7, 30, 12) }, "WORD $0x6e2cdfc7 // fmul v7.4s, v30.4s, v12.4s"},
		{func(t *text) { t.three("fmax", 0, 1, 31) }, "WORD $0x4e3ff420 // fmax v0.4s, v1.4s, v31.4s"},
		{func(t *text) { t.three("fcmgt", 9, 10, 11) }, "WORD $0x6eabe549 // fcmgt v9.4s, v10.4s, v11.4s"},
		{func(t *text) { t.three("fcmge", 9, 10, 11) }, "WORD $0x6e2be549 // fcmge v9.4s, v10.4s, v11.4s"},
		{func(t *text) { t.without(20, 21, 22) }, "WORD $0x4e761eb4 // bic v20.16b, v21.16b, v22.16b"},
		{func(t *text) { t.fma(23, 27, 31) }, "WORD $0x4f9f1377 // fmla v23.4s, v27.4s, v31.s[0]"},
		{func(t *text) { t.two("fcvtns", 4, 29) }, "WORD $0x4e21aba4 // fcvtns v4.4s, v29.4s"},
		{func(t *text) { t.two("fmaxv", 3, 5) }, "WORD $0x6e30f8a3 // fmaxv s3, v5.4s"},
	} {
		out := newText(new(stubs))
		out.Reset()
		c.write(out)
		if got := strings.TrimSpace(out.String()); got != c.want {
			t.Errorf("wrote %q, want %q", got, c.want)
		}
	}
}

// Every word of the arm64 files is what an assembler makes of the instruction beside it.
func TestAssemblerAgrees(t *testing.T) {
	const prefix = "aarch64-linux-gnu-"
	as, err := exec.LookPath(prefix + "as")
	if err != nil {
		t.Skip("needs binutils-aarch64-linux-gnu")
	}
	word := regexp.MustCompile(`\tWORD \$(0x[0-9a-f]{8}) // (.*)\n`)
	var words []uint64
	var source strings.Builder
	for _, write := range []func(*stubs) []byte{neonGemm, neonEach, neonSums, neonColumns, neonTranspose, neonGather} {
		for _, m := range word.FindAllStringSubmatch(string(write(new(stubs))), -1) {
			w, err := strconv.ParseUint(m[1], 0, 32)
			if err != nil {
				t.Fatal(err)
			}
			words = append(words, w)
			source.WriteString(m[2] + "\n")
		}
	}
	if len(words) < 500 {
		t.Fatalf("only %d words: is the pattern right?", len(words))
	}
	object, binaryFile := filepath.Join(t.TempDir(), "words.o"), filepath.Join(t.TempDir(), "words")
	assemble := exec.Command(as, "-o", object, "-")
	assemble.Stdin = strings.NewReader(source.String())
	for _, c := range []*exec.Cmd{assemble, exec.Command(prefix+"objcopy", "-O", "binary", "-j", ".text", object, binaryFile)} {
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", c.Args, err, out)
		}
	}
	code, err := os.ReadFile(binaryFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(code) != 4*len(words) {
		t.Fatalf("%d bytes of code for %d words", len(code), len(words))
	}
	lines := strings.Split(source.String(), "\n")
	for i, w := range words {
		if got := binary.LittleEndian.Uint32(code[4*i:]); uint64(got) != w {
			t.Fatalf("%s is %#08x, not %#08x", lines[i], got, w)
		}
	}
}
