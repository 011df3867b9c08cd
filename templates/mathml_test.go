package templates

import (
	"strings"
	"testing"

	"gradlab/internal/engine/method"
)

func TestEveryFormulaOfTheCatalogueIsMathML(t *testing.T) {
	used := map[string]bool{}
	for _, m := range method.All() {
		all := []string{m.Loss, m.Shares.TeX}
		for _, term := range m.Terms {
			all = append(all, term.TeX)
		}
		for _, g := range m.Gradients {
			all = append(all, FormulaParts(g.TeX)...)
		}
		for _, tex := range all {
			if tex == "" {
				continue
			}
			used[tex] = true
			if math, ok := formulas[tex]; !ok {
				t.Errorf("%s: run go generate ./templates for %s", m.Name, tex)
			} else if !strings.HasPrefix(math, "<math") || strings.Contains(math, "style=") {
				t.Errorf("%s: %s is %s", m.Name, tex, math)
			}
		}
	}
	for tex := range formulas {
		if !used[tex] {
			t.Errorf("nobody uses %s: run go generate ./templates", tex)
		}
	}
}

func TestFormulaParts(t *testing.T) {
	got := FormulaParts(`\nabla = a, \quad a = b, \quad b = c`)
	want := []string{`\nabla = a, \quad a = b, \quad b = c`, `\nabla =`, `a = b`, `b = c`}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
	if s := MathML("<x>"); s != "<code>&lt;x&gt;</code>" {
		t.Errorf("an unknown formula is shown as %s", s)
	}
}
