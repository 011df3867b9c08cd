package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"gradlab/internal/engine"
	"gradlab/internal/report"
	"gradlab/internal/spec"
)

const (
	// shownPictures is how many images of a batch an answer has where nobody says how many.
	shownPictures = 16
	// heldOutAcross is how many of the held-out images stand beside each other.
	heldOutAcross = 16
)

// pictureList tells what stands where in a sprite: images from left to right, each
// with one picture below the other, or, of held-out images, Across in a row.
type pictureList struct {
	Sprite string         `json:"sprite"` // address of the PNG
	Height int            `json:"height"` // of one picture
	Width  int            `json:"width"`
	Step   int            `json:"step"`
	From   int            `json:"from"`             // row of the batch of the first image
	Of     int            `json:"of"`               // images in the batch
	Kinds  []string       `json:"kinds"`            // what stands below each other
	Across int            `json:"across,omitempty"` // images beside each other; 0: all
	Images []pictureEntry `json:"images"`
}

type pictureEntry struct {
	Image int    `json:"image"` // number in the image set
	Class int    `json:"class"`
	Name  string `json:"name"` // of the class
}

// views answers with images of the batch that a run trains on at a step, each as it
// is and in both views, as a sprite or as a list of what stands in it. A step need
// not have been computed: views follow from the settings alone.
func (h *Handler) views(w http.ResponseWriter, r *http.Request) error {
	s, err := h.pictured(r)
	if err != nil {
		return err
	}
	return h.viewsOf(w, r, s, runURL(chi.URLParam(r, "id")))
}

// viewsOf answers with images of a batch of s; the sprite stands below the address base.
func (h *Handler) viewsOf(w http.ResponseWriter, r *http.Request, s spec.Spec, base string) error {
	var err error
	var at [3]int
	for i, key := range []string{"step", "from", "n"} {
		without := []int{0, 0, min(shownPictures, s.Batch)}[i]
		if at[i], err = wholeNumber(r, key, without); err != nil {
			return err
		}
	}
	var p engine.Pictures
	err = h.turn(w, r, func() (err error) {
		p, err = h.lab.Batch(s, at[0], at[1], at[2])
		return err
	})
	if err != nil {
		return err
	}
	sheet, kinds := columns(p)
	return h.pictures(w, r, p, sheet, pictureList{
		Sprite: fmt.Sprintf("%s/views.png?step=%d&from=%d&n=%d", base, at[0], at[1], at[2]),
		Step:   at[0], From: at[1], Of: s.Batch, Kinds: kinds,
	})
}

// heldOut answers with the held-out images whose likeness a run measures, likewise.
func (h *Handler) heldOut(w http.ResponseWriter, r *http.Request) error {
	s, err := h.pictured(r)
	if err != nil {
		return err
	}
	return h.heldOutOf(w, r, s, runURL(chi.URLParam(r, "id")))
}

func (h *Handler) heldOutOf(w http.ResponseWriter, r *http.Request, s spec.Spec, base string) error {
	p, err := h.lab.HeldOut(s)
	if err != nil {
		return err
	}
	sheet := report.Sprite{H: p.H, W: p.W, C: p.C, Across: heldOutAcross}
	for _, image := range p.Images {
		sheet.Images = append(sheet.Images, image.Drawings[0])
	}
	return h.pictures(w, r, p, sheet, pictureList{
		Sprite: base + "/heldout.png", Of: len(p.Images), Kinds: []string{"held out"}, Across: heldOutAcross,
	})
}

// columns puts the pictures of each image below each other: a drawing and its
// view, twice where the views start from different drawings.
func columns(p engine.Pictures) (report.Sprite, []string) {
	kinds := []string{"original", "first view", "second view"}
	if p.Paired {
		kinds = []string{"first drawing", "first view", "second drawing", "second view"}
	}
	s := report.Sprite{H: p.H, W: p.W, C: p.C, Across: len(p.Images)}
	for _, kind := range kinds {
		for _, image := range p.Images {
			s.Images = append(s.Images, map[string][]uint8{
				"original": image.Drawings[0], "first drawing": image.Drawings[0], "second drawing": image.Drawings[1],
				"first view": image.Views[0], "second view": image.Views[1],
			}[kind])
		}
	}
	return s, kinds
}

// pictures answers with a sprite or with its list. Both follow from the run's id
// and the address, so they may be kept for ever.
func (h *Handler) pictures(w http.ResponseWriter, r *http.Request, p engine.Pictures, sheet report.Sprite, list pictureList) error {
	const forever = "public, max-age=31536000, immutable"
	switch format := chi.URLParam(r, "format"); format {
	case "json":
		list.Height, list.Width, list.Images = p.H, p.W, []pictureEntry{}
		for _, image := range p.Images {
			list.Images = append(list.Images, pictureEntry{image.Image, image.Class, image.ClassName})
		}
		w.Header().Set("Cache-Control", forever)
		h.json(w, r, http.StatusOK, list)
	case "png":
		var b bytes.Buffer
		if err := sheet.WritePNG(&b); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "image/png")
		w.Header().Set("Cache-Control", forever)
		w.Write(b.Bytes())
	default:
		return notFound("No such format", "Pictures come as .png, and what stands where in them as .json; not as .%.20s.", format)
	}
	return nil
}

// pictured returns the settings of the run in the address, where this program draws
// the same images as the one that computed it.
func (h *Handler) pictured(r *http.Request) (spec.Spec, error) {
	m, err := h.found(r)
	if err != nil {
		return spec.Spec{}, err
	}
	if m.Engine != engine.Version {
		return spec.Spec{}, &problem{http.StatusConflict, "Another version",
			fmt.Sprintf("The run was computed by version %d of the engine; this is version %d, which may draw other views.", m.Engine, engine.Version)}
	}
	return spec.ParseLink(m.Spec)
}

// wholeNumber reads a number from the query; without the key it is the one that is given.
func wholeNumber(r *http.Request, key string, without int) (int, error) {
	text := r.URL.Query().Get(key)
	if text == "" {
		return without, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, badRequest("%s: %.40q is not a whole number.", key, text)
	}
	return int(n), nil
}
