package templates

import (
	"strings"

	"gradlab/internal/knob"
)

// The diagram's columns and rows, in the units of its viewBox.
const (
	upperY, lowerY = 16.0, 130.0
	boxHeight      = 26.0
	outputX        = 248.0
	outputWidth    = 28.0
	outputMiddle   = outputX + outputWidth/2
	encoderX       = 36.0
	encoderWidth   = 57.0
	encoderMiddle  = encoderX + encoderWidth/2
	lossTop        = 73.0
)

type diagramBox struct {
	x, y, w     float64
	text, below string
	class       string
	in          string // stages of a step that light it up, separated by spaces
}

// labelAt is where the small text of a box stands: above the upper branch, below the lower one.
func (b diagramBox) labelAt() float64 {
	if b.y == upperY {
		return -5
	}
	return boxHeight + 12
}

type diagramArrow struct {
	x1, y1, x2, y2 float64
	class          string
	in             string // likewise
}

func (a diagramArrow) end(d Diagram) string {
	if a.class == "compared" {
		return "none"
	}
	return d.arrow()
}

// id makes a name of the picture's own where a page has several.
func (d Diagram) id(name string) string { return d.Prefix + name }

// arrow is the head of an edge.
func (d Diagram) arrow() string { return "url(#" + d.id("arrow") + ")" }

// branch lists the boxes of one branch from left to right.
// What moves at the end of a step is the online network, and the slow copy where the lower branch is one.
func (d Diagram) branch(y float64, view string, predictor bool) []diagramBox {
	moves := " update"
	if y == lowerY && d.Momentum != "" {
		moves = " ema"
	}
	boxes := []diagramBox{
		{x: 0, y: y, w: 24, text: "x" + view, class: "view", in: "views"},
		{x: encoderX, y: y, w: encoderWidth, text: "encoder", below: d.Encoder, in: "encoder" + moves},
	}
	output, made := "z", "encoder"
	if d.Projector != "" {
		made = "projector"
		boxes = append(boxes, diagramBox{x: 105, y: y, w: 59, text: "projector", below: d.Projector, in: made + moves})
	}
	if predictor && d.Predictor != "" {
		output, made = "p", "predictor"
		boxes = append(boxes, diagramBox{x: 176, y: y, w: 60, text: "predictor", below: d.Predictor, in: made + moves})
	}
	return append(boxes, diagramBox{x: outputX, y: y, w: outputWidth, text: output + view, class: "output", in: made + " positive negative own"})
}

func (d Diagram) boxes() []diagramBox {
	boxes := append(d.branch(upperY, "₁", true), d.branch(lowerY, "₂", false)...)
	return append(boxes, diagramBox{x: outputMiddle - 28, y: lossTop, w: 56, text: "loss", class: "loss", in: "loss"})
}

func (d Diagram) arrows() []diagramArrow {
	var arrows []diagramArrow
	for _, boxes := range [][]diagramBox{d.branch(upperY, "₁", true), d.branch(lowerY, "₂", false)} {
		for i := range len(boxes) - 1 {
			a, b := boxes[i], boxes[i+1]
			y := a.y + boxHeight/2
			arrows = append(arrows, diagramArrow{x1: a.x + a.w + 1.5, y1: y, x2: b.x - 1.5, y2: y})
		}
	}
	return append(arrows,
		diagramArrow{outputMiddle, upperY + boxHeight, outputMiddle, lossTop, "compared", "loss positive negative own"},
		diagramArrow{outputMiddle, lossTop + boxHeight, outputMiddle, lowerY, "compared", "loss positive negative"})
}

// describe says in words what the picture shows.
func (d Diagram) describe() string {
	var b strings.Builder
	b.WriteString("Each view goes through the encoder " + d.Encoder)
	if d.Projector != "" {
		b.WriteString(" and the projector " + d.Projector)
	}
	b.WriteString(". ")
	if d.Predictor != "" {
		b.WriteString("On the online branch the predictor " + d.Predictor + " follows. ")
	} else {
		b.WriteString("There is no predictor. ")
	}
	if d.Loss != "" {
		b.WriteString("The loss compares both outputs by " + d.Loss + ". ")
	}
	b.WriteString(d.note())
	return b.String()
}

// note says where the gradient goes, below the picture.
func (d Diagram) note() string {
	var s string
	switch d.Target {
	case "momentum":
		s = "The target comes from a slow copy of the network and carries no gradient."
	case "stopped":
		s = "The target comes from the same weights; the gradient stops there."
	default:
		s = "Both branches are the same network, and the gradient flows back through both."
	}
	if d.Negative != "" && d.Negative != d.Target {
		s += " " + map[string]string{
			"shared":   "The negatives come from the same weights, with their gradient.",
			"stopped":  "The negatives come from the same weights; the gradient stops there.",
			"momentum": "The negatives come from the slow copy.",
		}[d.Negative]
	}
	return s + " Each view plays both parts."
}

// px prints a coordinate.
func px(v float64) string { return knob.FormatFloat(v) }
