package data

import "gradlab/internal/knob"

// Augment says how strongly the views of an image differ from it: a strength
// for each operation, 0 is off and 1 what the methods' papers use on photographs
// (SimCLR, appendix A, with the milder colours of MoCo v2 and BYOL's successors:
// jitter .4 .4 .4 .1).
type Augment struct {
	Crop   float64 // random resized crop: a part of at least 1 - 0.8 Crop of the area, aspect 3/4..4/3
	Flip   float64 // mirrored left to right with probability Flip/2
	Jitter float64 // brightness, contrast, saturation by up to 0.4 Jitter, hue by 0.1 Jitter, with probability 0.8
	Grey   float64 // colours removed with probability 0.2 Grey
	Blur   float64 // Gaussian blur of sigma 0.1..(0.1 + 1.9 Blur) pixels, with probability 0.5
	Erase  float64 // a rectangle of up to a third of the area times Erase set to the mean colour, with probability 0.5
}

// Declare declares the six strengths. Defaults that differ between sets are in
// Info.Defaults.
func (a *Augment) Declare(s *knob.Set) {
	s.Float(&a.Crop, "augment.crop", 1, 0, 1,
		"Random crop, scaled back to full size: at 1 it keeps 20 to 100 % of the area, at 0 the whole image.").Titled("Crop").FromPaper("1")
	s.Float(&a.Flip, "augment.flip", 1, 0, 1,
		"Mirror left to right: at 1 every other view.").Titled("Flip").FromPaper("1")
	s.Float(&a.Jitter, "augment.jitter", 1, 0, 1,
		"Change brightness, contrast, saturation and hue of four views in five: at 1 by up to 40, 40, 40 and 10 %. Grey images have brightness and contrast only.").Titled("Colour jitter").FromPaper("1")
	s.Float(&a.Grey, "augment.grey", 1, 0, 1,
		"Remove the colours: at 1 from every fifth view.").Titled("Grey").FromPaper("1")
	s.Float(&a.Blur, "augment.blur", 0, 0, 1,
		"Blur every other view: at 1 by a Gaussian of up to 2 pixels, which is much for an image of 32.").Titled("Blur").FromPaper("1")
	s.Float(&a.Erase, "augment.erase", 0, 0, 1,
		"Cover a rectangle of every other view: at 1 up to a third of the area.").Titled("Erase").FromPaper("0")
}
