package spec

import (
	"strings"
	"testing"

	"gradlab/internal/knob"
)

// A gradient may want other negatives than a run has; the error says which.
func TestGradientFitsNegatives(t *testing.T) {
	if _, err := Parse(settings(t, "method=unigrad&gradient=forget-detach&target.negative=stopped")); err != nil {
		t.Error(err)
	}
	_, err := Parse(settings(t, "method=unigrad&gradient=forget-detach"))
	errs, ok := err.(knob.Errors)
	if !ok || len(errs) != 1 || errs[0].Key != "gradient" || errs[0].Nearest != "loss" ||
		!strings.Contains(errs[0].Error(), "target.negative=momentum") || !strings.Contains(errs[0].Range, "stopped or shared") {
		t.Errorf("the error is %v", err)
	}
}

// A knob that the gradient does not look at has no effect, and does not tell two
// equal runs apart.
func TestKnobsServeTheirGradients(t *testing.T) {
	for _, c := range []struct {
		query string
		idle  string
		link  string
	}{
		{"method=byol&unit_lambda=3", "with gradient=loss", "method=byol&v=1"},
		{"method=byol&gradient=unified&unit_lambda=3", "", "gradient=unified&method=byol&unit_lambda=3&v=1"},
		{"method=barlow&gradient=l2&unit_lambda=3", "", "gradient=l2&method=barlow&unit_lambda=3&v=1"},
	} {
		s := parse(t, c.query)
		if got := s.Idle("unit_lambda"); got != c.idle {
			t.Errorf("%s: idle %q, want %q", c.query, got, c.idle)
		}
		if got := s.Query(); got != c.link {
			t.Errorf("%s: the link is %q, want %q", c.query, got, c.link)
		}
	}
}
