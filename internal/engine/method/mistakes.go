package method

// The mistakes that can be made with any method; the others stand with theirs.

// flipPositive is the loss's gradient with the wrong sign of what pulls.
func flipPositive(tex string) Gradient {
	return Gradient{
		Name: "flip-positive", Title: "Mistake: the sign of the positive term",
		Doc: "The positive term pushes partners apart instead of drawing them together.",
		TeX: tex, Of: "loss", Mistake: true, Weights: map[Role]float64{Positive: -1},
	}
}

// forgetNormaliser is the loss's gradient on unit rows, taken back to the outputs
// as if their length were a constant.
func forgetNormaliser(tex string) Gradient {
	return Gradient{
		Name: "forget-normaliser", Title: "Mistake: the normaliser is forgotten",
		Doc: "The gradient by the unit vector, divided by the length alone: the part along the output, which a cosine does not see, stays in.",
		TeX: tex, Of: "loss", Mistake: true, Detached: true,
	}
}
