package web

import (
	"net/http"

	"gradlab/internal/engine/data"
	"gradlab/static"
	"gradlab/templates"
)

// credits lists what others made and the lab brings along.
func (h *Handler) credits(w http.ResponseWriter, r *http.Request) error {
	v := templates.Credits{Page: templates.Page{
		Title: "Credits", Description: "Images, typefaces and colours that others made, with their licences.", Canonical: "/credits", Assets: h.assets.links,
	}}
	for _, set := range data.Catalogue() {
		c := templates.Credit{Title: set.Title, Text: set.Credit, Licence: set.Licence}
		for i, t := range set.Texts {
			if i > 0 {
				c.Full += "\n\n"
			}
			c.Full += t.Title + "\n\n" + t.Body
		}
		v.Items = append(v.Items, c)
	}
	v.Items = append(v.Items,
		templates.Credit{Title: "Inter", Text: "The typeface of the pages, by Rasmus Andersson and the Inter project's authors, cut down to the characters that the lab uses.",
			Licence: "SIL Open Font License 1.1", URL: "https://rsms.me/inter/", Full: static.InterLicence},
		templates.Credit{Title: "Liberation Sans", Text: "The typeface of the server's figures, by Red Hat and others, as part of gonum/plot.",
			Licence: "SIL Open Font License 1.1", URL: "https://github.com/liberationfonts/liberation-fonts"},
		templates.Credit{Title: "Colours", Text: "The signal colours are from the colour-blind safe palette of Masataka Okabe and Kei Ito. " +
			"The map of correlations goes back to RdBu by Cynthia Brewer, the sequential one to cividis by Jamie Nuñez, Christopher Anderton and Ryan Renslow.",
			Licence: "Apache License 2.0 (ColorBrewer)", URL: "https://colorbrewer2.org"},
	)
	h.page(w, r, http.StatusOK, templates.CreditsPage(v))
	return nil
}
