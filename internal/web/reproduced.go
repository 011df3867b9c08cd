package web

import (
	"fmt"

	"gradlab/internal/engine"
	"gradlab/internal/lab"
	"gradlab/internal/record"
	"gradlab/templates"
)

// verdictOf compares what a link says about a lane's run with the run that is here:
// m is nil where there is none yet.
func verdictOf(w record.Witness, m *lab.Manifest, steps []record.Step) *templates.Verdict {
	if m == nil {
		return &templates.Verdict{Kind: "open", Text: fmt.Sprintf("The link holds the curve hash %s… of a run of %d steps. Run it, and this line says whether the curve comes out the same.", w.Hash, w.Done), More: elsewhere(w)}
	}
	v := w.Compare(m.Schema, steps)
	over := m.State == lab.Finished || m.State == lab.Diverged
	switch {
	case v.Same && v.Whole:
		return &templates.Verdict{Kind: "same", Text: fmt.Sprintf("Reproduced bit for bit: all %d steps have the curve hash %s… of the link.", w.Done, w.Hash)}
	case v.Same && !over:
		text := "Not compared with the link's run yet."
		if v.Steps > 0 {
			text = fmt.Sprintf("The same as the link's run so far, compared over %d of %d steps.", v.Steps, w.Done)
		}
		return &templates.Verdict{Kind: "open", Text: text, More: elsewhere(w)}
	case v.Same: // it has an end, and another one
		return &templates.Verdict{Kind: "differs", Text: fmt.Sprintf("Not the link's run: this one ends after %d steps, that one has %d.", len(steps), w.Done), More: elsewhere(w)}
	case v.Within > 0:
		return &templates.Verdict{Kind: "differs", Text: "Not the link's run: the curve first differs " + where(v) + ".", More: elsewhere(w)}
	case v.Steps > 0 && v.After == w.Done:
		return &templates.Verdict{Kind: "differs", Text: "The hash in the link is not this curve's, though every check along the way agrees: the link has been damaged, or the curves part between two checks and meet again."}
	default:
		return &templates.Verdict{Kind: "differs", Text: "Not the link's run: the curve hash is another one. The link has no checks that would say from which step on.", More: elsewhere(w)}
	}
}

// where says between which steps the first difference is.
func where(v record.Verdict) string {
	if v.Within == v.After+1 {
		return fmt.Sprintf("at step %d", v.After)
	}
	return fmt.Sprintf("between steps %d and %d", v.After, v.Within-1)
}

// elsewhere says why the bits may differ: they are promised for one engine version
// on one machine class.
func elsewhere(w record.Witness) string {
	return other("The link's run was", w.Engine, w.Class)
}

// computedElsewhere says that a run of this server's store was not computed as it would be today.
func computedElsewhere(m lab.Manifest) string { return other("This run was", m.Engine, m.Class) }

func other(subject string, version int, class string) string {
	if version == engine.Version && class == engine.Class() {
		return ""
	}
	text := fmt.Sprintf("%s computed by engine version %d on machine class %s; here are version %d and class %s. ", subject, version, class, engine.Version, engine.Class())
	switch {
	case version == engine.Version:
		return text + "Another class rounds otherwise, so its bits may differ from the first step on."
	case class == engine.Class():
		return text + "Another version computes something else, so curves may differ."
	}
	return text + "Curves may differ from the first step on."
}
