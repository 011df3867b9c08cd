package web

import (
	"fmt"
	"net/http"
	"strings"

	"gradlab/internal/engine"
	"gradlab/internal/lab"
	"gradlab/templates"
)

// citation is how a paper names a run: link is that of its settings on this server.
func citation(m lab.Manifest, title, link string) templates.Citation {
	date := m.Ended
	if date.IsZero() {
		date = m.Created
	}
	made := fmt.Sprintf("%d steps, engine version %d, machine class %s", m.Done, m.Engine, m.Class)
	state := ""
	if m.CurveHash != "" {
		state = "curve hash " + m.CurveHash
	} else {
		state = "not finished, so without a curve hash"
	}
	link = strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C").Replace(link)
	return templates.Citation{
		Text: fmt.Sprintf("Gradlab: %s, run %s (%s; %s), %s. %s", title, m.ID, made, state, date.Format("2 January 2006"), link),
		BibTeX: fmt.Sprintf(`@software{gradlab-%s,
  title   = {{Gradlab}: %s},
  author  = {{The Gradlab authors}},
  year    = {%d},
  month   = %s,
  version = {engine %d},
  note    = {Run %s: %s; %s},
  url     = {%s},
}
`, m.ID, tex(title), date.Year(), strings.ToLower(date.Month().String()[:3]), m.Engine, m.ID, tex(made), tex(state), link),
	}
}

// program is how a paper names the program without a run.
func program(r *http.Request, year int) templates.Citation {
	link := absolute(r, "/")
	return templates.Citation{
		Text: fmt.Sprintf("Gradlab, a web laboratory for the gradients of siamese self-supervised learning, engine version %d, %d. %s", engine.Version, year, link),
		BibTeX: fmt.Sprintf(`@software{gradlab,
  title   = {{Gradlab}: a web laboratory for the gradients of siamese self-supervised learning},
  author  = {{The Gradlab authors}},
  year    = {%d},
  version = {engine %d},
  url     = {%s},
}
`, year, engine.Version, link),
	}
}

// tex escapes what LaTeX would take for a command.
func tex(s string) string {
	return strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "~", `\textasciitilde{}`, "^", `\textasciicircum{}`).Replace(s)
}
