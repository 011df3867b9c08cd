// Package autodiff is a small reverse-mode tape in float64 over gonum's dense
// matrices: the lab's independent oracle. It shares no code with the engine
// that trains, so that agreement between the two means something.
package autodiff
